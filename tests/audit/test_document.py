from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.audit.document import conclude, read_document, record_of, to_bytes
from vendor_audit.audit.journal import Journal, read_journal
from vendor_audit.audit.plan import Look
from vendor_audit.errors import UsageError
from vendor_audit.observation import Strength, Target
from vendor_audit.probes.registry import probe_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.audit.record import Record
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.observation import Json, Observation

    Make = Callable[..., Record]
    See = Callable[..., Observation]


def verdicts(document: dict[str, Json], check: str) -> list[str]:
    return [each["verdict"] for each in document["findings"] if each["check"] == check]


def finding(document: dict[str, Json], check: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["findings"] if each["check"] == check)
    return found


def test_each_target_gets_its_finding(catalogue: Catalogue, record: Make, http: See, good: dict[str, Json]) -> None:
    document = conclude(record(http(good), http({"hsts": {"present": False}}, "https://b.example")), catalogue)
    assert verdicts(document, "a.critical") == ["pass", "fail"]
    assert verdicts(document, "a.high") == ["pass", "inconclusive"]


def test_a_target_that_could_not_be_reached_never_passes_and_says_why(
    catalogue: Catalogue, record: Make, unreached: See
) -> None:
    document = conclude(record(unreached()), catalogue)
    found = finding(document, "a.critical")
    assert found["verdict"] == "inconclusive"
    assert "refused the connection" in found["reason"]
    assert document["gate"]["exit_code"] == 3
    assert not document["gate"]["passed"]


def test_a_role_that_no_target_has_is_not_established(
    catalogue: Catalogue, record: Make, http: See, good: dict[str, Json]
) -> None:
    document = conclude(record(http(good)), catalogue)
    found = finding(document, "a.join")
    assert found["verdict"] == "inconclusive"
    assert "join_page" in found["reason"]
    assert verdicts(conclude(record(http(good, roles=("join_page",))), catalogue), "a.join") == ["pass"]


def test_a_statement_is_judged_as_what_it_is(catalogue: Catalogue, record: Make, statement: See) -> None:
    attested = conclude(record(statement("b.said", True), statement("b.proven", True)), catalogue)
    assert finding(attested, "b.said")["verdict"] == "pass"
    assert finding(attested, "b.said")["strength"] == "attested"
    # This check accepts a document at least.
    assert finding(attested, "b.proven")["verdict"] == "inconclusive"
    documented = conclude(record(statement("b.proven", True, Strength.DOCUMENTED)), catalogue)
    assert finding(documented, "b.proven")["verdict"] == "pass"


def test_what_a_vendor_admits_needs_no_proof(catalogue: Catalogue, record: Make, statement: See) -> None:
    assert finding(conclude(record(statement("b.proven", False)), catalogue), "b.proven")["verdict"] == "fail"


def test_silence_is_not_a_pass(catalogue: Catalogue, record: Make) -> None:
    found = finding(conclude(record(), catalogue), "b.said")
    assert found["verdict"] == "inconclusive"
    assert "no statement" in found["reason"]


def test_a_statement_that_the_observation_contradicts_is_told(
    catalogue: Catalogue, record: Make, http: See, statement: See
) -> None:
    seen = http({"hsts": {"present": False}, "nosniff": True})
    document = conclude(record(seen, statement("a.critical", True), statement("a.high", True)), catalogue)
    assert "says otherwise" in finding(document, "a.critical")["contradiction"]
    assert "contradiction" not in finding(document, "a.high")
    assert finding(document, "a.high")["statement"]["by"] == "CISO"


def test_a_check_applies_where_its_condition_holds(catalogue: Catalogue, record: Make, http: See, good: Json) -> None:
    def with_recording(recording: bool) -> dict[str, Json]:  # noqa: FBT001
        return conclude(record(http(good), product={"features": {"recording": recording}}), catalogue)

    assert verdicts(with_recording(True), "b.recording") == ["pass"]
    assert verdicts(with_recording(False), "b.recording") == ["not_applicable"]
    assert verdicts(conclude(record(http(good)), catalogue), "b.recording") == ["inconclusive"]


