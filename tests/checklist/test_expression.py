from __future__ import annotations

import itertools
from typing import Any

import pytest

T: dict[str, Any] = {"fact": "on", "equals": True}
F: dict[str, Any] = {"fact": "bits", "equals": 0}
U: dict[str, Any] = {"fact": "word", "equals": "x"}
FACTS = {"on": True, "bits": 1}
VALUES = {True: T, False: F, None: U}


def kleene_all(truths: tuple[bool | None, ...]) -> bool | None:
    return False if False in truths else None if None in truths else True


def kleene_any(truths: tuple[bool | None, ...]) -> bool | None:
    return True if True in truths else None if None in truths else False


@pytest.mark.parametrize("truths", [*itertools.product((True, False, None), repeat=3)], ids=str)
def test_combinations_follow_the_tables_of_kleene(toy: Any, truths: tuple[bool | None, ...]) -> None:
    parts = [VALUES[each] for each in truths]
    assert toy.truth({"all": parts}, FACTS) is kleene_all(truths)
    assert toy.truth({"any": parts}, FACTS) is kleene_any(truths)
    flipped = tuple(None if each is None else not each for each in truths)
    assert toy.truth({"not": {"all": parts}}, FACTS) is kleene_any(flipped)
    assert toy.truth({"not": {"any": parts}}, FACTS) is kleene_all(flipped)
    assert toy.truth({"not": {"not": {"all": parts}}}, FACTS) is kleene_all(truths)


@pytest.mark.parametrize(
    ("test", "facts", "expected"),
    [
        ({"fact": "bits", "equals": 1}, {"bits": 1}, True),
        ({"fact": "bits", "equals": 1}, {"bits": 2}, False),
        ({"fact": "ratio", "equals": 1}, {"ratio": 1.0}, True),
        ({"fact": "on", "equals": True}, {"on": False}, False),
        ({"fact": "answer", "equals": True}, {"answer": "partial"}, False),
        ({"fact": "answer", "equals": "partial"}, {"answer": "partial"}, True),
        ({"fact": "word", "in": ["a", "b"]}, {"word": "b"}, True),
        ({"fact": "word", "in": ["a", "b"]}, {"word": "c"}, False),
        ({"fact": "word", "contains": "bc"}, {"word": "abcd"}, True),
        ({"fact": "word", "contains": "BC"}, {"word": "abcd"}, False),
        ({"fact": "versions.accepted", "contains": "two"}, {"versions": {"accepted": ["one", "two"]}}, True),
        ({"fact": "versions.accepted", "contains": "two"}, {"versions": {"accepted": ["one"]}}, False),
        ({"fact": "bits", "at_least": 10}, {"bits": 10}, True),
        ({"fact": "bits", "at_least": 10}, {"bits": 9}, False),
        ({"fact": "bits", "at_most": 10}, {"bits": 10}, True),
        ({"fact": "bits", "at_most": 10}, {"bits": 11}, False),
        ({"fact": "day", "before": "2026-01-02"}, {"day": "2026-01-01"}, True),
        ({"fact": "day", "before": "2026-01-02"}, {"day": "2026-01-02"}, False),
        ({"fact": "day", "after": "2026-01-02"}, {"day": "2026-01-03"}, True),
        ({"fact": "day", "after": "$audit.date"}, {"day": "2026-11-24"}, True),
        ({"fact": "day", "after": "$audit.date"}, {"day": "2026-11-23"}, False),
        ({"fact": "word", "matches": "b+"}, {"word": "abbc"}, True),
        ({"fact": "word", "matches": "^b+$"}, {"word": "abbc"}, False),
        ({"fact": "word", "not_empty": True}, {"word": ""}, False),
        ({"fact": "word", "not_empty": True}, {"word": "a"}, True),
        ({"fact": "processors", "not_empty": True}, {"processors": []}, False),
        ({"fact": "processors", "not_empty": True}, {"processors": [{}]}, True),
        ({"fact": "bits", "at_least": "$toy.bits"}, {"bits": 100}, True),
        ({"fact": 'open."a.b"', "equals": True}, {"open": {"a.b": True}}, True),
    ],
)
def test_a_test_answers_what_its_name_says(
    toy: Any, test: dict[str, Any], facts: dict[str, Any], expected: object
) -> None:
    assert toy.truth(test, facts) is expected
    assert toy.truth({"not": test}, facts) is (not expected)
    assert toy.truth(test, {}) is None
    assert toy.truth({"not": test}, {}) is None


