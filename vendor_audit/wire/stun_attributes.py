"""The values of STUN and TURN attributes (RFC 8489, 14; RFC 8656, 18): bytes to what they mean, and back."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader
from vendor_audit.wire.stun import MAGIC_COOKIE, TRANSACTION

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

IPV4: Final = 0x01
IPV6: Final = 0x02
"""Address families (RFC 8489, 14.1)."""
UDP: Final = 17
"""The only transport of relayed data that RFC 8656 knows (18.7): the number of IANA's protocol registry."""
MOST_TEXT: Final = 763
"""Bytes of REALM, NONCE, SOFTWARE and of a reason (RFC 8489, 14.8 to 14.14: fewer than 128 characters)."""
_ALGORITHMS: Final = 16
"""Password algorithms of a list that are read."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address with a port."""

    address: Address
    port: int

    def __str__(self) -> str:
        shown = f"[{self.address}]" if self.address.version == 6 else str(self.address)  # noqa: PLR2004 # IPv6
        return f"{shown}:{self.port}"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """Why a request was refused."""

    code: int
    """300 to 699."""
    reason: str
    """As the server words it; may be empty."""


@dataclass(frozen=True, slots=True)
class PasswordAlgorithm:
    """How a key is made of a password: 1 MD5, 2 SHA-256 (RFC 8489, 18.5)."""

    number: int
    parameters: bytes = b""


def address(value: bytes) -> Endpoint:
    """Return what MAPPED-ADDRESS, ALTERNATE-SERVER, RESPONSE-ORIGIN and OTHER-ADDRESS say (RFC 8489, 14.1).

    Raises:
        WireError: it is no address.
    """
    reader = Reader(value)
    reader.take(1)
    family, port = reader.number(1), reader.number(2)
    if family == IPV4:
        found: Address = ipaddress.IPv4Address(reader.take(4))
    elif family == IPV6:
        found = ipaddress.IPv6Address(reader.take(16))
    else:
        raise WireError(f"{family} is no address family of STUN")
    reader.end()
    return Endpoint(found, port)


def address_value(endpoint: Endpoint) -> bytes:
    """Return an address as `address` reads it.

    Raises:
        WireError: the port does not fit.
    """
    if not 0 <= endpoint.port <= 0xFFFF:  # noqa: PLR2004 # 16 bits
        raise WireError(f"{endpoint.port} is no port")
    family = IPV4 if endpoint.address.version == 4 else IPV6  # noqa: PLR2004 # IPv4
    return bytes([0, family]) + endpoint.port.to_bytes(2) + endpoint.address.packed


def xor_address(value: bytes, transaction: bytes) -> Endpoint:
    """Return what XOR-MAPPED-ADDRESS, XOR-RELAYED-ADDRESS and XOR-PEER-ADDRESS say (RFC 8489, 14.2).

    Raises:
        WireError: it is no address, or the transaction id is none.
    """
    return address(_covered(value, transaction))


def xor_address_value(endpoint: Endpoint, transaction: bytes) -> bytes:
    """Return an address as `xor_address` reads it.

    Raises:
        WireError: the port does not fit, or the transaction id is none.
    """
    return _covered(address_value(endpoint), transaction)


def _covered(value: bytes, transaction: bytes) -> bytes:
    """Return the value with port and address XORed with magic cookie and transaction id; twice is no change."""
    if len(transaction) != TRANSACTION:
        raise WireError(f"a transaction id of {len(transaction)} bytes")
    cover = MAGIC_COOKIE.to_bytes(4) + transaction
    port = bytes(a ^ b for a, b in zip(value[2:4], cover, strict=False))
    return value[:2] + port + bytes(a ^ b for a, b in zip(value[4:], cover, strict=False)) + value[20:]


