from __future__ import annotations

from typing import Any

from vendor_audit.checklist.examples import run_examples


def test_examples_that_are_right_pass(toy: Any, check_text: str, head_text: str) -> None:
    results = run_examples(toy.load(head_text + check_text))
    assert [each.passed for each in results] == [True, True, True]


def test_an_example_that_is_wrong_says_where_and_what_came_out(toy: Any, check_text: str, head_text: str) -> None:
    text = head_text + check_text.replace("verdict: fail, facts: {bits: 64}", "verdict: fail, facts: {bits: 640}")
    (wrong,) = [each for each in run_examples(toy.load(text)) if not each.passed]
    place = f"{toy.folder}/toy.yaml:19:9"
    assert wrong.message == f"{place}: toy.one: should be fail, but is pass: bits is 640; at least 100"


def test_only_the_checks_that_are_named_are_run(toy: Any, check_text: str, head_text: str) -> None:
    catalogue = toy.load(head_text + check_text + check_text.replace("toy.one", "toy.two"))
    assert {each.check.id for each in run_examples(catalogue, only=["toy.two"])} == {"toy.two"}
    assert run_examples(catalogue, only=[]) == []


def test_an_example_may_give_the_target_the_vendor_file_and_the_day(toy: Any) -> None:
    examples = [
        {"verdict": "pass", "facts": {"day": "2030-01-02"}, "target": {"role": ["api"]}, "date": "2030-01-01"},
        {"verdict": "fail", "facts": {"day": "2030-01-01"}, "target": {"role": ["api"]}, "date": "2030-01-01"},
        {"verdict": "inconclusive", "facts": {}, "unknown": {"day": "not seen"}, "target": {"role": ["api"]}},
        {"verdict": "not_applicable", "facts": {}, "target": {"role": ["web"]}},
    ]
    condition = {"target": "role", "equals": "api"}
    text = toy.check(passes_if={"fact": "day", "after": "$audit.date"}, applies_when=condition, examples=examples)
    results = run_examples(toy.load(text))
    assert [each.message for each in results if not each.passed] == []
    assert results[2].judgement.reason == "day is not known: not seen"


def test_an_example_without_a_day_is_always_of_the_same_day(toy: Any) -> None:
    examples = [
        {"verdict": "pass", "facts": {"day": "2026-11-24"}},
        {"verdict": "fail", "facts": {"day": "2026-11-23"}},
        {"verdict": "inconclusive", "facts": {}},
    ]
    results = run_examples(toy.load(toy.check(passes_if={"fact": "day", "after": "$audit.date"}, examples=examples)))
    assert all(each.passed for each in results)
