"""A stream is cut into messages wherever the network cut it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, Message, MessageClass, encode
from vendor_audit.wire.stun_stream import ChannelData, StunStream, channel_data_bytes

frames = st.one_of(
    st.builds(ChannelData, st.integers(0x4000, 0x4FFF), st.binary(max_size=50)),
    st.builds(
        lambda method, value: encode(Message(MessageClass.REQUEST, method, bytes(12), (Attribute(0x8022, value),))),
        st.integers(0, 0xFFF),
        st.binary(max_size=60),
    ),
)


@given(st.lists(frames, max_size=8), st.lists(st.integers(0, 2_000)))
def test_frames_survive_any_cut(sent: list[bytes | ChannelData], cuts: list[int]) -> None:
    wire = b"".join(each if isinstance(each, bytes) else channel_data_bytes(each) for each in sent)
    places = sorted({0, len(wire), *(cut % (len(wire) + 1) for cut in cuts)})
    stream = StunStream()
    found: list[bytes | ChannelData] = []
    for start, end in itertools.pairwise(places):
        found += stream.feed(wire[start:end])
    assert found == sent
    assert not stream.pending


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_raise_anything_but_a_wire_error(reads: list[bytes]) -> None:
    stream = StunStream()
    try:
        for each in reads:
            stream.feed(each)
    except WireError:
        return


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x15\x03\x03\x00\x02\x02\x28", "magic cookie"),
        (b"\xff", "neither"),
        (b"SSH-2.0-x", "neither"),
        (b"\x00\x01\x00\x03\x21\x12\xa4\x42", "multiple of four"),
        (b"\x00\x01\x00\x00\x22", "magic cookie"),
    ],
)
def test_another_protocol_is_noticed_with_its_first_bytes(data: bytes, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        StunStream().feed(data)


def test_a_begun_message_is_pending() -> None:
    stream = StunStream()
    assert stream.feed(b"\x00\x01\x00\x04\x21\x12\xa4\x42") == []
    assert stream.pending


def test_channel_data_that_fits_no_form_is_not_written() -> None:
    with pytest.raises(WireError, match="no channel"):
        channel_data_bytes(ChannelData(0x5000, b""))
    with pytest.raises(WireError, match="do not fit"):
        channel_data_bytes(ChannelData(0x4000, bytes(65_536)))
