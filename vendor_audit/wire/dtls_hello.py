"""The ClientHello of DTLS, to write and to read, and the HelloVerifyRequest (RFC 6347, 4.2; RFC 9147, 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vendor_audit.wire.dtls_records import encode_handshake
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader, numbers, vector
from vendor_audit.wire.tls_client_hello import Extension
from vendor_audit.wire.tls_server_messages import parse_extensions
from vendor_audit.wire.versions import DtlsVersion

CLIENT_HELLO: Final = 1
HELLO_VERIFY_REQUEST: Final = 3
_MOST: Final = 2_048
"""Values of one list that are read."""


class HelloExtension(IntEnum):
    """The extensions that are read in a client's hello."""

    SUPPORTED_GROUPS = 10
    SIGNATURE_ALGORITHMS = 13
    USE_SRTP = 14
    EXTENDED_MASTER_SECRET = 23
    SUPPORTED_VERSIONS = 43
    COOKIE = 44
    RENEGOTIATION_INFO = 0xFF01


def use_srtp(profiles: tuple[int, ...]) -> Extension:
    """Return the offer of SRTP protection profiles, preferred first, without an MKI (RFC 5764, 4.1.1)."""
    return Extension(HelloExtension.USE_SRTP, vector(2, numbers(2, profiles)) + vector(1, b""))


def parse_use_srtp(body: bytes) -> tuple[tuple[int, ...], bytes]:
    """Return the profiles and the MKI of a use_srtp extension of either side (RFC 5764, 4.1.1).

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    profiles = _numbers(reader.vector(2), 2)
    mki = reader.vector(1)
    reader.end()
    return profiles, mki


@dataclass(frozen=True, slots=True)
class DtlsClientHello:
    """A hello, written by us or read from a client."""

    version: int
    """The field client_version: never newer than DTLS 1.2 (RFC 9147, 5.3)."""
    suites: tuple[int, ...]
    random: bytes
    """32 bytes."""
    cookie: bytes = b""
    """What a HelloVerifyRequest asked to be repeated."""
    session_id: bytes = b""
    compression: tuple[int, ...] = (0,)
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the message without its header.

        Raises:
            WireError: a value does not fit its field.
        """
        extensions = b"".join(each.encode() for each in self.extensions)
        return (
            numbers(2, (self.version,))
            + self.random
            + vector(1, self.session_id)
            + vector(1, self.cookie)
            + vector(2, numbers(2, self.suites))
            + vector(1, numbers(1, self.compression))
            + (vector(2, extensions) if self.extensions else b"")
        )

    def to_datagrams(self, number: int = 0, first_record: int = 0) -> tuple[bytes, ...]:
        """Return what goes over the wire. The first hello's record says DTLS 1.0, which every server takes.

        Raises:
            WireError: a value does not fit its field.
        """
        return encode_handshake(CLIENT_HELLO, number, self.encode(), DtlsVersion.DTLS10, first_record)

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions that it offers: of the supported_versions extension, else the field alone.

        The field is the newest version; whether older ones would be taken too, such a hello does not say.
        """
        listed = self._extension(HelloExtension.SUPPORTED_VERSIONS)
        return _numbers(Reader(listed).vector(1), 2) if listed is not None else (self.version,)

    @property
    def groups(self) -> tuple[int, ...]:
        """The groups that it offers, preferred first; empty: it names none."""
        listed = self._extension(HelloExtension.SUPPORTED_GROUPS)
        return _numbers(Reader(listed).vector(2), 2) if listed is not None else ()

    @property
    def signature_schemes(self) -> tuple[int, ...]:
        """The signature schemes that it would accept; empty: it names none."""
        listed = self._extension(HelloExtension.SIGNATURE_ALGORITHMS)
        return _numbers(Reader(listed).vector(2), 2) if listed is not None else ()

    @property
    def srtp_profiles(self) -> tuple[int, ...]:
        """The SRTP protection profiles that it offers, preferred first; empty: it offers none."""
        listed = self._extension(HelloExtension.USE_SRTP)
        return parse_use_srtp(listed)[0] if listed is not None else ()

    def has(self, code: int) -> bool:
        """Return whether it carries an extension."""
        return self._extension(code) is not None

    def _extension(self, code: int) -> bytes | None:
        return next((each.body for each in self.extensions if each.code == code), None)


def parse_dtls_client_hello(body: bytes) -> DtlsClientHello:
    """Return a ClientHello without its header; its lists are read here too, so that reading them later cannot fail.

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    version, random = reader.number(2), reader.take(32)
    session_id, cookie = reader.vector(1), reader.vector(1)
    suites, compression = _numbers(reader.vector(2), 2), _numbers(reader.vector(1), 1)
    extensions = parse_extensions(reader.vector(2)) if reader.left else {}
    reader.end()
    found = tuple(Extension(code, content) for code, content in extensions.items())
    hello = DtlsClientHello(version, suites, random, cookie, session_id, compression, found)
    _ = hello.versions, hello.groups, hello.signature_schemes, hello.srtp_profiles
    return hello


def parse_hello_verify_request(body: bytes) -> bytes:
    """Return the cookie of a HelloVerifyRequest. Its version says nothing of the server's (RFC 6347, 4.2.1).

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    reader.number(2)
    cookie = reader.vector(1)
    reader.end()
    return cookie


def _numbers(listed: bytes, size: int) -> tuple[int, ...]:
    if len(listed) % size or len(listed) > _MOST * size:
        raise WireError(f"a list of {len(listed)} bytes cannot hold numbers of {size} bytes, {_MOST} at most")
    return tuple(int.from_bytes(listed[at : at + size]) for at in range(0, len(listed), size))
