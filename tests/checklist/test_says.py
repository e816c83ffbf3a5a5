from __future__ import annotations

from typing import Any

import pytest

ACCEPTED = {"each": "versions.accepted", "in": "$toy.versions.allowed"}


@pytest.mark.parametrize(
    ("says", "facts", "said"),
    [
        ("accepts {versions.accepted}", {"versions": {"accepted": ["one", "two"]}}, "accepts one, two"),
        ("accepts {failing}", {"versions": {"accepted": ["one", "two"]}}, "accepts one"),
        ("prefers {versions.preferred}", {"versions": {"accepted": ["one"]}}, "prefers (not established)"),
        ("{{not}} {$toy.bits}", {"versions": {"accepted": ["one"]}}, "{not} 100"),
        ("outside of {$toy.eea}", {"versions": {"accepted": ["one"]}}, "outside of the EEA"),
        ("too old.", {"versions": {"accepted": ["one"]}}, "too old"),
    ],
)
def test_placeholders_are_filled(toy: Any, says: str, facts: dict[str, Any], said: str) -> None:
    judgement = toy.judge(facts, passes_if=ACCEPTED, says={"fail": says})
    assert judgement.verdict == "fail"
    assert judgement.reason == f"{said}: versions.accepted[0] is one; not one of two, three"


def test_a_verdict_without_a_sentence_of_its_own_has_the_clause_alone(toy: Any) -> None:
    judgement = toy.judge({"bits": 128}, says={"fail": "too few"})
    assert judgement.reason == "bits is 128; at least 100"


def test_failing_names_elements_by_their_names_outermost_first(toy: Any) -> None:
    facts = {
        "toy": [
            {"target": "a.example", "versions": {"accepted": ["one", "two"]}},
            {"target": "b.example", "versions": {"accepted": ["three"]}},
        ]
    }
    judgement = toy.judge(
        facts,
        judges=["toy", "other"],
        passes_if={"each": "toy", "where": ACCEPTED},
        says={"fail": "{failing}"},
        target=None,
    )
    assert judgement.reason.startswith("a.example: one: ")


def test_failing_names_an_element_without_a_name_by_its_path_and_each_once(toy: Any) -> None:
    facts = {"processors": [{"country": "US", "transfer": "none"}, {"name": "Faraway", "country": "XX"}]}
    where = {"all": [{"fact": "country", "equals": "NL"}, {"not": {"fact": "transfer", "equals": "none"}}]}
    judgement = toy.judge(facts, passes_if={"each": "processors", "where": where}, says={"fail": "see {failing}"})
    assert judgement.reason.startswith("see processors[0], Faraway: ")


def test_failing_outside_of_lists_is_the_value(toy: Any) -> None:
    assert toy.judge({"bits": 7}, says={"fail": "only {failing} bits"}).reason.startswith("only 7 bits: ")
    assert toy.judge({}, says={"inconclusive": "{failing} unseen"}).reason.startswith("bits unseen: ")


def test_long_lists_and_texts_are_cut(toy: Any) -> None:
    facts = {"processors": [{"name": f"P{index}", "country": "US"} for index in range(30)]}
    where = {"fact": "country", "equals": "NL"}
    reason = toy.judge(facts, passes_if={"each": "processors", "where": where}, says={"fail": "{failing}"}).reason
    assert reason.startswith("P0, P1, P2, P3, P4, P5, P6, P7, P8, P9 and 20 more: ")
    long = toy.judge({"word": "x" * 5000}, passes_if={"fact": "word", "equals": "y"}, says={"fail": "{word}"}).reason
    assert len(long) < 400


def test_braces_in_a_fact_are_not_filled_again(toy: Any) -> None:
    reason = toy.judge({"word": "{bits} %s"}, passes_if={"fact": "word", "equals": "y"}, says={"fail": "{word}"}).reason
    assert reason.startswith("{bits} %s: word is {bits} %s; should be y")


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("{versions.acepted}", "there is no 'acepted' in 'versions' in the facts of toy, did you mean 'accepted'?"),
        ("{versions}", "'versions' is a group of facts: name one of them; there are accepted or preferred"),
        ("{processors.name}", "'processors' is a list"),
        ("{0}", "'{0}' names no fact: write {versions.accepted} or {failing}"),
        ("{}", "'{}' names no fact"),
        ("{versions.accepted", "a single '{' has no partner: write it twice for the character itself"),
        ("accepted}", "a single '}' has no partner"),
        ("{bits!r}", "'{bits!r}' names no fact"),
        ("{bits.__class__}", "there is no '__class__' in 'bits' in the facts of toy"),
        ("{$toy.bit}", "the data toy-2026 have no '$toy.bit', did you mean 'toy.bits'?"),
    ],
)
def test_a_wrong_placeholder_is_told_when_the_check_is_loaded(toy: Any, says: str, message: str) -> None:
    (mistake,) = toy.load_mistakes(toy.check(says={"fail": says}))
    assert message in mistake
