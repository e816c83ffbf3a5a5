from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.reports.text import LONGEST, capital, compact, listed, plural, shorten, visible, visible_all


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\u202egnp.exe", r"a\u202egnp.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("soft\u00adhyphen", r"soft\xadhyphen"),
        ("lone \udc80", r"lone \udc80"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("nul\x00", r"nul\x00"),
        ("line\u2028break", r"line\u2028break"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@pytest.mark.parametrize("living", ["Zażółć gęślą jaźń", "Ελλάδα", "Größe", "Việt Nam", "日本", "“q” — 5 €"])
def test_what_people_write_stays_as_it_is(living: str) -> None:
    assert visible(living) == living


def test_white_space_of_any_kind_is_one_space() -> None:
    assert visible("a\r\n\tb   c") == "a b c"


def test_marks_that_climb_over_the_lines_are_shown_as_escapes() -> None:
    assert visible("a" + "\u0301" * 6).count("\u0301") == 3


def test_a_long_string_is_cut_and_says_how_much_is_missing() -> None:
    shown = visible("x" * 5_000)
    assert shown == "x" * LONGEST + " … (4,400 more characters in audit.json)"


@given(st.text())
def test_nothing_invisible_survives(text: str) -> None:
    shown = visible(text)
    assert not [each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert len(shown) <= 10 * LONGEST + 60


def test_every_string_of_a_document_goes_through_the_gate_keys_too() -> None:
    hostile = {"\x1b": ["\u202e", {"k": "\x00"}], "facts": {"secret": 1}, "n": 1.5, "none": None}
    assert visible_all(hostile) == {r"\x1b": [r"\u202e", {"k": r"\x00"}], "n": 1.5, "none": None}


def test_values_are_shown_as_short_json() -> None:
    assert compact({"a": [1, True, None, "ü"]}) == '{"a": [1, true, null, "ü"]}'
    assert compact("x" * 500, 10).startswith('"xxxxxxxxx …')


def test_small_words_agree_with_their_numbers() -> None:
    assert [plural(1, "host"), plural(0, "host"), plural(1200, "host")] == ["1 host", "0 hosts", "1,200 hosts"]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_sentence_begins_with_a_capital_but_a_host_name_keeps_its_letters() -> None:
    assert [capital("accepts TLSv1.0"), capital("meet.acme.example resolves"), capital("")] == [
        "Accepts TLSv1.0", "meet.acme.example resolves", "",
    ]  # fmt: skip


def test_a_sentence_in_a_table_is_cut_between_two_words() -> None:
    assert shorten("one two three", 9) == "one two …"
    assert shorten("one two", 9) == "one two"
    assert shorten("x" * 20, 9) == "x" * 9 + " …"
