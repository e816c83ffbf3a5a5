"""STUN messages (RFC 8489, 5) and their attributes as they stand on the wire; TURN uses the same form (RFC 8656).

A message is decoded into attributes in their order. What stands behind MESSAGE-INTEGRITY is not protected and is left
out, as RFC 8489, 14.5 to 14.7 ask: only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT may follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader

MAGIC_COOKIE: Final = 0x2112A442
HEADER: Final = 20
"""Bytes of the header."""
TRANSACTION: Final = 12
"""Bytes of a transaction id."""
MOST_BYTES: Final = HEADER + 0xFFFC
"""The longest message: the length is a multiple of four in 16 bits."""
MOST_ATTRIBUTES: Final = 128
"""Attributes of a message that are read; with more it is refused."""

_METHODS: Final = 0xFFF
"""The greatest method."""


class MessageClass(IntEnum):
    """What a message is (RFC 8489, 5)."""

    REQUEST = 0
    INDICATION = 1
    SUCCESS = 2
    ERROR = 3


class Method(IntEnum):
    """What a message asks for (RFC 8489, 18.2; RFC 8656, 17)."""

    BINDING = 0x001
    ALLOCATE = 0x003
    REFRESH = 0x004
    SEND = 0x006
    DATA = 0x007
    CREATE_PERMISSION = 0x008
    CHANNEL_BIND = 0x009


class AttributeType(IntEnum):
    """The attributes that have a meaning to us (RFC 8489, 18.3; RFC 8656, 18; RFC 5780, 9.1; RFC 7635, 6)."""

    MAPPED_ADDRESS = 0x0001
    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    UNKNOWN_ATTRIBUTES = 0x000A
    CHANNEL_NUMBER = 0x000C
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    DATA = 0x0013
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_ADDRESS_FAMILY = 0x0017
    EVEN_PORT = 0x0018
    REQUESTED_TRANSPORT = 0x0019
    DONT_FRAGMENT = 0x001A
    MESSAGE_INTEGRITY_SHA256 = 0x001C
    PASSWORD_ALGORITHM = 0x001D
    USERHASH = 0x001E
    XOR_MAPPED_ADDRESS = 0x0020
    RESERVATION_TOKEN = 0x0022
    ADDITIONAL_ADDRESS_FAMILY = 0x8000
    PASSWORD_ALGORITHMS = 0x8002
    ALTERNATE_DOMAIN = 0x8003
    SOFTWARE = 0x8022
    ALTERNATE_SERVER = 0x8023
    FINGERPRINT = 0x8028
    RESPONSE_ORIGIN = 0x802B
    OTHER_ADDRESS = 0x802C
    THIRD_PARTY_AUTHORIZATION = 0x802E


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as it stands on the wire; `vendor_audit.wire.stun_attributes` reads and writes its value."""

    type: int
    value: bytes
    """Without padding."""


@dataclass(frozen=True, slots=True)
class Message:
    """A STUN message."""

    kind: MessageClass
    method: int
    """One of `Method`, or any other number of 12 bits."""
    transaction: bytes
    """12 bytes."""
    attributes: tuple[Attribute, ...] = ()
    """In their order."""

    def first(self, kind: int) -> bytes | None:
        """Return the value of the first attribute of a type; None: there is none. Others of it are ignored (14)."""
        return next((each.value for each in self.attributes if each.type == kind), None)


def decode(data: bytes) -> Message:
    """Return the message that the bytes are, no more and no less.

    Raises:
        WireError: they are no STUN message of RFC 8489, or it has more than `MOST_ATTRIBUTES` attributes.
    """
    reader = Reader(data)
    head, length = reader.number(2), reader.number(2)
    if head & 0xC000:
        raise WireError("no STUN message: its first two bits are not zero")
    if reader.number(4) != MAGIC_COOKIE:
        raise WireError("no STUN message: the magic cookie is missing")
    transaction = reader.take(TRANSACTION)
    if length % 4:
        raise WireError(f"a STUN message of {length} bytes: no multiple of four")
    if length != reader.left:
        raise WireError(f"a STUN message of {length} bytes announced, {reader.left} are there")
    attributes = tuple(each for each, _ in counted_attributes(data))
    kind, method = split_type(head)
    return Message(kind, method, transaction, attributes)


