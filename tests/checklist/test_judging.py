from __future__ import annotations

from typing import Any

import pytest

IF_BITS = {"fact": "bits", "at_least": 100}
IF_SOME = {"fact": "bits", "at_least": 50}
IF_STRICT = {"vendor": "customer.strict", "equals": True}
STRICT = {"customer": {"strict": True}}
LAX = {"customer": {"strict": False}}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [({"bits": 128}, "pass"), ({"bits": 64}, "partial"), ({"bits": 8}, "fail"), ({}, "inconclusive")],
)
def test_a_check_passes_partly_passes_fails_or_is_inconclusive(toy: Any, facts: dict[str, Any], verdict: str) -> None:
    assert toy.judge(facts, passes_if=IF_BITS, partial_if=IF_SOME).verdict == verdict


def test_a_fail_that_might_be_partial_is_inconclusive(toy: Any) -> None:
    judgement = toy.judge({"bits": 8}, passes_if=IF_BITS, partial_if={"fact": "on", "equals": True})
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "the toy observation has no fact 'on'"


def test_partial_is_not_asked_where_the_check_passes_or_is_inconclusive(toy: Any) -> None:
    partial = {"fact": "on", "equals": True}
    assert toy.judge({"bits": 128}, passes_if=IF_BITS, partial_if=partial).verdict == "pass"
    assert toy.judge({"on": True}, passes_if=IF_BITS, partial_if=partial).verdict == "inconclusive"


@pytest.mark.parametrize("facts", [{"bits": 128}, {"bits": 8}, {}], ids=["would pass", "would fail", "unknown"])
def test_a_check_whose_condition_is_false_does_not_apply_whatever_the_facts(toy: Any, facts: dict[str, Any]) -> None:
    judgement = toy.judge(facts, vendor=LAX, applies_when=IF_STRICT)
    assert judgement.verdict == "not_applicable"
    assert judgement.reason == "does not apply: 'customer.strict' of the vendor file is false; not true"


def test_a_check_is_inconclusive_where_nobody_knows_whether_it_applies_even_if_it_would_pass(toy: Any) -> None:
    judgement = toy.judge({"bits": 128}, applies_when=IF_STRICT)
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == (
        "it is not known whether this applies: the vendor file does not say 'customer.strict'; if it does, it passes"
    )
    assert [each.path for each in judgement.decided_by] == ["vendor file: customer.strict"]
    assert toy.judge({"bits": 8}, applies_when=IF_STRICT).reason.endswith("; if it does, it fails")
    assert toy.judge({}, applies_when=IF_STRICT).reason.endswith("does not say 'customer.strict'")


def test_a_check_whose_condition_is_true_is_judged_by_its_facts(toy: Any) -> None:
    assert toy.judge({"bits": 128}, vendor=STRICT, applies_when=IF_STRICT).verdict == "pass"
    assert toy.judge({"bits": 8}, vendor=STRICT, applies_when=IF_STRICT).verdict == "fail"


def test_the_reason_of_a_failure_names_the_element_and_what_was_asked(toy: Any) -> None:
    judgement = toy.judge(
        {"processors": [{"name": "Inland", "country": "NL"}, {"name": "Faraway", "country": "US", "transfer": "none"}]},
        passes_if={
            "each": "processors",
            "where": {"any": [{"fact": "country", "in": "$toy.eea"}, {"fact": "transfer", "in": ["scc", "adequacy"]}]},
        },
    )
    assert judgement.verdict == "fail"
    assert judgement.reason == (
        "processors[1].country (Faraway) is US; not in the EEA, "
        "and processors[1].transfer (Faraway) is none; not one of scc, adequacy"
    )
    first = judgement.decided_by[0].to_json()
    assert first == {
        "path": "processors[1].country",
        "value": "US",
        "expectation": "in the EEA",
        "source": "toy-2026",
    }


def test_a_decider_cites_the_paragraph_of_the_data(toy: Any) -> None:
    facts = {"versions": {"accepted": ["one", "two"]}}
    judgement = toy.judge(facts, passes_if={"each": "versions.accepted", "in": "$toy.versions.allowed"})
    decider = judgement.decided_by[0]
    assert (decider.path, decider.value, decider.expectation) == ("versions.accepted[0]", "one", "one of two, three")
    assert decider.source == "toy-2026 §3.1"
    preferred = {"versions": {"preferred": "two"}}
    newest = toy.judge(preferred, passes_if={"fact": "versions.preferred", "equals": "$toy.versions.newest"})
    assert newest.decided_by[0].source == "toy-2026, appendix A"


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [
        ({}, "the toy observation has no fact 'versions.preferred'"),
        ({"versions.preferred": "timed out"}, "versions.preferred is not known: timed out"),
        ({"versions": "no handshake"}, "versions.preferred is not known: no handshake"),
        ({"": "refused"}, "versions.preferred is not known: refused"),
        ({"versions": "far", "versions.preferred": "near"}, "versions.preferred is not known: near"),
        ({"version": "another", "versions.pre": "a third"}, "the toy observation has no fact 'versions.preferred'"),
    ],
)
def test_the_reason_of_the_unknown_is_the_probes_own_the_nearest_to_the_fact(
    toy: Any, unknown: dict[str, str], reason: str
) -> None:
    passes_if = {"fact": "versions.preferred", "equals": "two"}
    judgement = toy.judge({}, unknown=unknown, passes_if=passes_if)
    assert (judgement.verdict, judgement.reason) == ("inconclusive", reason)
    assert judgement.decided_by[0].unknown_reason
    assert "value" not in judgement.decided_by[0].to_json()