def error_code(value: bytes) -> ErrorCode:
    """Return what ERROR-CODE says (RFC 8489, 14.8).

    Raises:
        WireError: the code is none.
    """
    reader = Reader(value)
    reader.take(2)
    hundreds, rest = reader.number(1) & 0b111, reader.number(1)
    if not (3 <= hundreds <= 6 and rest <= 99):  # noqa: PLR2004 # the ranges of the RFC
        raise WireError(f"{hundreds} and {rest} are no error code of STUN")
    return ErrorCode(hundreds * 100 + rest, text(reader.take(reader.left)))


def error_code_value(error: ErrorCode) -> bytes:
    """Return an error as `error_code` reads it.

    Raises:
        WireError: the code is none, or the reason is too long.
    """
    if not 300 <= error.code <= 699:  # noqa: PLR2004 # the range of the RFC
        raise WireError(f"{error.code} is no error code of STUN")
    reason = error.reason.encode(errors="replace")
    if len(reason) > MOST_TEXT:
        raise WireError(f"a reason of {len(reason)} bytes: {MOST_TEXT} are the most")
    return bytes([0, 0, error.code // 100, error.code % 100]) + reason


def text(value: bytes) -> str:
    """Return a text (REALM, SOFTWARE, a reason) for people: invalid UTF-8 and invisible characters replaced.

    Raises:
        WireError: it is longer than `MOST_TEXT` bytes.
    """
    if len(value) > MOST_TEXT:
        raise WireError(f"a text of {len(value)} bytes: {MOST_TEXT} are the most")
    shown = value.rstrip(b"\0").decode(errors="replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in shown)


def number(value: bytes) -> int:
    """Return the 32 bits of LIFETIME (seconds; RFC 8656, 18.2).

    Raises:
        WireError: there are more or fewer.
    """
    reader = Reader(value)
    found = reader.number(4)
    reader.end()
    return found


def number_value(value: int) -> bytes:
    """Return a number as `number` reads it.

    Raises:
        WireError: it does not fit.
    """
    try:
        return value.to_bytes(4)
    except OverflowError as error:
        raise WireError(f"{value} does not fit 32 bits") from error


def unknown_attributes(value: bytes) -> tuple[int, ...]:
    """Return the types that UNKNOWN-ATTRIBUTES lists (RFC 8489, 14.13).

    Raises:
        WireError: it ends in the middle of one.
    """
    reader = Reader(value)
    found = []
    while reader.left:
        found.append(reader.number(2))
    return tuple(found)


def password_algorithms(value: bytes) -> tuple[PasswordAlgorithm, ...]:
    """Return the algorithms of PASSWORD-ALGORITHMS, preferred first, at most 16 (RFC 8489, 14.11).

    Raises:
        WireError: it ends in the middle of one.
    """
    reader = Reader(value)
    found: list[PasswordAlgorithm] = []
    while reader.left and len(found) < _ALGORITHMS:
        kind, parameters = reader.number(2), reader.vector(2)
        # The padding of the last one is part of the attribute's own in some servers.
        reader.take(min(-len(parameters) % 4, reader.left))
        found.append(PasswordAlgorithm(kind, parameters))
    return tuple(found)


def password_algorithms_value(algorithms: tuple[PasswordAlgorithm, ...]) -> bytes:
    """Return algorithms as `password_algorithms` reads them; of one alone the value of PASSWORD-ALGORITHM (14.12).

    Raises:
        WireError: a number or a parameter does not fit.
    """
    found = b""
    for each in algorithms:
        try:
            head = each.number.to_bytes(2) + len(each.parameters).to_bytes(2)
        except OverflowError as error:
            raise WireError("a password algorithm does not fit 16 bits") from error
        found += head + each.parameters + bytes(-len(each.parameters) % 4)
    return found


def requested_transport_value(protocol: int = UDP) -> bytes:
    """Return the value of REQUESTED-TRANSPORT (RFC 8656, 18.7)."""
    return bytes([protocol & 0xFF, 0, 0, 0])


def requested_address_family_value(version: int) -> bytes:
    """Return the value of REQUESTED-ADDRESS-FAMILY for IP version 4 or 6 (RFC 8656, 18.6)."""
    return bytes([IPV4 if version == 4 else IPV6, 0, 0, 0])  # noqa: PLR2004 # IPv4
