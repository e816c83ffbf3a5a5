"""Facts that a vendor made up to break the judge."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.checklist.judging import judge_check
from vendor_audit.checklist.load import load_catalogue
from vendor_audit.checklist.scope import Scope

CHECKS = tuple(load_catalogue().checks.values())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "certificate",
        "versions",
        "accepted",
        "hsts",
        "csp",
        "cookies",
        "page",
        "resources",
        "caa",
        "answer",
        "endpoints",
        "vendor",
        "product",
        "customer",
        "features",
        "recording",
        "names",
        "chain",
        "redirects",
        "security_txt",
        "tls",
    ]
)
FACTS = st.dictionaries(
    NAMES, st.recursive(JSON, lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=6)
)


@settings(max_examples=60, deadline=None)
@given(
    facts=FACTS, unknown=st.dictionaries(st.text("[].ab1", max_size=12), st.text(max_size=9), max_size=3), vendor=FACTS
)
def test_no_facts_whatever_make_the_judge_raise(facts: Any, unknown: Any, vendor: Any) -> None:
    for check in CHECKS:
        judgement = judge_check(check, Scope(facts, unknown, vendor, audit_date="2026-11-23"))
        assert judgement.reason
        assert all(isinstance(each.to_json(), dict) for each in judgement.decided_by)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        10**400,
        -(10**400),
        "\ud800",
        "a" * 5_000_000,
        [[[[]]]],
        {"": {}},
        None,
    ],
    ids=["nan", "inf", "-inf", "huge", "-huge", "surrogate", "long", "nested", "odd", "null"],
)
def test_a_strange_value_in_any_fact_is_judged_or_unknown(value: Any) -> None:
    for check in CHECKS:
        for example in check.examples:
            for facts in replaced(example.facts, value):
                judge_check(check, Scope(facts, example.unknown, example.vendor, audit_date="2026-11-23"))


def replaced(facts: Any, value: Any) -> list[Any]:
    """Return the facts once for each value in them, with that one replaced."""
    found: list[Any] = []
    entries = facts.items() if isinstance(facts, dict) else enumerate(facts) if isinstance(facts, list) else ()
    for key, each in entries:
        for changed in [value, *replaced(each, value)]:
            copied = facts.copy()
            copied[key] = changed
            found.append(copied)
    return found


def test_a_reason_stays_short_whatever_the_facts() -> None:
    long = "x" * 100_000
    for check in CHECKS:
        for example in check.examples:
            for facts in replaced(example.facts, long):
                judgement = judge_check(check, Scope(facts, {}, example.vendor, audit_date="2026-11-23"))
                assert len(judgement.reason) < 5_000, check.id


def test_lists_without_end_are_judged_in_time_that_grows_with_them_alone() -> None:
    cookie = {
        "name": "a",
        "secure": True,
        "http_only": True,
        "same_site": "Lax",
        "persistent": False,
        "host": "a.example",
    }
    facts = {"cookies": [cookie] * 20_000, "versions": {"accepted": ["TLSv1.3"] * 20_000}}
    start = time.perf_counter()
    for check in CHECKS:
        assert len(judge_check(check, Scope(facts, audit_date="2026-11-23")).decided_by) <= 50
    assert time.perf_counter() - start < 10


def test_facts_nested_beyond_the_recursion_limit_do_not_matter_where_no_check_looks() -> None:
    deep: Any = "bottom"
    for _ in range(sys.getrecursionlimit() * 2):
        deep = {"a": deep}
    for check in CHECKS:
        judge_check(check, Scope({"deep": deep, "answer": deep}, audit_date="2026-11-23"))
