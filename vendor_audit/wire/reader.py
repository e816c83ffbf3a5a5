"""A bounded cursor over bytes, and its counterpart for writing length-prefixed vectors (RFC 8446, 3)."""

from __future__ import annotations

import struct
from typing import Final

from vendor_audit.wire.errors import WireError

_SHORT: Final = 2
"""Bytes of nearly every number in TLS; these are written in one go."""


class Reader:
    """Reads big-endian numbers and length-prefixed vectors; never past the end."""

    __slots__ = ("_data", "_offset")

    def __init__(self, data: bytes) -> None:
        """Take the bytes; nothing is copied until it is read."""
        self._data = data
        self._offset = 0

    @property
    def left(self) -> int:
        """How many bytes have not been read."""
        return len(self._data) - self._offset

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            WireError: fewer are left.
        """
        if count > self.left:
            raise WireError(f"{count} bytes announced, {self.left} left")
        start = self._offset
        self._offset += count
        return self._data[start : self._offset]

    def number(self, size: int) -> int:
        """Return the next ``size`` bytes as an unsigned number.

        Raises:
            WireError: fewer are left.
        """
        return int.from_bytes(self.take(size))

    def vector(self, size: int) -> bytes:
        """Return a vector whose length stands before it in ``size`` bytes.

        Raises:
            WireError: it is longer than what is left.
        """
        return self.take(self.number(size))

    def end(self) -> None:
        """Confirm that everything was read.

        Raises:
            WireError: something follows.
        """
        if self.left:
            raise WireError(f"{self.left} bytes too many")


def vector(size: int, content: bytes) -> bytes:
    """Return ``content`` with its length before it in ``size`` bytes.

    Raises:
        WireError: it is too long for that.
    """
    if len(content) >= 1 << (8 * size):
        raise WireError(f"{len(content)} bytes do not fit a vector with a length of {size} bytes")
    return len(content).to_bytes(size) + content


def numbers(size: int, values: tuple[int, ...]) -> bytes:
    """Return unsigned numbers of ``size`` bytes each, one after the other.

    Raises:
        WireError: a number is negative or too big.
    """
    try:
        if size == _SHORT:
            return struct.pack(f">{len(values)}H", *values)
        return b"".join(value.to_bytes(size) for value in values)
    except (OverflowError, struct.error) as error:
        raise WireError(f"a number does not fit {size} bytes") from error
