"""A gate with a baseline counts what is new or worse, and hides nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vendor_audit.audit.baseline import Baseline, require_same_vendor
from vendor_audit.audit.document import conclude, read_baseline, read_document, record_of, to_bytes
from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.audit.record import Record
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.observation import Json, Observation

    Make = Callable[..., Record]
    See = Callable[..., Observation]

FAILS: dict[str, Json] = {"hsts": {"present": False}, "nosniff": True}
PASSES: dict[str, Json] = {"hsts": {"present": True}, "nosniff": True}
UNKNOWN: dict[str, Json] = {"nosniff": True}
BOTH = {"fail_on": "critical", "fail_on_unknown": "critical"}


def with_baseline(seen: Record, older: dict[str, Json]) -> Record:
    baseline = Baseline.of_document(older, to_bytes(older))
    return replace(seen, settings={**seen.settings, "baseline": baseline.to_json()})


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (FAILS, FAILS, 0),
        (FAILS, UNKNOWN, 0),
        (UNKNOWN, UNKNOWN, 0),
        (UNKNOWN, FAILS, 1),
        (PASSES, FAILS, 1),
        (PASSES, UNKNOWN, 3),
        (FAILS, PASSES, 0),
        (PASSES, PASSES, 0),
    ],
)
def test_only_what_is_worse_than_in_the_baseline_counts(
    catalogue: Catalogue, record: Make, http: See, before: Json, after: Json, code: int
) -> None:
    join = ("join_page",)
    older = conclude(record(http(before, roles=join), gate=BOTH), catalogue)
    seen = record(http(after, roles=join), gate=BOTH)
    newer = conclude(with_baseline(seen, older), catalogue)
    assert newer["gate"]["exit_code"] == code, newer["gate"]
    assert newer["findings"] == conclude(seen, catalogue)["findings"]
    assert newer["score"] == conclude(seen, catalogue)["score"]


@pytest.mark.parametrize("verdict", ["pass", "fail", "partial", "inconclusive", "not_applicable", "accepted"])
def test_a_failure_is_excused_by_a_failure_alone_and_an_unknown_by_either(
    catalogue: Catalogue, record: Make, http: See, verdict: str
) -> None:
    older = conclude(record(http(FAILS), gate=BOTH), catalogue)
    next(each for each in older["findings"] if each["check"] == "a.critical")["verdict"] = verdict
    for facts, excused in ((FAILS, {"fail"}), (UNKNOWN, {"fail", "inconclusive"})):
        gate = conclude(with_baseline(record(http(facts), gate=BOTH), older), catalogue)["gate"]
        blocks = "a.critical" in {each["check"] for each in gate["blocking"]}
        assert blocks is (verdict not in excused)


def test_what_blocks_and_what_the_baseline_had_is_together_what_would_block_without_it(
    catalogue: Catalogue, record: Make, http: See
) -> None:
    older = conclude(record(http(FAILS), gate=BOTH), catalogue)
    seen = record(http(FAILS), http(FAILS, "https://b.example"), gate=BOTH)
    alone, beside = conclude(seen, catalogue)["gate"], conclude(with_baseline(seen, older), catalogue)["gate"]
    had = beside["baseline"]["had"]
    assert {"check": "a.critical", "target": "https://meet.acme.example", "verdict": "fail"} in had
    assert {"check": "a.critical", "target": "https://b.example", "verdict": "fail"} in beside["blocking"]
    key = str
    assert sorted([*beside["blocking"], *had], key=key) == sorted(alone["blocking"], key=key)
    assert beside["exit_code"] == 1


def test_a_risk_that_was_accepted_and_is_no_longer_counts(catalogue: Catalogue, record: Make, http: See) -> None:
    exception = {"check": "a.critical", "reason": "r", "accepted_by": "DPO", "until": "2026-12-31"}
    older = conclude(record(http(FAILS), gate=BOTH, exceptions=[exception]), catalogue)
    assert "accepted" in {each["verdict"] for each in older["findings"]}
    newer = conclude(with_baseline(record(http(FAILS), gate=BOTH), older), catalogue)
    assert newer["gate"]["exit_code"] == 1


def test_a_minimum_of_the_score_holds_whatever_the_baseline_had(catalogue: Catalogue, record: Make, http: See) -> None:
    gate = {**BOTH, "min_proven": 99}
    older = conclude(record(http(FAILS), gate=gate), catalogue)
    newer = conclude(with_baseline(record(http(FAILS), gate=gate), older), catalogue)
    assert newer["gate"]["exit_code"] == 1
    assert newer["gate"]["blocking"] == []


def test_a_vendor_that_was_not_reached_does_not_pass_with_any_baseline(
    catalogue: Catalogue, record: Make, unreached: See
) -> None:
    older = conclude(record(unreached()), catalogue)
    newer = conclude(with_baseline(record(unreached()), older), catalogue)
    assert newer["gate"]["exit_code"] == 3
    assert "could not be reached" in newer["gate"]["reasons"][0]


def test_of_two_findings_of_one_target_the_milder_is_the_baseline(
    catalogue: Catalogue, record: Make, http: See
) -> None:
    older = conclude(record(http(FAILS), gate=BOTH), catalogue)
    critical = next(each for each in older["findings"] if each["check"] == "a.critical")
    older["findings"].append(critical | {"verdict": "pass"})
    newer = conclude(with_baseline(record(http(FAILS), gate=BOTH), older), catalogue)
    assert newer["gate"]["exit_code"] == 1


def test_an_audit_with_a_baseline_keeps_to_the_schema_and_is_judged_again_to_the_same_bytes(
    catalogue: Catalogue, record: Make, http: See, tmp_path: Path
) -> None:
    older = conclude(record(http(FAILS), http(UNKNOWN, "https://b.example"), gate=BOTH), catalogue)
    newer = conclude(with_baseline(record(http(FAILS), gate=BOTH), older), catalogue)
    path = tmp_path / "audit.json"
    path.write_bytes(to_bytes(newer))
    assert to_bytes(conclude(record_of(read_document(path)), catalogue)) == path.read_bytes()


def test_an_audit_without_a_baseline_says_nothing_of_one(catalogue: Catalogue, record: Make, http: See) -> None:
    document = conclude(record(http(FAILS)), catalogue)
    assert "baseline" not in document["gate"]
    assert "baseline" not in document["settings"]


def test_a_baseline_is_of_the_same_vendor_and_was_finished(
    catalogue: Catalogue, record: Make, http: See, tmp_path: Path
) -> None:
    older = conclude(record(http(FAILS)), catalogue)
    path = tmp_path / "old.json"
    path.write_bytes(to_bytes(older))
    assert read_baseline(path, "Acme Video").id == older["id"]
    with pytest.raises(UsageError, match=r"old.json: is an audit of 'Acme Video' and no baseline for 'Other'"):
        read_baseline(path, "Other")
    with pytest.raises(UsageError, match="was not finished"):
        require_same_vendor({**older, "complete": False}, "old.json", "Acme Video")
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match="is no audit document"):
        read_baseline(path, "Acme Video")
