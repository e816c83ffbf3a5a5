"""The TLS record layer of a peer's first, plaintext flight (RFC 8446, 5.1; RFC 5246, 6.2).

Bytes in, whole messages out, whatever the fragmentation: a message over many records, many messages in one record,
one byte a time. Bounded: a peer that never ends its flight gets a `WireError`, not our memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vendor_audit.wire.errors import NotTlsError, WireError
from vendor_audit.wire.reader import vector
from vendor_audit.wire.registry import alert_names

_HEADER: Final = 5
_MAJOR: Final = 3
_LONGEST_RECORD: Final = (1 << 14) + 2048
"""RFC 5246, 6.2.3: the longest ciphertext. RFC 8446 allows less."""
_LONGEST_FRAGMENT: Final = 1 << 14


class ContentType(IntEnum):
    """What a record carries."""

    CHANGE_CIPHER_SPEC = 20
    ALERT = 21
    HANDSHAKE = 22
    APPLICATION_DATA = 23


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert (RFC 8446, 6)."""

    level: int
    description: int

    @property
    def fatal(self) -> bool:
        """Whether the peer said that it ends the connection here."""
        return self.level == 2  # noqa: PLR2004 # the protocol's number for "fatal"

    def __str__(self) -> str:
        return f"{alert_names().get(self.description, 'unknown alert')} ({self.description})"


@dataclass(frozen=True, slots=True)
class Handshake:
    """A whole handshake message."""

    kind: int
    """The message type: 2 ServerHello, 11 Certificate, ..."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Opaque:
    """A record that this layer does not look into: a change of cipher, or what is encrypted after it."""

    content: ContentType
    body: bytes


Message = Alert | Handshake | Opaque


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a peer's flight is held at most."""

    total: int = 512_000
    """Bytes of the whole flight, headers included."""
    message: int = 256_000
    """Bytes of one handshake message."""
    messages: int = 64
    """Messages and alerts."""
    records: int = 4_096
    """Records, however small."""


class RecordStream:
    """Turns the bytes of a peer into messages. Feed it as the bytes come."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Take the bounds of the flight."""
        self._limits = limits or Limits()
        self._input = bytearray()
        self._handshake = bytearray()
        self._alerts = bytearray()
        self._bytes = self._records = self._messages = 0
        self._encrypted = False

    @property
    def pending(self) -> bool:
        """Whether a record or message has begun and not ended."""
        return bool(self._input or self._handshake or self._alerts)

    def feed(self, data: bytes) -> list[Message]:
        """Take the next bytes and return the messages that they complete, in order.

        Raises:
            NotTlsError: the first bytes are no TLS record.
            WireError: a record or message breaks the protocol or a bound. The stream is of no use after that.
        """
        self._bytes += len(data)
        if self._bytes > self._limits.total:
            raise WireError(f"the flight has more than {self._limits.total} bytes")
        self._input += data
        found: list[Message] = []
        start = 0
        while len(self._input) > start:
            kind = self._check_header(start)
            if len(self._input) - start < _HEADER:
                break
            end = start + _HEADER + int.from_bytes(self._input[start + 3 : start + _HEADER])
            if len(self._input) < end:
                break
            found += self._record(kind, bytes(self._input[start + _HEADER : end]))
            start = end
        del self._input[:start]
        return found

    def _check_header(self, start: int) -> ContentType:
        header = self._input[start : start + _HEADER]
        wrong = NotTlsError if not self._records else WireError
        try:
            kind = ContentType(header[0])
        except ValueError as error:
            raise wrong(f"{header[0]} is no record type of TLS") from error
        if len(header) > 1 and header[1] != _MAJOR:
            raise wrong(f"{header[1]} is no major version of TLS")
        if len(header) == _HEADER and int.from_bytes(header[3:]) > _LONGEST_RECORD:
            raise wrong("a record is longer than TLS allows")
        return kind

    def _record(self, kind: ContentType, body: bytes) -> list[Message]:
        self._records += 1
        if self._records > self._limits.records:
            raise WireError(f"the flight has more than {self._limits.records} records")
        found: list[Message] = []
        if kind is ContentType.HANDSHAKE and not self._encrypted:
            self._handshake += body
            found += self._handshakes()
        elif kind is ContentType.ALERT and not self._encrypted:
            self._alerts += body
            whole = len(self._alerts) // 2 * 2
            found += [Alert(self._alerts[at], self._alerts[at + 1]) for at in range(0, whole, 2)]
            del self._alerts[:whole]
        else:
            # In TLS 1.3 the change of cipher may be left out; encrypted records show themselves as application data.
            self._encrypted = True
            found.append(Opaque(kind, body))
        self._messages += len(found)
        if self._messages > self._limits.messages:
            raise WireError(f"the flight has more than {self._limits.messages} messages")
        return found

    def _handshakes(self) -> list[Message]:
        found: list[Message] = []
        start = 0
        while len(self._handshake) - start >= 4:  # noqa: PLR2004 # type and length of a handshake message
            size = int.from_bytes(self._handshake[start + 1 : start + 4])
            if size > self._limits.message:
                raise WireError(f"a handshake message announces {size} bytes")
            if len(self._handshake) - start - 4 < size:
                break
            found.append(Handshake(self._handshake[start], bytes(self._handshake[start + 4 : start + 4 + size])))
            start += 4 + size
        del self._handshake[:start]
        return found


def records(kind: ContentType, version: int, body: bytes) -> bytes:
    """Return ``body`` in as many records as it needs.

    Raises:
        WireError: the version does not fit two bytes.
    """
    if not 0 <= version < 1 << 16:
        raise WireError(f"{version} is no version of a record")
    header = bytes([kind]) + version.to_bytes(2)
    pieces = [body[at : at + _LONGEST_FRAGMENT] for at in range(0, len(body), _LONGEST_FRAGMENT)] or [b""]
    return b"".join(header + vector(2, piece) for piece in pieces)


CLOSE_NOTIFY: Final = bytes([ContentType.ALERT, 3, 1, 0, 2, 1, 0])
"""A warning alert close_notify in its record: a polite end, so that a server need not wait for the rest."""