def test_an_accepted_risk_blocks_no_gate_and_stays_in_the_score(catalogue: Catalogue, record: Make, http: See) -> None:
    exception = {"check": "a.critical", "reason": "Q2", "accepted_by": "DPO", "until": "2026-11-23"}
    seen = http({"hsts": {"present": False}, "nosniff": True})
    document = conclude(record(seen, gate={"fail_on_unknown": "never"}, exceptions=[exception]), catalogue)
    assert finding(document, "a.critical")["verdict"] == "accepted"
    assert finding(document, "a.critical")["accepted"] == {"reason": "Q2", "by": "DPO", "until": "2026-11-23"}
    assert "a.critical" not in [each["check"] for each in document["gate"]["blocking"]]
    accepted = next(each for each in document["score"]["checklists"] if each["id"] == "a")
    assert accepted["possible"] < 100


@pytest.mark.parametrize(
    ("written", "excused"),
    [
        ("meet.acme.example:443", ["accepted", "fail"]),
        ("https://meet.acme.example/join", ["accepted", "fail"]),
        ("wss://meet.acme.example", ["accepted", "fail"]),
        ("https://other.example/", ["fail", "accepted"]),
        ("https://meet.acme.example:8443/", ["fail", "fail"]),
        ("meet.acme.example", ["fail", "fail"]),
    ],
)
def test_a_service_may_be_called_by_the_url_of_an_endpoint(
    catalogue: Catalogue, record: Make, http: See, written: str, excused: list[str]
) -> None:
    exception = {"check": "a.critical", "target": written, "reason": "Q2", "accepted_by": "DPO", "until": "2027-01-01"}
    service = http({"hsts": {"present": False}}, "meet.acme.example:443")
    page = http({"hsts": {"present": False}}, "https://other.example/")
    assert verdicts(conclude(record(service, page, exceptions=[exception]), catalogue), "a.critical") == excused


def test_an_exception_ends_with_its_last_day(catalogue: Catalogue, record: Make, http: See) -> None:
    exception = {"check": "a.critical", "reason": "Q2", "accepted_by": "DPO", "until": "2026-11-22"}
    document = conclude(record(http({"hsts": {"present": False}}), exceptions=[exception]), catalogue)
    assert finding(document, "a.critical")["verdict"] == "fail"
    assert any("expired on 2026-11-22" in each for each in document["warnings"])


def test_an_exception_without_a_failure_is_told(catalogue: Catalogue, record: Make, http: See, good: Json) -> None:
    exception = {"check": "a.critical", "reason": "Q2", "accepted_by": "DPO", "until": "2027-01-01"}
    document = conclude(record(http(good), exceptions=[exception]), catalogue)
    assert any("excuses nothing" in each for each in document["warnings"])


def test_a_review_overrules_and_shows_what_it_overruled(catalogue: Catalogue, record: Make, http: See) -> None:
    review = {"check": "a.critical", "verdict": "pass", "by": "DPO", "on": "2026-11-20", "reason": "side letter"}
    document = conclude(record(http({"hsts": {"present": False}}), reviews=[review]), catalogue)
    found = finding(document, "a.critical")
    assert found["verdict"] == "pass"
    assert found["review"] == {"verdict_before": "fail", "by": "DPO", "on": "2026-11-20", "reason": "side letter"}


def test_guidance_informs_but_refuses_nothing(catalogue: Catalogue, record: Make, http: See) -> None:
    document = conclude(record(http({"hsts": {"present": False}, "nosniff": True})), catalogue)
    assert finding(document, "a.advice")["verdict"] == "fail"
    assert "a.advice" not in [each["check"] for each in document["gate"]["blocking"]]
    assert [each["check"] for each in document["score"]["caps"]] == ["a.critical"]