def encode(message: Message) -> bytes:
    """Return a message as bytes, attributes padded with zeros.

    Raises:
        WireError: it does not fit the form.
    """
    if len(message.transaction) != TRANSACTION:
        raise WireError(f"a transaction id of {len(message.transaction)} bytes: {TRANSACTION} are needed")
    if not 0 <= message.method <= _METHODS:
        raise WireError(f"{message.method} is no method: it has 12 bits")
    body = b"".join(_attribute(each) for each in message.attributes)
    return header(join_type(message.kind, message.method), len(body), message.transaction) + body


def header(kind: int, length: int, transaction: bytes) -> bytes:
    """Return the header of a message.

    Raises:
        WireError: the body is too long.
    """
    if length > MOST_BYTES - HEADER:
        raise WireError(f"a STUN message with {length} bytes of attributes: {MOST_BYTES - HEADER} are the most")
    return kind.to_bytes(2) + length.to_bytes(2) + MAGIC_COOKIE.to_bytes(4) + transaction


def counted_attributes(data: bytes) -> list[tuple[Attribute, int]]:
    """Return the attributes of a message that count, each with the offset at which it begins.

    Behind an integrity attribute only a stronger one and FINGERPRINT count, behind FINGERPRINT nothing.

    Raises:
        WireError: an attribute goes beyond the end, or there are too many.
    """
    found: list[tuple[Attribute, int]] = []
    reader = Reader(data[HEADER:])
    allowed: frozenset[int] | None = None
    seen = 0
    while reader.left:
        seen += 1
        if seen > MOST_ATTRIBUTES:
            raise WireError(f"a STUN message with more than {MOST_ATTRIBUTES} attributes")
        offset = len(data) - reader.left
        kind = reader.number(2)
        value = reader.vector(2)
        reader.take(-len(value) % 4)
        if allowed is None or kind in allowed:
            found.append((Attribute(kind, value), offset))
            allowed = _MAY_FOLLOW.get(kind, allowed)
    return found


_MAY_FOLLOW: Final[dict[int, frozenset[int]]] = {
    AttributeType.MESSAGE_INTEGRITY: frozenset({AttributeType.MESSAGE_INTEGRITY_SHA256, AttributeType.FINGERPRINT}),
    AttributeType.MESSAGE_INTEGRITY_SHA256: frozenset({AttributeType.FINGERPRINT}),
    AttributeType.FINGERPRINT: frozenset(),
}


def split_type(number: int) -> tuple[MessageClass, int]:
    """Return class and method of a message type: the class's bits stand between those of the method (RFC 8489, 5)."""
    kind = (number >> 7 & 0b10) | (number >> 4 & 0b01)
    method = (number & 0x000F) | (number >> 1 & 0x0070) | (number >> 2 & 0x0F80)
    return MessageClass(kind), method


def join_type(kind: MessageClass, method: int) -> int:
    """Return the message type of a class and a method: the counterpart of `split_type`."""
    return (method & 0x000F) | (kind & 0b01) << 4 | (method & 0x0070) << 1 | (kind & 0b10) << 7 | (method & 0x0F80) << 2


def _attribute(attribute: Attribute) -> bytes:
    if not 0 <= attribute.type <= 0xFFFF or len(attribute.value) > MOST_BYTES:  # noqa: PLR2004 # 16 bits
        raise WireError(f"attribute {attribute.type:#06x} with {len(attribute.value)} bytes does not fit the form")
    try:
        size = len(attribute.value).to_bytes(2)
    except OverflowError as error:
        raise WireError(f"an attribute of {len(attribute.value)} bytes is too long") from error
    return attribute.type.to_bytes(2) + size + attribute.value + bytes(-len(attribute.value) % 4)