def test_that_a_list_was_cut_is_no_reason_for_what_its_elements_lack(toy: Any) -> None:
    judgement = toy.judge(
        {"processors": [{"name": "Inland"}]},
        unknown={"processors": "only the first 1 kept"},
        passes_if={"each": "processors", "where": {"fact": "country", "equals": "NL"}},
    )
    assert judgement.reason == (
        "the toy observation has no fact 'processors[0].country' (Inland), "
        "and processors is not known completely: only the first 1 kept"
    )


def test_a_value_of_the_wrong_kind_is_said_to_be_so(toy: Any) -> None:
    judgement = toy.judge({"bits": "many"})
    assert (judgement.verdict, judgement.reason) == ("inconclusive", "bits is a text, not a number")
    each = toy.judge({"processors": {}}, passes_if={"each": "processors", "where": {"fact": "name", "equals": "x"}})
    assert each.reason == "processors is a group of facts, not a list"


@pytest.mark.parametrize(
    ("facts", "passes_if", "reason"),
    [
        ({"on": True}, {"fact": "on", "equals": True}, "on is true"),
        ({"on": False}, {"fact": "on", "equals": True}, "on is false; should be true"),
        ({"word": "a"}, {"not": {"fact": "word", "equals": "b"}}, "word is a; not b"),
        ({"word": "b"}, {"not": {"fact": "word", "equals": "b"}}, "word is b; should be something else"),
        ({"bits": 1}, {"fact": "bits", "at_least": 2}, "bits is 1; less than 2"),
        ({"bits": 1}, {"not": {"fact": "bits", "at_least": 2}}, "bits is 1; less than 2"),
        ({"bits": 3}, {"fact": "bits", "at_most": 2}, "bits is 3; more than 2"),
        ({"word": ""}, {"fact": "word", "not_empty": True}, "word is empty"),
        ({"processors": []}, {"fact": "processors", "not_empty": True}, "processors is empty"),
        ({"word": "x"}, {"fact": "word", "matches": "^a"}, "word is x; does not match ^a"),
        (
            {"day": "2026-11-23"},
            {"fact": "day", "after": "$audit.date"},
            "day is 2026-11-23; not after the day of the audit",
        ),
        (
            {"versions": {"accepted": ["one", "two"]}},
            {"fact": "versions.accepted", "contains": "three"},
            "versions.accepted are one, two; does not contain three",
        ),
        (
            {"versions": {"accepted": ["two", "three"]}},
            {"each": "versions.accepted", "in": "$toy.versions.allowed"},
            "versions.accepted are two, three; each is one of two, three",
        ),
        (
            {"versions": {"accepted": ["two", "three"]}},
            {"some": "versions.accepted", "equals": "one"},
            "versions.accepted are two, three; none of them is one",
        ),
        ({"processors": []}, {"each": "processors", "where": {"fact": "name", "equals": "x"}}, "processors is empty"),
    ],
)
def test_reasons_read_as_sentences(toy: Any, facts: dict[str, Any], passes_if: dict[str, Any], reason: str) -> None:
    assert toy.judge(facts, passes_if=passes_if).reason == reason


def test_a_long_reason_names_three_and_counts_the_rest(toy: Any) -> None:
    facts = {"processors": [{"country": f"X{index}"} for index in range(80)]}
    judgement = toy.judge(facts, passes_if={"each": "processors", "where": {"fact": "country", "equals": "NL"}})
    assert judgement.reason.endswith("and processors[2].country is X2; should be NL, and 77 more")
    assert len(judgement.decided_by) == 50


def test_a_decider_keeps_fifty_items_of_a_long_list(toy: Any) -> None:
    facts = {"versions": {"accepted": ["two"] * 500}}
    judgement = toy.judge(facts, passes_if={"each": "versions.accepted", "equals": "two"})
    assert len(judgement.decided_by[0].value) == 50
    assert judgement.reason.startswith("versions.accepted are two, two")
    assert "and 490 more" in judgement.reason


def test_several_probes_give_one_finding_that_names_the_target(toy: Any) -> None:
    facts = {"toy": [{"target": "a.example", "bits": 128}, {"target": "b.example", "bits": 8}], "other": []}
    passes_if = {"each": "toy", "where": {"fact": "bits", "at_least": 100}}
    judgement = toy.judge(facts, judges=["toy", "other"], passes_if=passes_if, target=None)
    assert judgement.reason == "toy[1].bits (b.example) is 8; less than 100"


def test_a_probe_that_saw_nothing_is_said_to_be_missing(toy: Any) -> None:
    passes_if = {"each": "other", "where": {"fact": "bits", "at_least": 100}}
    judgement = toy.judge({"toy": []}, judges=["toy", "other"], passes_if=passes_if, target=None)
    assert (judgement.verdict, judgement.reason) == ("inconclusive", "there is no observation of the probe other")


def test_a_target_that_could_not_be_observed_among_several_makes_a_check_inconclusive(toy: Any) -> None:
    facts = {"toy": [{"target": "a.example", "bits": 128}, {"target": "b.example"}]}
    passes_if = {"each": "toy", "where": {"fact": "bits", "at_least": 100}}
    unknown = {"toy[1]": "the connection was refused"}
    judgement = toy.judge(facts, unknown=unknown, judges=["toy", "other"], passes_if=passes_if, target=None)
    assert judgement.reason == "toy[1].bits (b.example) is not known: the connection was refused"


def test_judging_changes_nothing_of_its_scope(toy: Any) -> None:
    facts = {"versions": {"accepted": ["one"]}}
    unknown = {"versions.accepted": "cut"}
    toy.judge(facts, unknown=unknown, passes_if={"each": "versions.accepted", "equals": "two"})
    assert facts == {"versions": {"accepted": ["one"]}}
    assert unknown == {"versions.accepted": "cut"}
