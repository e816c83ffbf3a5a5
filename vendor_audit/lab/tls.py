"""The TLS settings of the demonstration vendor's hosts: one sound, two with planted flaws."""

from __future__ import annotations

import ssl
import tempfile
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_audit.lab.certificates import Issued

_OAKLEY_GROUP_2 = """\
-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""
"""The 1024-bit prime of RFC 2409, 6.2, generator 2 (PKCS #3): too short since 2015 (Logjam)."""


class TlsProfile(Enum):
    """How a host speaks TLS."""

    SOUND = "TLS 1.2 and 1.3, forward-secret AEAD suites only, P-256"
    OLD_SUITES = "TLS 1.2 and 1.3, with CBC suites and RSA key exchange"
    OLD_VERSIONS = "TLS 1.0, 1.1 and 1.2, no 1.3, CBC suites, RSA key exchange, DHE with 1024 bits"


def server_context(profile: TlsProfile, issued: Issued, protocols: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
    """Return a server context of the profile that presents the certificate, and chooses among protocols by ALPN.

    The files that the standard library insists on live for the moment of loading, readable by their owner only.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(list(protocols))
    # One group, so that the audit is the same with every OpenSSL: P-256, which every client offers. The call that takes
    # several is not in the Pythons that we support.
    context.set_ecdh_curve("prime256v1")
    with tempfile.TemporaryDirectory(prefix="vendor-audit-lab-") as name:
        folder = Path(name)
        (folder / "certificate.pem").write_bytes(issued.certificate)
        (folder / "key.pem").write_bytes(issued.private_key)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        if profile is TlsProfile.OLD_VERSIONS:
            (folder / "dh.pem").write_text(_OAKLEY_GROUP_2, encoding="ascii")
            # Security level 0, because OpenSSL 3 allows neither TLS 1.0 and 1.1 nor a short prime at a higher one.
            context.set_ciphers("ECDHE+AES:DHE+AES:RSA+AES:@SECLEVEL=0")
            context.load_dh_params(str(folder / "dh.pem"))
    if profile is TlsProfile.OLD_VERSIONS:
        # Not TLSv1: naming an old version is deprecated. SSL 3.0 stays off by OpenSSL's own build.
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
        return context
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if profile is TlsProfile.OLD_SUITES:
        context.set_ciphers("ECDHE+AESGCM:ECDHE+AES:RSA+AESGCM:RSA+AES")
        return context
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    return context
