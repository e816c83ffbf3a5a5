"""The other direction: a DTLS client comes to us, and its first message says everything that it offers."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.dtls.facts import group_name, suite_item
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.hellos import RENEGOTIATION_SIGNAL
from vendor_audit.wire.dtls_hello import CLIENT_HELLO, DtlsClientHello, HelloExtension, parse_dtls_client_hello
from vendor_audit.wire.dtls_records import Assembler, Message, encode_alert, is_dtls
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.registry import signature_scheme_names
from vendor_audit.wire.srtp_profiles import srtp_profile_name
from vendor_audit.wire.versions import DtlsVersion, version_label

if TYPE_CHECKING:
    from vendor_audit.probes.datagrams import DatagramChannel

Json = Any
_SIGNALS: Final = frozenset({RENEGOTIATION_SIGNAL, 0x5600})
"""Entries of the list that are no suites: TLS_EMPTY_RENEGOTIATION_INFO_SCSV and TLS_FALLBACK_SCSV."""
_GREASE_NIBBLE: Final = 0xA
_HANDSHAKE_FAILURE: Final = 40


async def receive_client_hello(channel: DatagramChannel, seconds: float) -> DtlsClientHello:
    """Return the first hello of a DTLS client, and end its handshake with an alert.

    Raises:
        ProbeError: none came in time, or what came cannot be read.
    """
    assembler = Assembler()
    try:
        async with asyncio.timeout(seconds):
            while True:
                datagram = await channel.receive()
                for each in assembler.feed(datagram) if is_dtls(datagram) else ():
                    if isinstance(each, Message) and each.kind == CLIENT_HELLO:
                        return parse_dtls_client_hello(each.body)
    except TimeoutError as error:
        raise ProbeError("connection_timeout", f"no DTLS ClientHello came within {seconds:g} s") from error
    except WireError as error:
        raise ProbeError("protocol", f"the ClientHello cannot be read: {error}") from error
    finally:
        with contextlib.suppress(ProbeError):
            await channel.send(encode_alert(DtlsVersion.DTLS12, 0, _HANDSHAKE_FAILURE))


def client_facts(hello: DtlsClientHello) -> dict[str, Json]:
    """Return a hello's whole inventory as facts, everything in the client's order of preference. GREASE is left out."""
    versions = [each for each in hello.versions if not _is_grease(each)]
    newest = min(versions, default=hello.version)
    return {
        "versions": [version_label(each) for each in sorted(versions, reverse=True)],
        "cipher_suites": [
            suite_item(code, version_label(DtlsVersion.DTLS13 if newest == DtlsVersion.DTLS13 else newest))
            for code in hello.suites
            if code not in _SIGNALS and not _is_grease(code)
        ],
        "groups": [group_name(code) for code in hello.groups if not _is_grease(code)],
        "signature_schemes": [
            signature_scheme_names().get(code, f"0x{code:04X}")
            for code in hello.signature_schemes
            if not _is_grease(code)
        ],
        "srtp_profiles": [srtp_profile_name(code) for code in hello.srtp_profiles if not _is_grease(code)],
        "extended_master_secret": hello.has(HelloExtension.EXTENDED_MASTER_SECRET),
        "secure_renegotiation": hello.has(HelloExtension.RENEGOTIATION_INFO) or RENEGOTIATION_SIGNAL in hello.suites,
    }


def _is_grease(code: int) -> bool:
    """Return whether a value is one of those that only train servers to ignore what they do not know (RFC 8701)."""
    low = code & 0xFF
    return code >> 8 == low and low & 0x0F == _GREASE_NIBBLE
