"""The law of the judge: taking knowledge away leaves a verdict as it is or makes it inconclusive."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vendor_audit.checklist.expression import evaluate
from vendor_audit.checklist.judging import judge_check
from vendor_audit.checklist.scope import Scope
from vendor_audit.observation import Target

WORDS = st.sampled_from(["one", "two", "three"])
TEXTS = st.sampled_from(["", "NL", "US", "one", "two words"])
NUMBERS = st.integers(0, 3)
DAYS = st.sampled_from(["2026-01-01", "2026-06-01", "2026-12-31", "soon"])

_SCALAR_TESTS: dict[str, list[tuple[str, st.SearchStrategy[Any]]]] = {
    "bits": [("equals", NUMBERS), ("at_least", NUMBERS), ("at_most", NUMBERS), ("in", st.just([1, 2]))],
    "on": [("equals", st.booleans())],
    "answer": [("equals", st.sampled_from([True, False, "partial"]))],
    "word": [
        ("equals", TEXTS),
        ("contains", TEXTS),
        ("matches", st.sampled_from(["^N", "o"])),
        ("not_empty", st.just(True)),
    ],
    "day": [("before", st.just("$audit.date")), ("after", st.just("2026-06-01"))],
    "versions.preferred": [("equals", WORDS), ("in", st.just(["one", "two"]))],
    "versions.accepted": [("contains", WORDS), ("not_empty", st.just(True))],
    "processors": [("not_empty", st.just(True))],
}
_ELEMENT_TESTS: dict[str, list[tuple[str, st.SearchStrategy[Any]]]] = {
    "name": [("not_empty", st.just(True)), ("equals", TEXTS)],
    "country": [("in", st.just("$toy.eea")), ("equals", TEXTS)],
    "transfer": [("equals", st.sampled_from(["none", "scc"]))],
    "regions": [("contains", TEXTS), ("not_empty", st.just(True))],
}


@st.composite
def matchers(draw: st.DrawFn, tests: dict[str, list[tuple[str, st.SearchStrategy[Any]]]]) -> dict[str, Any]:
    path = draw(st.sampled_from(sorted(tests)))
    name, operand = draw(st.sampled_from(tests[path]))
    return {"fact": path, name: draw(operand)}


def combined(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=5,
    )


QUANTIFIER = st.sampled_from(["each", "some"])
REGIONS = st.builds(lambda word, text: {word: "regions", "equals": text}, QUANTIFIER, TEXTS)
EXPRESSIONS = combined(
    st.one_of(
        matchers(_SCALAR_TESTS),
        st.builds(lambda text: {"vendor": "customer.name", "equals": text}, TEXTS),
        st.just({"vendor": "customer.strict", "equals": True}),
        st.builds(lambda word, value: {word: "versions.accepted", "equals": value}, QUANTIFIER, WORDS),
        st.builds(lambda value: {"fact": "versions.accepted", "contains": value}, WORDS),
        st.builds(
            lambda word, where: {word: "processors", "where": where},
            QUANTIFIER,
            combined(st.one_of(matchers(_ELEMENT_TESTS), REGIONS)),
        ),
        st.builds(
            lambda word, text: {word: "endpoints", "of": "vendor", "where": {"fact": "role", "equals": text}},
            QUANTIFIER,
            st.sampled_from(["web", "api"]),
        ),
    )
)
PROCESSORS = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "country": TEXTS,
        "transfer": st.sampled_from(["none", "scc"]),
        "regions": st.lists(TEXTS, max_size=2),
    },
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "bits": NUMBERS,
        "on": st.booleans(),
        "answer": st.sampled_from([True, False, "partial", 7]),
        "word": st.one_of(TEXTS, st.just(5)),
        "day": DAYS,
        "versions": st.fixed_dictionaries({}, optional={"preferred": WORDS, "accepted": st.lists(WORDS, max_size=3)}),
        "processors": st.lists(PROCESSORS, max_size=3),
    },
)
VENDORS = st.fixed_dictionaries(
    {},
    optional={
        "customer": st.fixed_dictionaries({}, optional={"name": TEXTS, "strict": st.booleans()}),
        "endpoints": st.lists(
            st.fixed_dictionaries({}, optional={"role": st.sampled_from(["web", "api"])}), max_size=2
        ),
    },
)
UNKNOWN = st.dictionaries(
    st.sampled_from(
        ["", "versions", "versions.accepted", "processors", "processors[0]", "processors[1].regions", "word"]
    ),
    st.just("not seen"),
    max_size=2,
)
SCOPES = st.builds(
    lambda facts, unknown, vendor: Scope(facts, unknown, vendor, Target("endpoint", "x"), None, "2026-11-23"),
    FACTS,
    UNKNOWN,
    VENDORS,
)


ROUNDS = 20
"""Ways in which one scope is forgotten: cheaper than making up another."""


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (what is forgotten is no secret)


PATIENT = settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@PATIENT
@given(node=EXPRESSIONS, scope=SCOPES, seed=st.integers(0, 2**32))
def test_taking_knowledge_away_never_flips_an_expression(
    shared_toy: Any, oblivion: Any, node: dict[str, Any], scope: Scope, seed: int
) -> None:
    expression = shared_toy.compile(node)
    full = evaluate(expression, scope)
    assert full.grounds
    chance = chance_of(seed)
    for _ in range(ROUNDS):
        less = evaluate(expression, oblivion(chance).of(scope))
        assert less.truth is None or less.truth is full.truth
        assert less.grounds


@PATIENT
@given(nodes=st.tuples(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS), scope=SCOPES, seed=st.integers(0, 2**32))
def test_taking_knowledge_away_leaves_a_verdict_or_makes_it_inconclusive(
    shared_toy: Any, oblivion: Any, toy_check: Any, nodes: tuple[dict[str, Any], ...], scope: Scope, seed: int
) -> None:
    applies, passes, partial = (shared_toy.compile(each) for each in nodes)
    check = replace(toy_check, applies_when=applies, passes_if=passes, partial_if=partial)
    full = judge_check(check, scope)
    assert full.reason
    chance = chance_of(seed)
    for _ in range(ROUNDS):
        less = judge_check(check, oblivion(chance).of(scope))
        assert less.verdict in {full.verdict, "inconclusive"}
        assert less.reason
    assert full.verdict != "inconclusive" or all(each.unknown_reason for each in full.decided_by)


@PATIENT
@given(node=EXPRESSIONS, scope=SCOPES)
def test_the_opposite_of_an_expression_has_the_opposite_answer(
    shared_toy: Any, node: dict[str, Any], scope: Scope
) -> None:
    truth = evaluate(shared_toy.compile(node), scope).truth
    opposite = evaluate(shared_toy.compile({"not": node}), scope).truth
    assert opposite is (None if truth is None else not truth)


@PATIENT
@given(node=EXPRESSIONS)
def test_without_any_knowledge_every_expression_is_unknown(shared_toy: Any, node: dict[str, Any]) -> None:
    assert evaluate(shared_toy.compile(node), Scope({})).truth is None


@pytest.fixture(scope="module")
def toy_check(shared_toy: Any) -> Any:
    return shared_toy.load(shared_toy.check()).checks["toy.one"]


def test_oblivion_really_takes_away_what_decides(shared_toy: Any, oblivion: Any) -> None:
    """The tests above would say nothing if nothing were ever forgotten."""
    expression = shared_toy.compile({"each": "versions.accepted", "in": ["one", "two"]})
    scope = Scope({"versions": {"accepted": ["one", "two", "one"]}, "bits": 1})
    truths = [evaluate(expression, oblivion(chance_of(seed)).of(scope)).truth for seed in range(200)]
    assert 40 < truths.count(None) < 180
    assert False not in truths


def test_a_judge_that_takes_the_missing_for_good_would_be_caught(shared_toy: Any, oblivion: Any) -> None:
    expression = shared_toy.compile({"fact": "bits", "at_least": 2})
    scope = Scope({"bits": 1, "on": True})
    naive = [evaluate(expression, oblivion(chance_of(seed)).of(scope)).truth is not False for seed in range(100)]
    assert True in naive
