"""What protects a STUN message: integrity and fingerprint, the keys for it, and what a nonce says (RFC 8489, 9, 14)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import HEADER, TRANSACTION, Attribute, AttributeType, Message, counted_attributes, encode

FINGERPRINT_MASK: Final = 0x5354554E
"""What the CRC-32 is XORed with (RFC 8489, 14.7)."""
_NONCE_COOKIE: Final = b"obMatJos2"
_FEATURES: Final = 4
"""Characters of base64 after the cookie: 24 bits."""
_SHA256_SHORTEST: Final = 16
"""Bytes to which MESSAGE-INTEGRITY-SHA256 may be cut (RFC 8489, 14.6)."""


class Algorithm(IntEnum):
    """How a password becomes a key (RFC 8489, 18.5)."""

    MD5 = 1
    SHA256 = 2


@dataclass(frozen=True, slots=True)
class SecurityFeatures:
    """What a nonce says that its server can (RFC 8489, 9.2 and 18.6)."""

    password_algorithms: bool = False
    username_anonymity: bool = False


def long_term_key(username: str, realm: bytes, password: str, algorithm: Algorithm = Algorithm.MD5) -> bytes:
    """Return the key of a long-term credential (RFC 8489, 9.2.2, 14.5): 16 bytes with MD5, 32 with SHA-256.

    Args:
        username: of the user.
        realm: as the server sent it.
        password: of the user.
        algorithm: the one that was agreed.
    """
    joined = b":".join((username.encode(errors="replace"), realm, opaque(password).encode(errors="replace")))
    if algorithm is Algorithm.SHA256:
        return hashlib.sha256(joined).digest()
    return hashlib.md5(joined, usedforsecurity=False).digest()


def userhash(username: str, realm: bytes) -> bytes:
    """Return what USERHASH says instead of the user name (RFC 8489, 14.4): 32 bytes."""
    return hashlib.sha256(opaque(username).encode(errors="replace") + b":" + realm).digest()


def opaque(text: str) -> str:
    """Return a text as the profile OpaqueString has it: spaces are U+0020, composed form C (RFC 8265, 4.2.2).

    Characters that the profile forbids are left as they are: who chose the password knew what the server takes.
    """
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in text)
    return unicodedata.normalize("NFC", spaced)


def security_features(nonce: bytes) -> SecurityFeatures | None:
    """Return what a nonce says that its server can; None: the nonce has no such cookie (RFC 8489, 9.2)."""
    if not nonce.startswith(_NONCE_COOKIE):
        return None
    try:
        bits = base64.b64decode(nonce[len(_NONCE_COOKIE) :][:_FEATURES], validate=True)
    except binascii.Error:
        return None
    if len(bits) != 3:  # noqa: PLR2004 # 24 bits
        return None
    return SecurityFeatures(bool(bits[0] & 0x80), bool(bits[0] & 0x40))


def seal(message: Message, key: bytes, *, sha256: bool = False, fingerprint: bool = False) -> bytes:
    """Return the message as bytes with MESSAGE-INTEGRITY, or with MESSAGE-INTEGRITY-SHA256, at its end.

    Args:
        message: without either.
        key: of the credential.
        sha256: which of both.
        fingerprint: whether FINGERPRINT follows.

    Raises:
        WireError: the message does not fit the form.
    """
    kind = AttributeType.MESSAGE_INTEGRITY_SHA256 if sha256 else AttributeType.MESSAGE_INTEGRITY
    size = 32 if sha256 else 20
    # The length in the header counts the integrity attribute, the HMAC does not cover it (RFC 8489, 14.5).
    blank = encode(_with(message, kind, bytes(size)))
    digest = hmac.digest(key, blank[: -size - 4], "sha256" if sha256 else "sha1")
    sealed = _with(message, kind, digest)
    return with_fingerprint(sealed) if fingerprint else encode(sealed)


def with_fingerprint(message: Message) -> bytes:
    """Return the message as bytes with FINGERPRINT at its end (RFC 8489, 14.7).

    Raises:
        WireError: the message does not fit the form.
    """
    blank = encode(_with(message, AttributeType.FINGERPRINT, bytes(4)))
    check = binascii.crc32(blank[:-8]) ^ FINGERPRINT_MASK
    return blank[:-4] + check.to_bytes(4)


def integrity_holds(data: bytes, key: bytes, *, sha256: bool = False) -> bool | None:
    """Return whether a message was made by who has the key; None: it does not say, the attribute is missing.

    Args:
        data: the message as it came.
        key: of the credential.
        sha256: which of both attributes must show it.

    Raises:
        WireError: the bytes are no STUN message.
    """
    kind = AttributeType.MESSAGE_INTEGRITY_SHA256 if sha256 else AttributeType.MESSAGE_INTEGRITY
    found = _find(data, kind)
    if found is None:
        return None
    value, offset = found
    covered = _shortened(data, offset + 4 + len(value), offset)
    if not sha256:
        return hmac.compare_digest(hmac.digest(key, covered, "sha1"), value)
    if len(value) < _SHA256_SHORTEST or len(value) % 4:
        return False
    return hmac.compare_digest(hmac.digest(key, covered, "sha256")[: len(value)], value)


def fingerprint_holds(data: bytes) -> bool | None:
    """Return whether FINGERPRINT is right; None: there is none (RFC 8489, 14.7).

    Raises:
        WireError: the bytes are no STUN message.
    """
    found = _find(data, AttributeType.FINGERPRINT)
    if found is None:
        return None
    value, offset = found
    check = binascii.crc32(_shortened(data, len(data), offset)) ^ FINGERPRINT_MASK
    return offset + 8 == len(data) and value == check.to_bytes(4)


def _find(data: bytes, kind: int) -> tuple[bytes, int] | None:
    if len(data) < HEADER or len(data[8:HEADER]) != TRANSACTION:
        raise WireError(f"a STUN message of {len(data)} bytes")
    return next(((each.value, at) for each, at in counted_attributes(data) if each.type == kind), None)


def _shortened(data: bytes, end: int, offset: int) -> bytes:
    """Return the bytes up to the offset as if the message ended at ``end``."""
    return data[:2] + (end - HEADER).to_bytes(2) + data[4:offset]


def _with(message: Message, kind: int, value: bytes) -> Message:
    return Message(message.kind, message.method, message.transaction, (*message.attributes, Attribute(kind, value)))