def test_judging_the_document_again_gives_the_same_bytes(
    catalogue: Catalogue, record: Make, http: See, statement: See, tmp_path: Path
) -> None:
    first = to_bytes(conclude(record(http({"hsts": {"present": False}}), statement("b.said", True)), catalogue))
    (tmp_path / "audit.json").write_bytes(first)
    again = to_bytes(conclude(record_of(read_document(tmp_path / "audit.json")), catalogue))
    assert again == first


def gathered(journal: Journal) -> tuple[Observation, ...]:
    """Return what the probes saw, without the comparison that is made of it."""
    *seen, compared = read_journal(journal.path).observations
    assert compared.probe == "comparison"
    return tuple(seen)


def test_a_journal_that_was_cut_off_still_holds_what_was_gathered(
    catalogue: Catalogue, record: Make, http: See, good: Json, tmp_path: Path
) -> None:
    with Journal(tmp_path, record()) as journal:
        journal.add(http(good))
        journal.add(http(good, "https://b.example"))
    text = journal.path.read_text(encoding="utf-8")
    journal.path.write_text(text[:-40], encoding="utf-8")
    rescued = read_journal(journal.path)
    assert [each.target.name for each in gathered(journal)] == ["https://meet.acme.example"]
    document = conclude(rescued, catalogue)
    assert document["complete"] is False
    assert verdicts(document, "a.critical") == ["pass"]


def test_what_was_planned_and_not_reached_is_as_strong_as_its_probe_would_be(record: Make, tmp_path: Path) -> None:
    target = Target("document", "dpa", roles=("dpa",), location="documents/dpa.pdf", language="de")
    looks = [Look(probe_named("document"), target), Look(probe_named("dns"), Target("host", "a.example", "a.example"))]
    with Journal(tmp_path, record(), looks) as journal:
        pass
    unseen = gathered(journal)
    assert [(each.target, each.strength) for each in unseen] == [
        (target, Strength.DOCUMENTED),
        (looks[1].target, Strength.OBSERVED),
    ]
    assert all(each.error and each.error.kind == "interrupted" for each in unseen)


def test_a_vendors_line_separators_do_not_cut_the_journal(
    catalogue: Catalogue, record: Make, http: See, good: Json, tmp_path: Path
) -> None:
    hostile = http({**good, "title": "a\u2028b\u2029c\x85d\x0be\x1cf"})
    with Journal(tmp_path, record()) as journal:
        journal.add(hostile)
        journal.add(http(good, "https://b.example"))
    assert [each.facts for each in gathered(journal)] == [hostile.facts, good]


@pytest.mark.parametrize("content", ["", "[]", "7\n{}", '{"id": 1}', '{"planned": []}\n[]', "[" * 100_000])
def test_what_is_no_journal_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "audit.partial.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="holds no record"):
        read_journal(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"[]", "no audit document"),
        (b'{"format": "vendor-audit/audit/1"}', "required property"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
    ],
)
def test_what_is_no_audit_document_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_document(path)


def test_half_a_character_in_a_vendors_text_survives(
    catalogue: Catalogue, record: Make, http: See, tmp_path: Path
) -> None:
    hostile = record(http({"hsts": {"present": True}, "title": "\ud83d \u202e"}))
    (tmp_path / "audit.json").write_bytes(to_bytes(conclude(hostile, catalogue)))
    assert record_of(read_document(tmp_path / "audit.json")).observations == hostile.observations
    with Journal(tmp_path, hostile) as journal:
        pass
    assert gathered(journal) == hostile.observations


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_document(tmp_path / "nothing.json")


def test_the_document_is_of_the_published_shape(catalogue: Catalogue, record: Make, http: See, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(to_bytes(conclude(record(http({"hsts": {"present": False}})), catalogue)))
    assert json.loads(path.read_bytes()) == read_document(path)
