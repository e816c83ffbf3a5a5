"""The record layer of DTLS and its handshake messages (RFC 6347, 4.1 and 4.2; RFC 9147, 4 and 5).

Datagrams in, whole handshake messages and alerts out, in the order of their numbers, whatever is lost, doubled,
fragmented or out of order on the way. What cannot be read is left out, as RFC 6347, 4.1.2.7 has it, and counted.
Bounded: a peer that never ends its flight gets a `WireError`, not our memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader, numbers, vector
from vendor_audit.wire.tls_records import Alert, ContentType

_MAJOR: Final = 0xFE
_UNIFIED: Final = range(0x20, 0x40)
"""First bytes of an encrypted record of DTLS 1.3 (RFC 9147, 4)."""
_DTLS: Final = range(20, 64)
"""First bytes by which DTLS is told from STUN, TURN channels and RTP on the same path (RFC 7983, 7)."""
_FRAGMENT_HEADER: Final = 12
_LARGEST_PIECE: Final = 1_150
"""Bytes of a handshake message in one record, so that the datagram passes every path (RFC 8261 and RFC 8831 assume
1,200 bytes for it)."""


def is_dtls(datagram: bytes) -> bool:
    """Return whether a datagram is DTLS by its first byte (RFC 7983, 7)."""
    return bool(datagram) and datagram[0] in _DTLS


@dataclass(frozen=True, slots=True)
class Record:
    """A record."""

    content: int
    """The content type; 0 where it is hidden by DTLS 1.3."""
    version: int
    epoch: int
    """0: in plaintext."""
    sequence: int
    body: bytes


def parse_records(datagram: bytes) -> list[Record]:
    """Return the records of a datagram. An encrypted record of DTLS 1.3 ends it: its length may be left out.

    Raises:
        WireError: a record is malformed.
    """
    reader = Reader(datagram)
    found: list[Record] = []
    while reader.left:
        content = reader.number(1)
        if content in _UNIFIED:
            found.append(Record(0, 0, 3, 0, reader.take(reader.left)))
            break
        version = reader.number(2)
        if version >> 8 != _MAJOR:
            raise WireError(f"0x{version:04X} is no version of DTLS")
        epoch, sequence = reader.number(2), reader.number(6)
        found.append(Record(content, version, epoch, sequence, reader.vector(2)))
    return found


def encode_record(content: ContentType, version: int, sequence: int, body: bytes) -> bytes:
    """Return a record in plaintext (epoch 0).

    Raises:
        WireError: a value does not fit its field.
    """
    header = numbers(1, (content,)) + numbers(2, (version, 0)) + numbers(6, (sequence,))
    return header + vector(2, body)


def encode_alert(version: int, sequence: int, description: int) -> bytes:
    """Return a fatal alert in its record."""
    return encode_record(ContentType.ALERT, version, sequence, bytes([2, description]))


def encode_handshake(kind: int, number: int, body: bytes, version: int, first_record: int) -> tuple[bytes, ...]:
    """Return a handshake message as datagrams, in as many fragments as it needs.

    Args:
        kind: the message type.
        number: the message_seq.
        body: the message without its header.
        version: what the records say.
        first_record: the sequence number of the first record.

    Raises:
        WireError: a value does not fit its field.
    """
    starts = range(0, len(body), _LARGEST_PIECE) or (0,)
    datagrams = []
    for index, start in enumerate(starts):
        piece = body[start : start + _LARGEST_PIECE]
        header = numbers(1, (kind,)) + numbers(3, (len(body),)) + numbers(2, (number,)) + numbers(3, (start,))
        fragment = header + vector(3, piece)
        datagrams.append(encode_record(ContentType.HANDSHAKE, version, first_record + index, fragment))
    return tuple(datagrams)


@dataclass(frozen=True, slots=True)
class Message:
    """A whole handshake message."""

    kind: int
    number: int
    """The message_seq: a retransmission has the number of the original."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record that is encrypted."""


