"""What a datagram is that shares a port with others: DTLS, STUN, TURN channels, SRTP (RFC 7983, 7; RFC 9443, 3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_RTCP_TYPES: Final = range(192, 224)
"""Second byte of RTCP where RTP and RTCP share a port (RFC 5761, 4)."""


class Protocol(StrEnum):
    """Whose bytes they are."""

    STUN = "stun"
    ZRTP = "zrtp"
    DTLS = "dtls"
    TURN_CHANNEL = "turn channel"
    QUIC = "quic"
    RTP = "rtp"
    RTCP = "rtcp"


_BY_FIRST_BYTE: Final = (
    (range(4), Protocol.STUN),
    (range(16, 20), Protocol.ZRTP),
    (range(20, 64), Protocol.DTLS),
    (range(64, 80), Protocol.TURN_CHANNEL),
    (range(80, 128), Protocol.QUIC),
    (range(128, 192), Protocol.RTP),
    (range(192, 256), Protocol.QUIC),
)


def protocol_of(datagram: bytes) -> Protocol | None:
    """Return whose datagram it is by its first bytes; None: empty, or nobody's, to be dropped."""
    if not datagram:
        return None
    found = next((protocol for bytes_of, protocol in _BY_FIRST_BYTE if datagram[0] in bytes_of), None)
    if found is Protocol.RTP and len(datagram) > 1 and datagram[1] in _RTCP_TYPES:
        return Protocol.RTCP
    return found
