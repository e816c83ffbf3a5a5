from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vendor_audit.audit.document import conclude
from vendor_audit.audit.record import MethodLine
from vendor_audit.audit.score import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.audit.record import Record
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.observation import Json, Observation

    Make = Callable[..., Record]
    See = Callable[..., Observation]

JOIN = ("join_page",)
RECORDING = {"product": {"features": {"recording": True}}}


def score_of(document: dict[str, Json], checklist: str) -> list[Json]:
    found = next(each for each in document["score"]["checklists"] if each["id"] == checklist)
    return [found["proven"], found["possible"], found["coverage"]]


def test_the_interval_counts_unknowns_as_failed_and_as_passed(catalogue: Catalogue, record: Make, http: See) -> None:
    # a: critical 10 passes, high 5 unknown, advice 10 passes, join 1 passes.
    document = conclude(record(http({"hsts": {"present": True}}, roles=JOIN)), catalogue)
    assert score_of(document, "a") == [80.7, 100.0, 80.7]


def test_the_worst_target_speaks_for_a_check(catalogue: Catalogue, record: Make, http: See, good: Json) -> None:
    worse = http({"hsts": {"present": False}, "nosniff": True}, "https://b.example", JOIN)
    document = conclude(record(http(good, roles=JOIN), worse), catalogue)
    # Only the check on nosniff (5 of 26) holds at both.
    assert score_of(document, "a") == [19.2, 19.3, 100.0]


def test_checklists_weigh_equally(catalogue: Catalogue, record: Make, http: See, statement: See, good: Json) -> None:
    seen = record(http(good, roles=JOIN), statement("b.said", False), statement("b.proven", False), **RECORDING)
    document = conclude(seen, catalogue)
    a, b = score_of(document, "a"), score_of(document, "b")
    assert document["score"]["proven"] == pytest.approx((a[0] + b[0]) / 2, abs=0.11)


def test_what_does_not_apply_weighs_nothing(catalogue: Catalogue, record: Make, statement: See) -> None:
    seen = record(statement("b.said", True), product={"features": {"recording": False}})
    assert score_of(conclude(seen, catalogue), "b") == [50.0, 100.0, 50.0]


def test_an_audit_in_which_nothing_applies_has_no_score_and_does_not_pass(catalogue: Catalogue, record: Make) -> None:
    document = conclude(record(), catalogue)
    assert document["score"]["proven"] == 0.0
    assert document["score"]["coverage"] == 0.0
    assert document["score"]["light"] == "grey"
    assert document["gate"]["exit_code"] == 3


@pytest.mark.parametrize(
    ("facts", "light"),
    [
        ({"hsts": {"present": True}, "nosniff": True}, "green"),
        ({"hsts": {"present": True}, "nosniff": False}, "amber"),
        ({"hsts": {"present": False}, "nosniff": True}, "red"),
        ({"nosniff": False}, "grey"),
    ],
)
def test_the_light_of_a_checklist(
    catalogue: Catalogue, record: Make, http: See, facts: dict[str, Json], light: str
) -> None:
    document = conclude(record(http(facts, roles=JOIN)), catalogue)
    assert next(each for each in document["score"]["checklists"] if each["id"] == "a")["light"] == light


def test_a_critical_failure_is_red_however_little_was_judged(
    catalogue: Catalogue, record: Make, http: See, unreached: See
) -> None:
    document = conclude(record(http({"hsts": {"present": False}}), unreached("https://b.example")), catalogue)
    assert document["score"]["light"] == "red"
    assert document["score"]["caps"][0] == {
        "light": "red",
        "check": "a.critical",
        "target": "https://meet.acme.example",
        "verdict": "fail",
    }


GATES = [
    ({}, {"hsts": {"present": True}, "nosniff": True}, 0),
    ({}, {"hsts": {"present": True}, "nosniff": False}, 1),
    ({"fail_on": "critical"}, {"hsts": {"present": True}, "nosniff": False}, 0),
    ({"fail_on": "never"}, {"hsts": {"present": False}, "nosniff": False}, 0),
    ({}, {"nosniff": True}, 3),
    ({"fail_on_unknown": "never"}, {"nosniff": True}, 0),
    ({"fail_on_unknown": "high"}, {"hsts": {"present": True}}, 3),
    ({}, {"nosniff": False}, 1),
    ({"min_proven": 90}, {"hsts": {"present": True}, "nosniff": True}, 3),
    ({"min_coverage": 90}, {"hsts": {"present": True}, "nosniff": True}, 3),
    ({"fail_on": "never", "min_proven": 90}, {"hsts": {"present": False}, "nosniff": False}, 1),
]


@pytest.mark.parametrize(("gate", "facts", "code"), GATES)
def test_the_gate_and_its_exit_code(
    catalogue: Catalogue, record: Make, http: See, gate: dict[str, Json], facts: dict[str, Json], code: int
) -> None:
    document = conclude(record(http(facts, roles=JOIN), gate=gate, **RECORDING), catalogue)
    assert document["gate"]["exit_code"] == code, document["gate"]["reasons"]
    assert document["gate"]["passed"] is (code == 0)
    assert bool(document["gate"]["reasons"]) is (code != 0)


def test_no_rule_lets_a_vendor_pass_that_was_not_reached(catalogue: Catalogue, record: Make, unreached: See) -> None:
    document = conclude(record(unreached(), gate={"fail_on": "never", "fail_on_unknown": "never"}), catalogue)
    assert document["gate"]["exit_code"] == 3
    assert "could not be reached" in document["gate"]["reasons"][0]


def test_what_the_dns_says_of_a_vendor_does_not_mean_that_it_was_reached(
    catalogue: Catalogue, record: Make, http: See, unreached: See
) -> None:
    never = {"fail_on": "never", "fail_on_unknown": "never"}
    answered = replace(http({"name": "a.example"}), probe="dns")
    method = (MethodLine("dns", "Asks.", "passive"), MethodLine("http", "Gets.", "normal"))
    seen = replace(record(unreached(), answered, gate=never), method=method)
    document = conclude(seen, catalogue)
    assert document["gate"]["exit_code"] == 3
    assert "could not be reached" in document["gate"]["reasons"][0]


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Interval(79.96, 79.96, 79.96), {"proven": 79.9, "possible": 80.0, "coverage": 79.9}),
        (Interval(100.0, 100.0, 100.0), {"proven": 100.0, "possible": 100.0, "coverage": 100.0}),
        (Interval(0.1 + 0.2, 0.1 + 0.2, 99.99999999999), {"proven": 0.3, "possible": 0.3, "coverage": 100.0}),
        (Interval(None, None, None), {"proven": None, "possible": None, "coverage": None}),
    ],
)
def test_rounding_never_lifts_a_score_over_a_gate(exact: Interval, shown: dict[str, float | None]) -> None:
    assert exact.to_json() == shown
