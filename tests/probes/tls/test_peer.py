"""A flight becomes an answer, and an answer says yes, no, perhaps no, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.probes.tls.answers import Answer, Kind, Say
from vendor_audit.probes.tls.peer import Flight, hello_is_enough, whole_flight_is_needed
from vendor_audit.wire.tls_records import Alert, ContentType, records
from vendor_audit.wire.versions import TlsVersion

HELLO = bytes.fromhex("02 000026 0303") + bytes(32) + b"\0" + bytes.fromhex("c02f 00")
DONE = bytes.fromhex("0e 000000")
OFFERED = (0xC02F, 0x002F)


def flight(*reads: bytes, whole: bool = False) -> Flight:
    made = Flight(whole_flight_is_needed if whole else hello_is_enough)
    for each in reads:
        if made.answer is None:
            made.take(each)
    return made


def plain(body: bytes) -> bytes:
    return records(ContentType.HANDSHAKE, 0x0303, body)


def alert(number: int, level: int = 2) -> bytes:
    return records(ContentType.ALERT, 0x0303, bytes([level, number]))


def say(found: Flight, version: TlsVersion = TlsVersion.TLS12) -> Say:
    assert found.answer is not None
    return found.answer.says(version, OFFERED)[0]


def test_a_server_hello_is_a_yes_for_its_version_alone() -> None:
    assert say(flight(plain(HELLO))) is Say.YES
    assert say(flight(plain(HELLO)), TlsVersion.TLS11) is Say.NO


def test_a_suite_that_was_not_offered_says_nothing() -> None:
    found = flight(plain(HELLO)).answer
    assert found is not None
    assert found.says(TlsVersion.TLS12, (0x002F,)) == (
        Say.UNKNOWN,
        "the server chose suite 0xC02F, which was not offered",
    )


@pytest.mark.parametrize(
    ("number", "meaning"),
    [
        *((number, Say.NO) for number in (40, 47, 70, 71)),
        *((number, Say.PERHAPS_NO) for number in (0, 80)),
        *((number, Say.UNKNOWN) for number in (49, 112, 116)),
    ],
)
def test_alerts_differ(number: int, meaning: Say) -> None:
    assert say(flight(alert(number))) is meaning


def test_closing_and_resetting_are_perhaps_a_no() -> None:
    assert say(flight(b"")) is Say.PERHAPS_NO
    assert Flight(hello_is_enough).reset().says(TlsVersion.TLS12, OFFERED)[0] is Say.PERHAPS_NO


def test_silence_says_nothing() -> None:
    assert Flight(hello_is_enough).silent(5).says(TlsVersion.TLS12, OFFERED) == (
        Say.UNKNOWN,
        "the server did not answer within 5 s",
    )


def test_breaking_off_says_nothing() -> None:
    found = flight(plain(HELLO)[:20], b"")
    assert say(found) is Say.UNKNOWN
    assert found.answer is not None
    assert found.answer.kind is Kind.BROKEN


def test_a_warning_before_the_hello_is_passed_over() -> None:
    assert say(flight(alert(112, level=1) + plain(HELLO))) is Say.YES


def test_the_whole_flight_is_read_where_it_is_needed() -> None:
    assert flight(plain(HELLO), whole=True).answer is None
    found = flight(plain(HELLO), plain(DONE), whole=True).answer
    assert found is not None
    assert [each.kind for each in found.messages] == [2, 14]


def test_only_firm_answers_are_not_asked_again() -> None:
    assert Answer(Kind.ALERT, alert=Alert(2, 40)).firm
    assert not Answer(Kind.ALERT, alert=Alert(2, 80)).firm
    assert not Answer(Kind.RESET).firm
    assert not Answer(Kind.SILENT).firm


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20))
def test_no_bytes_raise_and_the_end_always_gives_an_answer(reads: list[bytes]) -> None:
    found = flight(*reads, b"")
    assert found.answer is not None
    assert len(found.answer.received) <= 1024
