from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.reports.reasons import decider_lines, reason_of, sentence_of


def _element(place: int, value: Any) -> dict[str, Any]:
    return {"path": f"a.b[{place}].c", "value": value, "expectation": "in X, Y", "source": "S \u00a71"}


def test_one_element_is_told_with_its_place_value_expectation_and_source() -> None:
    assert decider_lines([_element(3, None)]) == ("a.b[3].c is null; expected: in X, Y (S \u00a71)",)


def test_like_elements_of_a_list_are_told_together() -> None:
    assert decider_lines([_element(n, f"V{n}") for n in range(9)]) == (
        'a.b[].c is "V0", "V1", "V2", "V3", "V4", "V5" and 3 more; expected: in X, Y (S \u00a71)',
    )
    assert decider_lines([_element(n, False) for n in range(9)]) == (
        "a.b[].c is false in 9 places; expected: in X, Y (S \u00a71)",
    )


def test_elements_with_different_expectations_are_told_apart() -> None:
    assert decider_lines([{"path": "a", "value": 1, "expectation": "2"}, {"path": "a", "value": 1}]) == (
        "a is 1; expected: 2",
        "a is 1",
    )


def test_what_is_not_known_says_why() -> None:
    assert decider_lines([{"path": "a", "unknown_reason": "no answer"}]) == ("a is not known: no answer",)


@pytest.mark.parametrize(
    ("reason", "path"),
    [
        ("Accepts TLSv1.0: versions.accepted[0] is TLSv1.0; not in TLSv1.2", "versions.accepted[0]"),
        ("Accepts TLSv1.0.: versions.accepted[0] is TLSv1.0; not in TLSv1.2", "versions.accepted[0]"),
        ("Accepts TLSv1.0: versions.accepted[0] (meet) is TLSv1.0", "versions.accepted"),
        ("Accepts TLSv1.0: 'customer.name' of the vendor file is empty", "vendor file: customer.name"),
    ],
)
def test_the_clause_that_the_evidence_box_repeats_is_left_out(reason: str, path: str) -> None:
    assert reason_of({"reason": reason, "decided_by": [{"path": path}]}) == "Accepts TLSv1.0."


def test_a_reason_that_is_only_such_a_clause_stays() -> None:
    finding = {"reason": "hsts.present is false; should be true.", "decided_by": [{"path": "hsts.present"}]}
    assert reason_of(finding) == finding["reason"]


def test_what_the_heading_says_already_is_not_said_again() -> None:
    assert sentence_of({"reason": "Not established: no answer.", "decided_by": []}) == "No answer."


def test_a_reviewed_verdict_gives_the_reviewers_reason() -> None:
    review = {"by": "DPO", "on": "2026-11-20", "reason": "side letter"}
    finding = {"reason": "Not established: x", "decided_by": [], "review": review}
    assert reason_of(finding) == "Reviewed by DPO on 20 November 2026: side letter"
