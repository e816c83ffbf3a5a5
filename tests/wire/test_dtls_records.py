"""Handshake messages come out of the datagrams whatever was lost, doubled or out of order; no bytes do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.dtls_records import (
    Assembler,
    Limits,
    Message,
    Sealed,
    encode_alert,
    encode_handshake,
    encode_record,
    is_dtls,
    parse_records,
)
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import numbers, vector
from vendor_audit.wire.tls_records import Alert, ContentType

DTLS12 = 0xFEFD


def fragment(number: int, start: int, piece: bytes, size: int, kind: int = 11) -> bytes:
    header = numbers(1, (kind,)) + numbers(3, (size,)) + numbers(2, (number,)) + numbers(3, (start,))
    return encode_record(ContentType.HANDSHAKE, DTLS12, 0, header + vector(3, piece))


bodies = st.lists(st.binary(max_size=400), min_size=1, max_size=6)


@given(bodies, st.randoms(use_true_random=False), st.integers(1, 90))
def test_messages_survive_any_order_doubling_and_overlap(sent: list[bytes], random, size: int) -> None:  # type: ignore[no-untyped-def]
    datagrams = []
    for number, body in enumerate(sent):
        starts = list(range(0, len(body), size)) or [0]
        # Each fragment reaches a little into the next one, as a retransmission with another size does.
        datagrams += [fragment(number, at, body[at : at + size + 3], len(body)) for at in starts]
    datagrams += datagrams[: len(datagrams) // 2]
    random.shuffle(datagrams)
    assembler = Assembler()
    found = [each for datagram in datagrams for each in assembler.feed(datagram)]
    assert found == [Message(11, number, body) for number, body in enumerate(sent)]


@given(st.binary(max_size=4_000))
def test_what_we_write_we_read_however_long(body: bytes) -> None:
    assembler = Assembler()
    datagrams = encode_handshake(1, 0, body, DTLS12, 7)
    assert all(len(each) <= 1_200 for each in datagrams)
    assert [parse_records(each)[0].sequence for each in datagrams] == list(range(7, 7 + len(datagrams)))
    assert [each for datagram in datagrams for each in assembler.feed(datagram)] == [Message(1, 0, body)]


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_no_datagrams_raise_anything_but_a_wire_error(datagrams: list[bytes]) -> None:
    assembler = Assembler(Limits(total=5_000, message=500, messages=8, fragments=50, arrivals=50))
    try:
        for each in datagrams:
            assembler.feed(each)
    except WireError:
        return


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255),
            st.integers(0, 600),
            st.integers(0, 40),
            st.integers(0, 600),
            st.binary(max_size=60),
        ),
        max_size=80,
    )
)
def test_no_fragments_raise_anything_but_a_wire_error(fragments: list[tuple[int, int, int, int, bytes]]) -> None:
    assembler = Assembler(Limits(total=50_000, message=500, messages=8, fragments=60, arrivals=50))
    try:
        for kind, size, number, start, piece in fragments:
            for each in assembler.feed(fragment(number, start, piece, size, kind)):
                assert isinstance(each, Message)
                assert each.number < 8
    except WireError:
        return


def test_a_message_is_handed_on_only_when_the_ones_before_it_are_there() -> None:
    assembler = Assembler()
    assert assembler.feed(fragment(1, 0, b"second", 6)) == []
    assert assembler.feed(fragment(0, 0, b"first", 5)) == [Message(11, 0, b"first"), Message(11, 1, b"second")]
    assert assembler.feed(fragment(0, 0, b"first", 5)) == []


def test_alerts_and_encrypted_records_of_every_version_are_told_apart() -> None:
    assembler = Assembler()
    encrypted_12 = numbers(1, (23,)) + numbers(2, (DTLS12, 1)) + numbers(6, (0,)) + vector(2, b"sealed")
    encrypted_13 = bytes([0x2C, 0, 1]) + b"sealed"
    assert assembler.feed(encode_alert(DTLS12, 0, 40) + encrypted_12) == [Alert(2, 40), Sealed()]
    assert assembler.feed(encrypted_13) == [Sealed()]


def test_a_record_that_makes_no_sense_is_left_out_and_what_follows_is_read() -> None:
    assembler = Assembler()
    assert assembler.feed(b"\x16\x03\x03\x00\x05hello") == []
    assert assembler.feed(fragment(0, 4, b"beyond its end", 6)) == []
    assert assembler.feed(fragment(0, 0, b"whole", 5)) == [Message(11, 0, b"whole")]
    assert assembler.discarded == 2


def test_a_fragment_that_contradicts_an_earlier_one_does_not_change_it() -> None:
    assembler = Assembler()
    assembler.feed(fragment(0, 0, b"who", 5))
    assembler.feed(fragment(0, 0, b"another", 7))
    assert assembler.feed(fragment(0, 3, b"le", 5)) == [Message(11, 0, b"whole")]


@pytest.mark.parametrize(
    ("datagrams", "reason"),
    [
        ([fragment(0, 0, b"", 500_000)], "announces 500000 bytes"),
        ([fragment(0, at % 400, b"x", 4_000) for at in range(3_000)], "more than 2048 fragments"),
        ([bytes(60_000)] * 9, "more than 512000 bytes"),
        ([encode_alert(DTLS12, 0, 0)] * 300, "more than 256 messages"),
        ([fragment(number, 0, b"", 0) for number in range(60)], "handshake messages"),
    ],
)
def test_an_endless_flight_ends_at_its_bound(datagrams: list[bytes], reason: str) -> None:
    assembler = Assembler()

    def feed_all() -> None:
        for each in datagrams:
            assembler.feed(each)

    with pytest.raises(WireError, match=reason):
        feed_all()


def test_dtls_is_told_from_its_neighbours_on_the_same_path() -> None:
    stun, turn_channel, rtp = b"\x00\x01", b"\x40\x00", b"\x80\x60"
    assert [is_dtls(each) for each in (b"\x16\xfe", b"\x3f", stun, turn_channel, rtp, b"")] == [True, True] + [
        False
    ] * 4
