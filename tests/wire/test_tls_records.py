"""Messages come out of the bytes however they were cut, and no bytes do harm."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import NotTlsError, WireError
from vendor_audit.wire.tls_records import (
    Alert,
    ContentType,
    Handshake,
    Limits,
    Message,
    Opaque,
    RecordStream,
    records,
)

SMALL = Limits(total=5_000, message=2_000, messages=20, records=50)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=200)), max_size=8), st.lists(st.integers(0, 5_000)))
def test_messages_survive_any_fragmentation(sent: list[tuple[int, bytes]], cuts: list[int]) -> None:
    flight = b"".join(message(kind, body) for kind, body in sent)
    # Cut into records first, and the records into reads.
    wire = b"".join(records(ContentType.HANDSHAKE, 0x0303, each) for each in pieces(flight, cuts) if each)
    stream = RecordStream(SMALL)
    found: list[Message] = []
    for each in pieces(wire, cuts):
        found += stream.feed(each)
    assert found == [Handshake(kind, body) for kind, body in sent]
    assert not stream.pending


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_no_bytes_raise_anything_but_a_wire_error(reads: list[bytes]) -> None:
    stream = RecordStream(SMALL)
    try:
        for each in reads:
            stream.feed(each)
    except WireError:
        return


@given(
    st.lists(st.tuples(st.sampled_from(list(ContentType)), st.integers(0, 0x03FF), st.binary(max_size=60)), max_size=60)
)
def test_no_records_raise_anything_but_a_wire_error(sent: list[tuple[ContentType, int, bytes]]) -> None:
    stream = RecordStream(SMALL)
    held = 0
    try:
        for kind, version, body in sent:
            held += len(stream.feed(records(kind, version, body)))
    except WireError:
        return
    assert held <= SMALL.messages


def test_other_protocols_are_told_from_broken_tls() -> None:
    for first in (b"HTTP/1.1 400", b"SSH-2.0-x", b"220 mail", b"\x16\x02\x00", b"\x80\x03\x00\x00\x01"):
        with pytest.raises(NotTlsError):
            RecordStream().feed(first)
    stream = RecordStream()
    stream.feed(records(ContentType.ALERT, 0x0303, b"\x01\x70"))
    with pytest.raises(WireError, match="72 is no record type of TLS") as caught:
        stream.feed(b"HTTP/1.1")
    assert not isinstance(caught.value, NotTlsError)


def test_alerts_are_read_even_byte_by_byte() -> None:
    stream = RecordStream()
    wire = records(ContentType.ALERT, 0x0301, b"\x02") + records(ContentType.ALERT, 0x0301, b"\x28")
    found = [each for byte in wire for each in stream.feed(bytes([byte]))]
    assert found == [Alert(2, 40)]
    assert isinstance(found[0], Alert)
    assert found[0].fatal
    assert str(found[0]) == "handshake_failure (40)"


def test_what_follows_the_change_of_cipher_is_left_sealed() -> None:
    stream = RecordStream()
    found = stream.feed(
        records(ContentType.CHANGE_CIPHER_SPEC, 0x0303, b"\1") + records(ContentType.HANDSHAKE, 0x0303, b"\xff" * 40)
    )
    assert found == [
        Opaque(ContentType.CHANGE_CIPHER_SPEC, b"\1"),
        Opaque(ContentType.HANDSHAKE, b"\xff" * 40),
    ]


def test_a_flight_has_bounds() -> None:
    with pytest.raises(WireError, match="a handshake message announces 16777215 bytes"):
        RecordStream().feed(records(ContentType.HANDSHAKE, 0x0303, b"\x0b\xff\xff\xff"))
    with pytest.raises(WireError, match="more than 50 records"):
        RecordStream(SMALL).feed(records(ContentType.HANDSHAKE, 0x0303, b"") * 51)
    with pytest.raises(WireError, match="more than 20 messages"):
        RecordStream(SMALL).feed(records(ContentType.ALERT, 0x0303, b"\x01\x70") * 21)
    with pytest.raises(WireError, match="more than 5000 bytes"):
        RecordStream(SMALL).feed(bytes(5_001))
    with pytest.raises(WireError, match="longer than TLS allows"):
        RecordStream().feed(b"\x16\x03\x03\xff\xff")
