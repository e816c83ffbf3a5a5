"""STUN messages and ChannelData out of a byte stream: TCP and TLS (RFC 8489, 6.2.2; RFC 8656, 12.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import HEADER, MAGIC_COOKIE

_LENGTH_AT: Final = 4
"""Bytes after which the length of either form is known."""
_COOKIE_AT: Final = 8
"""Bytes after which the magic cookie is there."""
_CHANNELS: Final = range(0x4000, 0x5000)
"""Channel numbers (RFC 8656, 12)."""


@dataclass(frozen=True, slots=True)
class ChannelData:
    """Data of a channel (RFC 8656, 12.4)."""

    channel: int
    data: bytes


class StunStream:
    """Cuts a stream into messages. It never holds more than one unfinished message, so at most 65,555 bytes."""

    def __init__(self) -> None:
        """Begin with an empty stream."""
        self._held = b""

    @property
    def pending(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._held)

    def feed(self, data: bytes) -> list[bytes | ChannelData]:
        """Return the STUN messages (as bytes, for `stun.decode`) and channel data that are now whole.

        Raises:
            WireError: the stream is neither; it cannot be read on.
        """
        self._held += data
        found: list[bytes | ChannelData] = []
        at = 0
        while (size := _size(self._held[at : at + _COOKIE_AT])) is not None and at + size <= len(self._held):
            found.append(_frame(self._held[at : at + size]))
            at += size
        self._held = self._held[at:]
        return found


def channel_data_bytes(frame: ChannelData) -> bytes:
    """Return channel data as it goes over a stream, padded.

    Raises:
        WireError: the channel is none, or the data are too long.
    """
    if frame.channel not in _CHANNELS:
        raise WireError(f"{frame.channel:#06x} is no channel of TURN")
    try:
        size = len(frame.data).to_bytes(2)
    except OverflowError as error:
        raise WireError(f"{len(frame.data)} bytes do not fit channel data") from error
    return frame.channel.to_bytes(2) + size + frame.data + bytes(-len(frame.data) % 4)


def _size(head: bytes) -> int | None:
    """Return the bytes of the frame that begins so, padding included; None: not known yet."""
    if head and head[0] & 0xC0 == 0:
        if head[4:_COOKIE_AT] != MAGIC_COOKIE.to_bytes(4)[: max(0, len(head) - 4)]:
            raise WireError("no STUN: the magic cookie is missing")
        if len(head) < _LENGTH_AT:
            return None
        length = int.from_bytes(head[2:4])
        if length % 4:
            raise WireError(f"a STUN message of {length} bytes: no multiple of four")
        return HEADER + length
    if len(head) < _LENGTH_AT:
        if head and head[0] << 8 not in _CHANNELS:
            raise WireError(f"neither STUN nor channel data begins with {head[0]:#04x}")
        return None
    if int.from_bytes(head[:2]) not in _CHANNELS:
        raise WireError(f"neither STUN nor channel data begins with {head[0]:#04x}")
    length = int.from_bytes(head[2:4])
    return 4 + length + -length % 4


def _frame(data: bytes) -> bytes | ChannelData:
    if data[0] & 0xC0 == 0:
        return data
    return ChannelData(int.from_bytes(data[:2]), data[4 : 4 + int.from_bytes(data[2:4])])
