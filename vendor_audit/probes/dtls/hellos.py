"""Which hello asks a DTLS server which question. Nothing here touches the network."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.tls.hellos import groups_for
from vendor_audit.wire import tls_client_hello as offer
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.dtls_hello import DtlsClientHello, use_srtp
from vendor_audit.wire.registry import signature_schemes
from vendor_audit.wire.srtp_profiles import srtp_profiles
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from vendor_audit.wire.tls_client_hello import Extension

_EVERYDAY_GROUPS: Final = (29, 23, 24, 25)
"""x25519, secp256r1, secp384r1, secp521r1."""
_SCHEMES: Final = 30
"""Signature schemes in a hello: the common ones, so that it fits one datagram."""


@cache
def everyday_suites(version: DtlsVersion) -> tuple[int, ...]:
    """Return what an ordinary WebRTC client offers in a version: AES and ChaCha20, strongest key agreement first."""
    if version is DtlsVersion.DTLS13:
        return suites_of(version.tls)[:4]
    found = [
        each
        for each in map(cipher_suite, suites_of(version.tls))
        if each.key_exchange in {"ECDHE", "DHE", "RSA"}
        and each.authentication in {"ECDSA", "RSA"}
        and each.encryption in {"AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305", "AES_128_CBC", "AES_256_CBC"}
    ]
    order = ("ECDHE", "DHE", "RSA")
    return tuple(each.code for each in sorted(found, key=lambda each: (not each.aead, order.index(each.key_exchange))))


def ordinary_groups(version: DtlsVersion) -> tuple[int, ...]:
    """Return every group of a version, the everyday ones first; finite fields only in DTLS 1.3."""
    found = groups_for(version.tls, finite_field=version is DtlsVersion.DTLS13)
    return (*_EVERYDAY_GROUPS, *(code for code in found if code not in _EVERYDAY_GROUPS))


def all_profiles() -> tuple[int, ...]:
    """Return every SRTP protection profile, those first that servers have to support (RFC 8827, 6.5)."""
    return tuple(srtp_profiles())


def dtls_hello(
    version: DtlsVersion,
    suites: tuple[int, ...],
    server_name: str,
    *,
    groups: tuple[int, ...] = (),
    profiles: tuple[int, ...] = (),
) -> DtlsClientHello:
    """Return a hello for exactly one version.

    Args:
        version: the version.
        suites: cipher suites, preferred first.
        server_name: for the SNI extension; empty: none is sent.
        groups: groups to offer; none: all.
        profiles: SRTP protection profiles to offer; none: no use_srtp extension, as TURN has none.
    """
    offered = groups or ordinary_groups(version)
    extensions: list[Extension] = [offer.server_name(server_name)] if server_name else []
    extensions.append(offer.supported_groups(offered))
    if version is not DtlsVersion.DTLS10:  # RFC 5246, 7.4.1.4.1: no signature_algorithms before TLS 1.2
        extensions.append(offer.signature_algorithms(signature_schemes()[:_SCHEMES]))
    if version is DtlsVersion.DTLS13:
        # Without a share the server names its group in a HelloRetryRequest, and neither side computes anything.
        extensions += [offer.supported_versions((version,)), offer.key_share(())]
    else:
        extensions += [offer.point_formats(), offer.extended_master_secret(), offer.renegotiation_info()]
    if profiles:
        extensions.append(use_srtp(profiles))
    field = max(version, DtlsVersion.DTLS12)  # RFC 9147, 5.3: never newer than DTLS 1.2, whose number is greater
    return DtlsClientHello(field, suites, os.urandom(32), extensions=tuple(extensions))