@pytest.mark.parametrize(
    ("test", "value", "trouble"),
    [
        ({"fact": "bits", "equals": 1}, "1", "a text"),
        ({"fact": "bits", "equals": 1}, True, "true or false"),
        ({"fact": "bits", "at_least": 0}, True, "true or false"),
        ({"fact": "ratio", "at_most": 5}, float("nan"), "NaN"),
        ({"fact": "on", "equals": True}, 1, "a number"),
        ({"fact": "answer", "equals": True}, 1, "a number"),
        ({"fact": "word", "in": ["a"]}, ["a"], "a list"),
        ({"fact": "word", "matches": "a"}, 7, "a number"),
        ({"fact": "word", "contains": "a"}, 7, "a number"),
        ({"fact": "word", "not_empty": True}, {}, "a group of facts"),
        ({"fact": "day", "before": "$audit.date"}, "soon", "neither a day nor a moment"),
        ({"fact": "day", "before": "$audit.date"}, "20260101", "neither a day nor a moment"),
    ],
)
def test_a_value_of_the_wrong_type_is_unknown_either_way(
    toy: Any, test: dict[str, Any], value: object, trouble: str
) -> None:
    facts = {test["fact"]: value}
    outcome = toy.evaluate(test, facts)
    assert outcome.truth is None
    assert outcome.grounds[0].trouble.startswith(trouble)
    assert toy.truth({"not": test}, facts) is None


@pytest.mark.parametrize(
    ("accepted", "incomplete", "each", "some", "contains", "not_empty"),
    [
        ([], False, True, False, False, False),
        ([], True, None, None, None, None),
        (["two"], False, True, True, True, True),
        (["two"], True, None, True, True, True),
        (["one"], False, False, False, False, True),
        (["one"], True, False, None, None, True),
        (["one", "two"], True, False, True, True, True),
    ],
)
def test_an_incomplete_list_decides_only_what_its_known_part_decides(
    toy: Any,
    accepted: list[str],
    incomplete: bool,  # noqa: FBT001 (a column of the table)
    each: object,
    some: object,
    contains: object,
    not_empty: object,
) -> None:
    facts = {"versions": {"accepted": accepted}}
    unknown = {"versions.accepted": "the connection was reset"} if incomplete else {}

    def ask(node: dict[str, Any]) -> object:
        return toy.truth(node, facts, unknown=unknown)

    assert ask({"each": "versions.accepted", "equals": "two"}) is each
    assert ask({"some": "versions.accepted", "equals": "two"}) is some
    assert ask({"fact": "versions.accepted", "contains": "two"}) is contains
    assert ask({"fact": "versions.accepted", "not_empty": True}) is not_empty


def test_a_list_in_a_group_that_is_named_unknown_is_incomplete(toy: Any) -> None:
    facts = {"versions": {"accepted": ["two"]}}
    for place in ("versions", ""):
        assert toy.truth({"each": "versions.accepted", "equals": "two"}, facts, unknown={place: "x"}) is None


def test_that_a_list_is_incomplete_does_not_make_the_lists_in_its_elements_so(toy: Any) -> None:
    facts = {"processors": [{"regions": ["NL"]}]}
    node = {"some": "processors", "where": {"each": "regions", "equals": "NL"}}
    assert toy.truth(node, facts, unknown={"processors": "x"}) is True
    assert toy.truth(node, facts, unknown={"processors[0].regions": "x"}) is None
    assert toy.truth(node, facts, unknown={"processors[0]": "x"}) is None


def test_a_single_fact_that_is_also_named_unknown_is_unknown(toy: Any) -> None:
    assert toy.truth({"fact": "bits", "equals": 1}, {"bits": 1}, unknown={"bits": "two answers"}) is None
    assert toy.truth({"fact": "bits", "equals": 1}, {"bits": 1}, unknown={"word": "no"}) is True


def test_null_is_no_value(toy: Any) -> None:
    assert toy.truth({"fact": "word", "not_empty": True}, {"word": None}) is None
    assert toy.truth({"each": "versions.accepted", "equals": "two"}, {"versions": {"accepted": ["two", None]}}) is None
    assert toy.truth({"each": "processors", "where": {"fact": "name", "equals": "x"}}, {"processors": [None]}) is None