Arrival = Message | Alert | Sealed


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a peer's flight is held at most."""

    total: int = 512_000
    """Bytes of all datagrams, retransmissions included."""
    message: int = 128_000
    """Bytes of one handshake message."""
    messages: int = 32
    """Different handshake messages."""
    fragments: int = 2_048
    arrivals: int = 256
    """Messages, alerts and encrypted records that are handed on."""


@dataclass(slots=True)
class _Partial:
    kind: int
    body: bytearray
    missing: list[tuple[int, int]]
    """Half-open ranges that have not come, in order."""


@dataclass(slots=True)
class Assembler:
    """Turns a peer's datagrams into messages. Feed it datagram by datagram."""

    limits: Limits = field(default_factory=Limits)
    next_number: int = 0
    """The message_seq that is handed on next; what is older has been handed on."""
    discarded: int = 0
    """Records and fragments that made no sense."""
    _partial: dict[int, _Partial] = field(default_factory=dict)
    _bytes: int = 0
    _fragments: int = 0
    _arrivals: int = 0

    def feed(self, datagram: bytes) -> list[Arrival]:
        """Take a datagram and return what it completes, in order.

        Raises:
            WireError: a bound is broken. The assembler is of no use after that.
        """
        self._bytes += len(datagram)
        if self._bytes > self.limits.total:
            raise WireError(f"the flight has more than {self.limits.total} bytes")
        try:
            records = parse_records(datagram)
        except WireError:
            self.discarded += 1
            return []
        found: list[Arrival] = []
        for record in records:
            found += self._take(record)
        self._arrivals += len(found)
        if self._arrivals > self.limits.arrivals:
            raise WireError(f"the flight has more than {self.limits.arrivals} messages")
        return found

    def _take(self, record: Record) -> list[Arrival]:
        if record.epoch:
            return [Sealed()]
        if record.content == ContentType.ALERT and len(record.body) == 2:  # noqa: PLR2004 # level and description
            return [Alert(record.body[0], record.body[1])]
        if record.content != ContentType.HANDSHAKE:
            self.discarded += record.content != ContentType.CHANGE_CIPHER_SPEC
            return []
        reader = Reader(record.body)
        while reader.left:
            try:
                self._fragment(reader)
            except _SenselessError:
                self.discarded += 1
                break
        return self._complete()

    def _fragment(self, reader: Reader) -> None:
        self._fragments += 1
        if self._fragments > self.limits.fragments:
            raise WireError(f"the flight has more than {self.limits.fragments} fragments")
        try:
            kind, size, number = reader.number(1), reader.number(3), reader.number(2)
            start, piece = reader.number(3), reader.vector(3)
        except WireError as error:
            raise _SenselessError from error
        if start + len(piece) > size:
            raise _SenselessError
        if size > self.limits.message:
            raise WireError(f"a handshake message announces {size} bytes")
        if number < self.next_number:
            return
        if number >= self.next_number + self.limits.messages:
            raise _SenselessError
        partial = self._partial.setdefault(number, _Partial(kind, bytearray(size), [(0, size)] if size else []))
        if partial.kind != kind or len(partial.body) != size:
            raise _SenselessError
        partial.body[start : start + len(piece)] = piece
        partial.missing = _without(partial.missing, start, start + len(piece))

    def _complete(self) -> list[Arrival]:
        found: list[Arrival] = []
        while (partial := self._partial.get(self.next_number)) is not None and not partial.missing:
            del self._partial[self.next_number]
            found.append(Message(partial.kind, self.next_number, bytes(partial.body)))
            self.next_number += 1
            if self.next_number > self.limits.messages:
                raise WireError(f"the flight has more than {self.limits.messages} handshake messages")
        return found


class _SenselessError(Exception):
    """A fragment that contradicts itself or what came before."""


def _without(ranges: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    left = []
    for first, last in ranges:
        if end <= first or last <= start:
            left.append((first, last))
            continue
        if first < start:
            left.append((first, start))
        if end < last:
            left.append((end, last))
    return left
