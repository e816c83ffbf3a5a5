"""A diagnostic shows the line and a caret under what is meant, and nothing of the file reaches the terminal raw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError, Place, visible


def test_a_mistake_looks_like_a_compilers() -> None:
    diagnostic = Diagnostic(Place("acme.yaml", 13, 7), "unknown key 'presnt'", "    - presnt: true", 6)
    assert diagnostic.render() == (
        "acme.yaml:13:7: unknown key 'presnt'\n"
        "   13 |     - presnt: true\n"
        "      |       ^^^^^^"
    )  # fmt: skip


def test_the_file_as_a_whole_has_no_line() -> None:
    assert Diagnostic(Place("acme.yaml"), "the file is empty").render() == "acme.yaml: the file is empty"


def test_the_caret_stands_right_after_tabs_and_wide_characters() -> None:
    after_tab = Diagnostic(Place("f", 1, 3), "m", "\tax").render().split("\n")
    assert after_tab[1:] == ["    1 | \tax", "      | \t ^"]
    after_wide = Diagnostic(Place("f", 1, 3), "m", "会議x").render().split("\n")
    assert after_wide[1:] == ["    1 | 会議x", "      |     ^"]
    after_accent = Diagnostic(Place("f", 1, 3), "m", "e\u0301x").render().split("\n")
    assert after_accent[2] == "      |  ^"


def test_the_caret_may_stand_behind_the_line() -> None:
    assert Diagnostic(Place("f", 1, 3), "m", "a:").render().split("\n")[2] == "      |   ^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "x" * 500 + "HERE" + "y" * 500
    rendered = Diagnostic(Place("f", 1, 501), "m", line, 4).render().split("\n")
    assert len(rendered[1]) < 120
    assert "HERE" in rendered[1]
    assert rendered[1][rendered[2].index("^") :].startswith("HERE")
    assert rendered[2].count("^") == 4
    assert rendered[1].startswith("    1 | …")
    assert rendered[1].endswith("…")


def test_a_line_that_fits_is_not_cut() -> None:
    line = "x" * 100
    assert line in Diagnostic(Place("f", 1, 100), "m", line).render()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("a\x9bm", "a\\x9bm"),
        ("\ud800", "\\ud800"),
        ("two\nlines", "two\\x0alines"),
        ("\U000e0041", "\\U000e0041"),
        ("é 会 \U0001f600", "é 会 \U0001f600"),
    ],
)
def test_what_a_terminal_would_act_upon_is_shown_by_its_number(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_neither_message_nor_line_nor_file_name_reaches_the_terminal_raw() -> None:
    evil = "\x1b]0;owned\x07\u202e\r"
    rendered = Diagnostic(Place(f"f{evil}", 1, 4), f"unknown key '{evil}'", f"a: {evil}").render()
    assert not set(rendered) & set("\x1b\x07\u202e\r")
    assert rendered.count("\n") == 2


@given(line=st.text(max_size=300), column=st.integers(1, 320), length=st.integers(-5, 400), message=st.text())
def test_any_diagnostic_is_three_printable_lines_at_most(line: str, column: int, length: int, message: str) -> None:
    rendered = Diagnostic(Place("f", 1, column), message, line, length).render()
    shown = rendered.split("\n")
    assert len(shown) == (3 if line else 1)
    assert all(each.replace("\t", "").isprintable() for each in shown)
    assert "^" in shown[-1] or not line


def test_all_mistakes_of_a_file_come_in_the_order_of_their_places_and_once() -> None:
    late, early = Diagnostic(Place("f", 10, 1), "late"), Diagnostic(Place("f", 9, 5), "early")
    error = InvalidFileError([late, early, late])
    assert error.diagnostics == [early, late]
    assert str(error) == "f:9:5: early\nf:10:1: late"


def test_more_mistakes_than_a_person_reads_are_counted() -> None:
    error = InvalidFileError([Diagnostic(Place("f", line, 1), "m") for line in range(1, 251)])
    assert str(error).endswith("... and 150 more mistakes; mend these first")
    assert len(error.diagnostics) == 250
