"""The features of the handshake: ALPN, compression, secure renegotiation, extended master secret, OCSP stapling."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Say
from vendor_audit.probes.tls.hellos import Wish, hello
from vendor_audit.probes.tls.peer import whole_flight_is_needed
from vendor_audit.probes.tls.trust import lenient_context
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.tls_server_messages import (
    ExtensionCode,
    MessageType,
    parse_application_protocol,
    parse_certificate_status,
    parse_certificates,
)
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.tls.answers import Answer
    from vendor_audit.probes.tls.peer import Peer
    from vendor_audit.probes.tls.versions import VersionState

WEB_PROTOCOLS: Final = ("h2", "http/1.1")
_NO_APPLICATION_PROTOCOL: Final = 120


@dataclass(slots=True)
class FeatureScan:
    """What was found; a feature that is in neither part was not looked for."""

    facts: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    """Feature -> why it could not be established."""
    chain: tuple[bytes, ...] = ()
    """The certificates in DER as sent in plaintext; empty where only TLS 1.3 is spoken."""


async def scan_features(peer: Peer, states: list[VersionState]) -> FeatureScan:
    """Return the features, seen at the newest accepted version before TLS 1.3 where there is one."""
    scan = FeatureScan()
    older = [each for each in states if each.say is Say.YES and each.version is not TlsVersion.TLS13]
    if older:
        await asyncio.gather(_handshake_features(peer, older[-1], scan), _protocols(peer, older[-1], scan))
    else:
        # RFC 8446, 4.1.2 and appendix C.4: no compression, no renegotiation, the transcript is always bound.
        scan.facts |= {"compression": False, "secure_renegotiation": True, "extended_master_secret": True}
        scan.unknown["ocsp_stapled"] = "the certificate's extensions are encrypted in TLS 1.3"
        await _protocols_by_library(peer, scan)
    return scan


async def _handshake_features(peer: Peer, state: VersionState, scan: FeatureScan) -> None:
    suites = (state.answer.hello.suite, *state.offered) if state.answer.hello else state.offered
    suites = tuple(dict.fromkeys(suites))
    compressed = True
    answer = await _ask(peer, state, suites, Wish(compression=True, stapling=True))
    if answer.says(state.version, suites)[0] is not Say.YES:
        # Some servers end the handshake over the mere offer of compression. Then they cannot agree to it either.
        compressed = False
        answer = await _ask(peer, state, suites, Wish(stapling=True))
    say, reason = answer.says(state.version, suites)
    if say is not Say.YES or answer.hello is None:
        for name in ("compression", "secure_renegotiation", "extended_master_secret", "ocsp_stapled"):
            scan.unknown[name] = reason
        return
    if compressed:
        scan.facts["compression"] = answer.hello.compression != 0
    else:
        scan.unknown["compression"] = "the server did not answer a hello that offers compression"
    extensions = answer.hello.extensions
    scan.facts["secure_renegotiation"] = ExtensionCode.RENEGOTIATION_INFO in extensions
    scan.facts["extended_master_secret"] = ExtensionCode.EXTENDED_MASTER_SECRET in extensions
    scan.facts["ocsp_stapled"] = _is_stapled(answer)
    scan.chain = chain_of(answer)


async def _ask(peer: Peer, state: VersionState, suites: tuple[int, ...], wish: Wish) -> Answer:
    question = hello(state.version, suites, peer.server_name, state.shape, wish)
    return await peer.ask(question, whole_flight_is_needed)


def _is_stapled(answer: Answer) -> bool:
    try:
        return any(
            parse_certificate_status(each.body)
            for each in answer.messages
            if each.kind == MessageType.CERTIFICATE_STATUS
        )
    except WireError:
        return False


def chain_of(answer: Answer) -> tuple[bytes, ...]:
    """Return the certificates of a plaintext flight in DER; none where it has none that can be read."""
    for message in answer.messages:
        if message.kind == MessageType.CERTIFICATE:
            try:
                return parse_certificates(message.body)
            except WireError:
                return ()
    return ()


async def _protocols(peer: Peer, state: VersionState, scan: FeatureScan) -> None:
    """Ask for each protocol alone: the server's choice among several would hide the others."""
    if state.version is TlsVersion.SSL3:
        scan.facts["alpn"] = []
        return
    questions = [
        peer.ask(hello(state.version, state.offered, peer.server_name, state.shape, Wish(protocols=(name,))))
        for name in WEB_PROTOCOLS
    ]
    agreed: list[str] = []
    for name, answer in zip(WEB_PROTOCOLS, await asyncio.gather(*questions), strict=True):
        if answer.alert is not None and answer.alert.description == _NO_APPLICATION_PROTOCOL:
            continue
        say, reason = answer.says(state.version, state.offered)
        if say is not Say.YES or answer.hello is None:
            scan.unknown["alpn"] = reason
        elif ExtensionCode.ALPN in answer.hello.extensions:
            try:
                chosen = parse_application_protocol(answer.hello.extensions[ExtensionCode.ALPN])
            except WireError as error:
                scan.unknown["alpn"] = f"the server's choice is malformed: {error}"
                continue
            if chosen == name:
                agreed.append(name)
    if agreed or "alpn" not in scan.unknown:
        scan.facts["alpn"] = agreed


async def _protocols_by_library(peer: Peer, scan: FeatureScan) -> None:
    """Ask a TLS 1.3 server, whose choice is encrypted, by whole handshakes."""
    answers = await asyncio.gather(*(_library_agrees(peer, name) for name in WEB_PROTOCOLS))
    agreed = [name for name, (agrees, _) in zip(WEB_PROTOCOLS, answers, strict=True) if agrees]
    doubts = [doubt for agrees, doubt in answers if agrees is None]
    if doubts:
        scan.unknown["alpn"] = doubts[0]
    if agreed or not doubts:
        scan.facts["alpn"] = agreed


async def _library_agrees(peer: Peer, name: str) -> tuple[bool | None, str]:
    context = lenient_context()
    context.set_alpn_protocols([name])
    try:
        async with peer.library_connection(context) as tls:
            return tls.selected_alpn_protocol() == name, ""
    except ProbeError as error:
        cause = error.__cause__
        # Not every Python knows this alert by its symbol; all of them spell it out.
        if isinstance(cause, ssl.SSLError) and "no application protocol" in str(cause).lower().replace("_", " "):
            return False, ""
        return None, error.failure.message
