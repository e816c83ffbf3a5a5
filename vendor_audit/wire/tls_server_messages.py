"""The messages of a server's first flight: ServerHello, HelloRetryRequest, Certificate, ServerKeyExchange, ..."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader

_RETRY_RANDOM: Final = hashlib.sha256(b"HelloRetryRequest").digest()
"""RFC 8446, 4.1.3: the random value that makes a ServerHello a HelloRetryRequest."""
_NAMED_CURVE: Final = 3
_MOST_CERTIFICATES: Final = 1_000
_LARGEST_PRIME: Final = 4_096
"""Bytes: no TLS library takes a larger prime than 10,000 bits."""


class MessageType(IntEnum):
    """The handshake messages that a server's first flight may hold (RFC 8446, 4; RFC 5246, 7.4)."""

    SERVER_HELLO = 2
    ENCRYPTED_EXTENSIONS = 8
    CERTIFICATE = 11
    SERVER_KEY_EXCHANGE = 12
    CERTIFICATE_REQUEST = 13
    SERVER_HELLO_DONE = 14
    CERTIFICATE_VERIFY = 15
    FINISHED = 20
    CERTIFICATE_STATUS = 22


class ExtensionCode(IntEnum):
    """The extensions that are read in a server's answer."""

    ALPN = 16
    STATUS_REQUEST = 5
    EXTENDED_MASTER_SECRET = 23
    SUPPORTED_VERSIONS = 43
    KEY_SHARE = 51
    RENEGOTIATION_INFO = 0xFF01


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What the server chose."""

    version: int
    """The negotiated version: of the supported_versions extension, else of the old field (RFC 8446, 4.2.1)."""
    suite: int
    compression: int
    random: bytes
    retry: bool
    """Whether it is a HelloRetryRequest: the server agrees, but wants a key share of `group`."""
    group: int | None
    """The group of the key_share extension; None: it has none."""
    share: bytes
    """The server's public key in that group; empty in a HelloRetryRequest."""
    extensions: dict[int, bytes]


def parse_server_hello(body: bytes) -> ServerHello:
    """Return a ServerHello or HelloRetryRequest (RFC 8446, 4.1.3 and 4.1.4; RFC 5246, 7.4.1.3).

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    legacy_version = reader.number(2)
    random = reader.take(32)
    reader.vector(1)
    suite = reader.number(2)
    compression = reader.number(1)
    extensions = parse_extensions(reader.vector(2)) if reader.left else {}
    reader.end()
    version = legacy_version
    if ExtensionCode.SUPPORTED_VERSIONS in extensions:
        chosen = Reader(extensions[ExtensionCode.SUPPORTED_VERSIONS])
        version = chosen.number(2)
        chosen.end()
    retry = random == _RETRY_RANDOM
    group, share = None, b""
    if ExtensionCode.KEY_SHARE in extensions:
        entry = Reader(extensions[ExtensionCode.KEY_SHARE])
        group = entry.number(2)
        share = b"" if retry else entry.vector(2)
        entry.end()
    return ServerHello(version, suite, compression, random, retry, group, share, extensions)


def parse_extensions(block: bytes) -> dict[int, bytes]:
    """Return code -> body (RFC 8446, 4.2).

    Raises:
        WireError: it is malformed, or one comes twice.
    """
    reader = Reader(block)
    found: dict[int, bytes] = {}
    while reader.left:
        code = reader.number(2)
        if code in found:
            raise WireError(f"extension {code} comes twice")
        found[code] = reader.vector(2)
    return found


def parse_certificates(body: bytes) -> tuple[bytes, ...]:
    """Return the DER certificates of a Certificate message of TLS 1.2 and older (RFC 5246, 7.4.2), as sent.

    Raises:
        WireError: it is malformed, or holds more than 1,000 certificates.
    """
    reader = Reader(body)
    entries = Reader(reader.vector(3))
    reader.end()
    found: list[bytes] = []
    while entries.left:
        found.append(entries.vector(3))
        _check_count(found)
    return tuple(found)


def parse_certificates_13(body: bytes) -> tuple[tuple[bytes, ...], bool]:
    """Return the DER certificates of a TLS 1.3 Certificate, and whether the first carries an OCSP response.

    RFC 8446, 4.4.2 and 4.4.2.1.

    Raises:
        WireError: it is malformed, or holds more than 1,000 certificates.
    """
    reader = Reader(body)
    reader.vector(1)
    entries = Reader(reader.vector(3))
    reader.end()
    found: list[bytes] = []
    stapled = False
    while entries.left:
        found.append(entries.vector(3))
        extensions = parse_extensions(entries.vector(2))
        if len(found) == 1 and ExtensionCode.STATUS_REQUEST in extensions:
            stapled = parse_certificate_status(extensions[ExtensionCode.STATUS_REQUEST])
        _check_count(found)
    return tuple(found), stapled


def _check_count(found: list[bytes]) -> None:
    if len(found) > _MOST_CERTIFICATES:
        raise WireError(f"the chain has more than {_MOST_CERTIFICATES} certificates")


def parse_certificate_status(body: bytes) -> bool:
    """Return whether a CertificateStatus holds an OCSP response (RFC 6066, 8).

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    kind = reader.number(1)
    response = reader.vector(3)
    return kind == 1 and bool(response)


@dataclass(frozen=True, slots=True)
class KeyExchange:
    """The server's half of the key agreement in TLS 1.2 and older."""

    group: int | None = None
    """The named curve; None: a finite field, or a curve of the server's own."""
    prime: int | None = None
    """The prime of the finite field; None: a curve."""


def parse_key_exchange(body: bytes, key_exchange: str) -> KeyExchange:
    """Return curve or prime of a ServerKeyExchange (RFC 8422, 5.4; RFC 5246, 7.4.3; RFC 4279, 3; RFC 5489, 2).

    Args:
        body: the message.
        key_exchange: that of the suite, as `CipherSuite.key_exchange` has it; one that sends neither curve nor prime
            gives an empty `KeyExchange`.

    Raises:
        WireError: it is malformed.
    """
    reader = Reader(body)
    if key_exchange.endswith("_PSK"):
        reader.vector(2)
    if key_exchange.startswith("EC"):
        return KeyExchange(group=reader.number(2) if reader.number(1) == _NAMED_CURVE else None)
    if key_exchange.startswith("DH"):
        prime = reader.vector(2)
        if len(prime) > _LARGEST_PRIME:
            raise WireError(f"a prime of {len(prime)} bytes")
        return KeyExchange(prime=int.from_bytes(prime))
    return KeyExchange()


def parse_application_protocol(body: bytes) -> str:
    """Return the one protocol that the server chose (RFC 7301, 3.1).

    Raises:
        WireError: it is malformed, or not exactly one.
    """
    reader = Reader(body)
    names = Reader(reader.vector(2))
    reader.end()
    name = names.vector(1)
    names.end()
    return name.decode("latin-1")
