"""The words of every sentence: did you mean, one of, quotes."""

from __future__ import annotations

import pytest

from vendor_audit.source.words import did_you_mean, nearest, one_of, quoted, written


def test_the_near_word_is_suggested() -> None:
    assert did_you_mean("presnt", ["absent", "present"]) == ", did you mean 'present'?"
    assert did_you_mean("zzz", ["absent", "present"]) == ""
    assert did_you_mean("", []) == ""


def test_letter_case_and_hyphens_do_not_count() -> None:
    assert nearest("LEGAL-ENTITY", ["legal_entity", "name"]) == "legal_entity"


def test_a_word_as_long_as_a_file_is_compared_by_its_beginning() -> None:
    assert nearest("x" * 1_000_000, ["x"]) == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")],
)
def test_a_choice_reads_like_a_sentence(words: list[str], text: str) -> None:
    assert one_of(words) == text


def test_a_long_choice_is_cut() -> None:
    assert one_of([str(number) for number in range(100)]).endswith("15, ...")


def test_a_quotation_is_short() -> None:
    assert quoted("x" * 60) == f"'{'x' * 60}'"
    assert quoted("x" * 61) == f"'{'x' * 59}…'"


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (None, "null"), (1, "1"), ("x", "x"), ([1], "a list"), ({}, "keys with values")],
)
def test_a_value_is_written_as_yaml_writes_it(value: object, text: str) -> None:
    assert written(value) == text
