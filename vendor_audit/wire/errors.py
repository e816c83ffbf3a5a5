"""What a codec says of bytes that it cannot read, or of values that it cannot write."""

from __future__ import annotations


class WireError(Exception):
    """The bytes are not what the protocol allows, or more than the codec is willing to hold."""


class NotTlsError(WireError):
    """The very first bytes are no TLS record: the peer speaks another protocol."""
