"""Protocols that share a port are told apart by their first bytes (RFC 7983, 7; RFC 9443, 3; RFC 5761, 4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.demux import Protocol, protocol_of
from vendor_audit.wire.stun import Message, MessageClass, encode


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (0, Protocol.STUN),
        (3, Protocol.STUN),
        (4, None),
        (15, None),
        (16, Protocol.ZRTP),
        (19, Protocol.ZRTP),
        (20, Protocol.DTLS),
        (22, Protocol.DTLS),
        (63, Protocol.DTLS),
        (64, Protocol.TURN_CHANNEL),
        (79, Protocol.TURN_CHANNEL),
        (80, Protocol.QUIC),
        (127, Protocol.QUIC),
        (128, Protocol.RTP),
        (191, Protocol.RTP),
        (192, Protocol.QUIC),
        (255, Protocol.QUIC),
    ],
)
def test_the_ranges_are_those_of_the_rfcs(first: int, expected: Protocol | None) -> None:
    assert protocol_of(bytes([first, 0])) == expected


def test_rtcp_is_told_from_rtp_by_its_second_byte() -> None:
    assert protocol_of(b"\x80\xc8") is Protocol.RTCP
    assert protocol_of(b"\x80\x60") is Protocol.RTP
    assert protocol_of(b"\x80") is Protocol.RTP


@given(st.binary(max_size=20))
def test_every_datagram_is_somebodys_or_nobodys(datagram: bytes) -> None:
    assert protocol_of(datagram) in {None, *Protocol}


@given(st.sampled_from(MessageClass), st.integers(0, 0xFF))
def test_every_method_that_may_be_assigned_is_told_as_stun(kind: MessageClass, method: int) -> None:
    assert protocol_of(encode(Message(kind, method, bytes(12)))) is Protocol.STUN


def test_nothing_is_nobodys() -> None:
    assert protocol_of(b"") is None