def test_an_element_that_is_no_plain_value_might_be_the_one_that_is_sought(toy: Any) -> None:
    node = {"fact": "versions.accepted", "contains": "two"}
    assert toy.truth(node, {"versions": {"accepted": ["one", None]}}) is None
    assert toy.truth(node, {"versions": {"accepted": ["one", {}]}}) is None
    assert toy.truth(node, {"versions": {"accepted": [None, "two"]}}) is True


def test_what_the_probe_says_of_its_facts_is_not_said_of_the_vendor_file(toy: Any) -> None:
    vendor = {"customer": {"strict": True}}
    node = {"vendor": "customer.strict", "equals": True}
    assert toy.truth(node, {}, unknown={"customer.strict": "not seen", "": "not reached"}, vendor=vendor) is True


def test_where_starts_from_the_element_and_vendor_from_the_vendor_file(toy: Any) -> None:
    node = {
        "each": "processors",
        "where": {"any": [{"fact": "country", "in": "$toy.eea"}, {"vendor": "customer.strict", "equals": False}]},
    }
    facts = {"processors": [{"country": "US"}]}
    assert toy.truth(node, facts, vendor={"customer": {"strict": False}}) is True
    assert toy.truth(node, facts, vendor={"customer": {"strict": True}}) is False
    assert toy.truth(node, facts) is None


def test_lists_of_the_vendor_file_are_judged_without_the_reasons_of_the_probe(toy: Any) -> None:
    node = {"each": "endpoints", "of": "vendor", "where": {"fact": "role", "equals": "web"}}
    vendor = {"endpoints": [{"url": "https://a.example", "role": "web"}, {"url": "https://b.example", "role": "api"}]}
    outcome = toy.evaluate(node, {}, unknown={"": "not reached", "endpoints": "x"}, vendor=vendor)
    assert outcome.truth is False
    assert [(each.origin, each.path) for each in outcome.grounds] == [("vendor", "endpoints[1].role")]
    assert toy.truth(node, {"endpoints": []}) is None


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"target": "name", "equals": "https://toy.example"}, True),
        ({"target": "host", "matches": "example$"}, True),
        ({"target": "port", "at_most": 443}, True),
        ({"target": "role", "equals": "api"}, True),
        ({"target": "role", "equals": "recordings"}, False),
        ({"target": "role", "in": ["recordings", "web"]}, True),
        ({"not": {"target": "role", "equals": "api"}}, False),
        ({"not": {"target": "role", "equals": "recordings"}}, True),
        ({"target": "role", "contains": "web"}, True),
    ],
)
def test_a_target_with_several_roles_equals_each_of_them(toy: Any, node: dict[str, Any], expected: object) -> None:
    assert toy.truth(node, {}) is expected
    assert toy.truth(node, {}, target=None) is None


def test_the_grounds_of_a_false_all_are_its_false_parts_and_all_of_them(toy: Any) -> None:
    parts = [{"fact": "bits", "at_least": 5}, T, {"fact": "word", "equals": "x"}, {"fact": "ratio", "at_least": 9}]
    outcome = toy.evaluate({"all": parts}, {"bits": 1, "on": True, "ratio": 2})
    assert outcome.truth is False
    assert [each.path for each in outcome.grounds] == ["bits", "ratio"]


def test_the_grounds_of_an_unknown_all_are_its_unknown_parts(toy: Any) -> None:
    parts = [T, {"fact": "word", "equals": "x"}, {"fact": "ratio", "at_least": 9}]
    outcome = toy.evaluate({"all": parts}, {"on": True})
    assert outcome.truth is None
    assert [each.path for each in outcome.grounds] == ["word", "ratio"]


def test_the_grounds_of_a_false_each_are_the_elements_that_fail(toy: Any) -> None:
    facts = {"versions": {"accepted": ["one", "two", "three", "one"]}}
    outcome = toy.evaluate({"each": "versions.accepted", "in": "$toy.versions.allowed"}, facts)
    assert [each.path for each in outcome.grounds] == ["versions.accepted[0]", "versions.accepted[3]"]


def test_one_ground_speaks_for_a_list_whose_elements_all_answer_the_same(toy: Any) -> None:
    facts = {"versions": {"accepted": ["two", "three"]}}
    true = toy.evaluate({"each": "versions.accepted", "in": "$toy.versions.allowed"}, facts)
    false = toy.evaluate({"some": "versions.accepted", "equals": "one"}, facts)
    assert [(each.path, each.quantifier, each.truth) for each in true.grounds] == [("versions.accepted", "each", True)]
    assert [(each.path, each.quantifier, each.truth) for each in false.grounds] == [
        ("versions.accepted", "some", False)
    ]
