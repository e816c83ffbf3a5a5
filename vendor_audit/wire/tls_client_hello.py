"""The ClientHello, from SSL 3.0 to TLS 1.3, with exactly the offers that one wants to make (RFC 8446, 4.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from vendor_audit.wire.reader import numbers, vector
from vendor_audit.wire.tls_records import ContentType, records
from vendor_audit.wire.versions import TlsVersion

_CLIENT_HELLO: Final = 1
_HANGS_FROM, _HANGS_TO = 256, 512
"""Some old load balancers never answer a hello of 256 to 511 bytes (RFC 7685, 1)."""
_PADDING: Final = 21


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as it goes over the wire."""

    code: int
    body: bytes = b""

    def encode(self) -> bytes:
        """Return code, length and body.

        Raises:
            WireError: the body is too long.
        """
        return numbers(2, (self.code,)) + vector(2, self.body)


def server_name(host: str) -> Extension:
    """Return the SNI extension with a DNS name in ASCII (RFC 6066, 3)."""
    return Extension(0, vector(2, b"\0" + vector(2, host.encode("ascii", "replace"))))


def status_request() -> Extension:
    """Return the demand for a stapled OCSP response (RFC 6066, 8)."""
    return Extension(5, b"\1\0\0\0\0")


def supported_groups(codes: tuple[int, ...]) -> Extension:
    """Return the groups for key agreement, preferred first (RFC 8446, 4.2.7)."""
    return Extension(10, vector(2, numbers(2, codes)))


def point_formats() -> Extension:
    """Return the point formats: uncompressed and both compressed ones (RFC 8422, 5.1.2; RFC 4492)."""
    return Extension(11, vector(1, b"\0\1\2"))


def signature_algorithms(codes: tuple[int, ...]) -> Extension:
    """Return the signature schemes that we would accept (RFC 8446, 4.2.3)."""
    return Extension(13, vector(2, numbers(2, codes)))


def application_protocols(names: tuple[str, ...]) -> Extension:
    """Return the protocols that we would speak, preferred first (RFC 7301, 3.1)."""
    return Extension(16, vector(2, b"".join(vector(1, name.encode("ascii", "replace")) for name in names)))


def extended_master_secret() -> Extension:
    """Return the offer of RFC 7627."""
    return Extension(23)


def supported_versions(versions: tuple[int, ...]) -> Extension:
    """Return the versions that we would speak; only for TLS 1.3 (RFC 8446, 4.2.1)."""
    return Extension(43, vector(1, numbers(2, versions)))


def psk_key_exchange_modes() -> Extension:
    """Return the one mode that keeps forward secrecy: psk_dhe_ke (RFC 8446, 4.2.9)."""
    return Extension(45, b"\1\1")


def key_share(shares: tuple[tuple[int, bytes], ...]) -> Extension:
    """Return group and public key of each share; none at all asks the server to name its group (RFC 8446, 4.2.8)."""
    return Extension(51, vector(2, b"".join(numbers(2, (group,)) + vector(2, key) for group, key in shares)))


def renegotiation_info() -> Extension:
    """Return the offer of secure renegotiation in an initial handshake (RFC 5746, 3.4)."""
    return Extension(0xFF01, b"\0")


@dataclass(frozen=True, slots=True)
class ClientHello:
    """A hello that asks for one version."""

    version: TlsVersion
    suites: tuple[int, ...]
    random: bytes
    """32 bytes."""
    session_id: bytes = b""
    """At most 32 bytes. TLS 1.3 wants 32 random ones, so that old middleboxes see a resumption (RFC 8446, D.4)."""
    compression: tuple[int, ...] = (0,)
    """0 none, 1 deflate (RFC 3749)."""
    extensions: tuple[Extension, ...] = field(default=())
    """None in SSL 3.0, which knows no extensions."""

    def encode(self) -> bytes:
        """Return the handshake message.

        Raises:
            WireError: a value does not fit its field.
        """
        extensions = b"".join(each.encode() for each in self.extensions)
        body = (
            numbers(2, (min(self.version, TlsVersion.TLS12),))
            + self.random
            + vector(1, self.session_id)
            + vector(2, numbers(2, self.suites))
            + vector(1, numbers(1, self.compression))
            + (vector(2, extensions) if self.extensions else b"")
        )
        return bytes([_CLIENT_HELLO]) + vector(3, body)

    def padded(self) -> ClientHello:
        """Return a hello of a length that no known server chokes on: RFC 7685 fills the gap from 256 to 511 bytes."""
        size = len(self.encode())
        if not self.extensions or not _HANGS_FROM <= size < _HANGS_TO:
            return self
        filling = bytes(max(0, _HANGS_TO - size - 4))
        return replace(self, extensions=(*self.extensions, Extension(_PADDING, filling)))

    def to_records(self) -> bytes:
        """Return what goes over the wire. The record says TLS 1.0 at most, as RFC 8446, 5.1 has it for a first hello.

        Raises:
            WireError: a value does not fit its field.
        """
        return records(ContentType.HANDSHAKE, min(self.version, TlsVersion.TLS10), self.encode())
