from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.documents.clauses.patterns import PatternError, compile_pattern
from vendor_audit.documents.values.words import folded

WORDS = {"who": "processors?", "shall": "shall|will", "both": "{who} {shall}"}


@pytest.mark.parametrize(
    ("alternatives", "text", "found"),
    [
        (["{who} {shall} inform"], "the processor will inform you", True),
        (["{both} inform"], "the processor will inform you", True),
        (["processor .. inform"], "the processor shall without any delay inform you", True),
        (["processor .. inform"], f"the processor {'very ' * 9}inform", False),
        (["processor ... inform"], f"the processor {'very ' * 90}inform", True),
        ([["inform", "processor"]], "you inform the processor", True),
        ([["inform", "! not"]], "you do not inform", False),
        ([["inform", "! not"]], "you inform", True),
        (["prüfung|contrôle"], folded("die PRÜFUNG"), True),
    ],
)
def test_a_pattern_finds_what_it_says(alternatives: list[str | list[str]], text: str, *, found: bool) -> None:
    assert compile_pattern(alternatives, WORDS).found(text) is found


def test_the_words_of_a_list_are_counted_once_each_and_up_to_what_is_enough() -> None:
    pattern = compile_pattern(["name|e-?mail|phone"], {})
    assert pattern.count("name, email, name", 5) == 2
    assert pattern.count("name, email, phone", 2) == 2


@pytest.mark.parametrize("wrong", ["(unclosed", "(?=look)", "{nobody}", "{self}"])
def test_a_wrong_pattern_is_told(wrong: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern([wrong], {"self": "{self}"})


def test_hostile_text_takes_time_in_proportion_to_its_length() -> None:
    pattern = compile_pattern(["(a|aa)+$", "processor .. inform ... controller"], {})
    started = time.perf_counter()
    assert not pattern.found("processor " * 20_000 + "a" * 200_000 + "!")
    assert time.perf_counter() - started < 5


@given(st.text())
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert folded(folded(text)) == folded(text)
