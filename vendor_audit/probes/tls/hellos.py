"""Which hello asks which question. Nothing here touches the network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Final

from vendor_audit.wire import tls_client_hello as offer
from vendor_audit.wire.registry import groups, signature_schemes
from vendor_audit.wire.tls_client_hello import ClientHello, Extension
from vendor_audit.wire.versions import TlsVersion

RENEGOTIATION_SIGNAL: Final = 0x00FF
"""TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746, 3.3), for SSL 3.0, which has no extensions."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a hello offers at once. Servers with a narrow mind get a modest one."""

    suites: int
    """Suites in one hello at most: with more than 64, some servers and middleboxes hang or close."""
    all_groups: bool
    """Whether every group that exists is offered, or only the four that every client offers."""
    schemes: int
    """Signature schemes in one hello at most."""
    share: bool
    """Whether a TLS 1.3 hello brings a real key share. Without one, the server names its group in a
    HelloRetryRequest and neither side computes anything."""


FULL: Final = Shape(suites=64, all_groups=True, schemes=64, share=False)
WITH_SHARE: Final = Shape(suites=64, all_groups=True, schemes=64, share=True)
MODEST: Final = Shape(suites=16, all_groups=False, schemes=14, share=True)

_EVERYDAY_GROUPS: Final = (29, 23, 24, 25)
"""x25519, secp256r1, secp384r1, secp521r1."""


@cache
def groups_for(version: TlsVersion, *, finite_field: bool = True) -> tuple[int, ...]:
    """Return the groups that have a meaning in a version, by code; without finite fields where these are not wanted."""
    modern = version is TlsVersion.TLS13
    return tuple(
        code
        for code, group in groups().items()
        if (group.tls13 if modern else group.tls12) and (finite_field or group.kind != "finite field")
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a hello asks for besides version and suites."""

    groups: tuple[int, ...] | None = None
    """Groups to offer; None: what the shape says."""
    shares: tuple[tuple[int, bytes], ...] = ()
    """Key shares for TLS 1.3."""
    protocols: tuple[str, ...] = ()
    """Application protocols (ALPN)."""
    compression: bool = False
    stapling: bool = False


PLAIN: Final = Wish()


def hello(
    version: TlsVersion, suites: tuple[int, ...], server_name: str, shape: Shape = FULL, wish: Wish = PLAIN
) -> ClientHello:
    """Return a hello for exactly one version.

    Finite-field groups are left out in TLS 1.2 and older unless wished for: a server that follows RFC 7919, 4 and finds
    none of its own among them must refuse DHE, although it would grant DHE to a client that names none.
    """
    if version is TlsVersion.SSL3:
        return ClientHello(version, (*suites, RENEGOTIATION_SIGNAL), os.urandom(32), compression=_compression(wish))
    offered = wish.groups
    if offered is None:
        offered = groups_for(version, finite_field=version is TlsVersion.TLS13) if shape.all_groups else ()
        offered = tuple(sorted(offered or _EVERYDAY_GROUPS, key=_everyday_first))
    extensions: list[Extension] = [offer.server_name(server_name)] if server_name else []
    extensions += [offer.supported_groups(offered), offer.signature_algorithms(signature_schemes()[: shape.schemes])]
    if version is TlsVersion.TLS13:
        extensions += [
            offer.supported_versions((version,)),
            offer.psk_key_exchange_modes(),
            offer.key_share(wish.shares),
        ]
    else:
        if version < TlsVersion.TLS12:
            extensions.pop()  # RFC 5246, 7.4.1.4.1: no signature_algorithms before TLS 1.2
        extensions += [offer.point_formats(), offer.extended_master_secret(), offer.renegotiation_info()]
    if wish.stapling:
        extensions.append(offer.status_request())
    if wish.protocols:
        extensions.append(offer.application_protocols(wish.protocols))
    session = os.urandom(32) if version is TlsVersion.TLS13 else b""
    return ClientHello(version, suites, os.urandom(32), session, _compression(wish), tuple(extensions)).padded()


def _compression(wish: Wish) -> tuple[int, ...]:
    return (1, 0) if wish.compression else (0,)


def _everyday_first(code: int) -> tuple[int, int]:
    return (_EVERYDAY_GROUPS.index(code) if code in _EVERYDAY_GROUPS else len(_EVERYDAY_GROUPS), code)
