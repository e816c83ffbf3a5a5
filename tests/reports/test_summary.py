from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.reports.view import build_view

ONLY_CRITICAL = (
    "The gate refuses failures of critical severity and requirements of high severity or worse that could not be "
    "established."
)
ALL_BOUNDS = (
    "The gate refuses failures of low severity or worse, a proven score below 70 % and a coverage below 62.5 %."
)


def _sentence(audit: Any) -> str:
    return build_view(audit).summary.sentence


def _only(audit: Any, *verdicts: str) -> Any:
    audit["findings"] = [each for each in audit["findings"] if each["verdict"] in verdicts]
    audit["score"]["counts"] = {each: sum(f["verdict"] == each for f in audit["findings"]) for each in verdicts}
    return audit


def test_the_verdict_tells_the_reader_what_to_do(audit: Any) -> None:
    assert _sentence(audit) == "Do not sign yet: 2 critical and 2 high requirements fail."


def test_guidance_that_fails_does_not_stand_in_the_verdict(audit: Any) -> None:
    for check in audit["checks"]:
        check["status"] = "guidance"
    audit["score"]["light"], audit["gate"]["passed"] = "amber", True
    assert _sentence(audit) == "Nothing grave stands against signing; 10 points should be mended."


def test_a_gate_that_was_told_to_pass_does_not_make_failures_good(audit: Any) -> None:
    audit["score"]["light"], audit["gate"] = "amber", audit["gate"] | {"passed": True, "exit_code": 0, "reasons": []}
    assert _sentence(audit) == "Sign only when this is mended: 2 critical and 2 high requirements fail."


def test_what_is_critical_and_unknown_is_asked_for(audit: Any) -> None:
    audit = _only(audit, "inconclusive", "pass")
    audit["score"]["light"] = "amber"
    assert _sentence(audit) == "Do not sign yet: 3 critical requirements could not be established."
    audit["gate"]["passed"] = True
    assert _sentence(audit) == "Ask before you sign: 3 critical requirements could not be established."


def test_too_little_coverage_is_no_verdict(audit: Any) -> None:
    audit = _only(audit, "inconclusive", "pass")
    audit["score"] |= {"light": "grey", "coverage": 43.2}
    assert _sentence(audit) == "No verdict yet: only 43.2 % of what applies could be judged."


def test_a_refusal_by_a_minimum_is_named(clean_audit: Any) -> None:
    reason = "proven 40 % is below the 60 % that the gate asks for"
    clean_audit["gate"] |= {"passed": False, "exit_code": 1, "reasons": [reason]}
    assert _sentence(clean_audit) == f"Do not sign yet: {reason}."


def test_an_accepted_risk_is_no_clean_sheet(clean_audit: Any) -> None:
    clean_audit["score"]["counts"]["accepted"] = 1
    assert _sentence(clean_audit) == "Nothing stands against signing but 1 risk that the customer accepted."


def test_a_clean_sheet_speaks_only_of_what_was_checked(clean_audit: Any) -> None:
    assert _sentence(clean_audit) == "Nothing that was checked stands against signing."


def test_nothing_established_is_no_verdict_and_says_why(empty_audit: Any) -> None:
    summary = build_view(empty_audit).summary
    assert summary.sentence == "No verdict: nothing could be established."
    assert summary.detail == "The audit is not complete: the audit was interrupted."
    assert summary.gate.line == "Gate not established (exit 3): nothing could be judged"
    assert not summary.interval.known


def test_the_detail_counts_unknowns_and_contradictions(audit: Any) -> None:
    assert build_view(audit).summary.detail == (
        "6 findings could not be established and are not a pass. "
        "1 statement of the vendor is contradicted by what was observed."
    )


def test_what_must_change_first_comes_in_the_order_contract_exports_technology(audit: Any) -> None:
    steps = build_view(audit).summary.steps
    assert [step.title for step in steps] == [
        "Contract and documents", "Transfers out of the EU", "Technology and operation",
    ]  # fmt: skip
    assert [[each.check for each in step.findings] for step in steps] == [
        ["dpa.breach-notice"], ["eu.media-stays"], ["art32.tls-version", "art32.tls-ciphers"],
    ]  # fmt: skip


def test_a_cap_names_its_check_and_all_its_targets(audit: Any) -> None:
    caps = build_view(audit).summary.caps
    assert [(each.check, each.targets) for each in caps] == [
        ("eu.media-stays", ""),
        ("art32.tls-version", "https://meet.acme.example and wss://signal.acme.example"),
    ]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"fail_on": "critical", "fail_on_unknown": "high"}, ONLY_CRITICAL),
        ({"fail_on": "never", "fail_on_unknown": "never"}, "The gate refuses nothing."),
        ({"fail_on": "low", "fail_on_unknown": "never", "min_proven": 70, "min_coverage": 62.5}, ALL_BOUNDS),
    ],
)
def test_the_rule_of_the_gate_is_one_sentence(audit: Any, rule: Any, sentence: str) -> None:
    audit["gate"]["rule"] |= rule
    assert build_view(audit).summary.gate.rule == sentence
