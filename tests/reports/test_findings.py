from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from vendor_audit.reports.view import build_view

if TYPE_CHECKING:
    from vendor_audit.reports.findings import FindingView


def _finding(audit: Any, check: str, evidence: Any = lambda _: None) -> FindingView:
    view = build_view(audit, evidence)
    return next(each for area in view.areas for each in area.findings if each.check == check)


def test_a_check_that_fails_on_two_targets_is_one_finding_with_two_rows(audit: Any) -> None:
    finding = _finding(audit, "art32.tls-version")
    assert [each.target for each in finding.observed] == ["https://meet.acme.example", "wss://signal.acme.example"]
    assert finding.elsewhere == "Elsewhere: not established on 1 target and passes on 1 target."


def test_within_an_area_the_gravest_comes_first_and_numbers_run_through(audit: Any) -> None:
    view = build_view(audit)
    assert [(each.number, each.severity) for each in view.areas[2].findings] == [
        ("F4", "critical"), ("F5", "high"), ("F6", "medium"), ("F7", "medium"), ("F8", "low"),
    ]  # fmt: skip


def test_promise_law_fact_evidence_and_remedy_stand_in_one_finding(audit: Any) -> None:
    finding = _finding(audit, "art32.tls-version")
    assert finding.clause == "GDPR 32(1)(a), RFC 8996"
    assert finding.why.startswith("Older versions")
    assert finding.statements[0].sentence == "Yes, says Acme CISO on 1 October 2026."
    assert finding.statements[0].quote == "All our hosts run TLS 1.2 or newer since 2023."
    assert len(finding.statements) == 1, "the same statement on two targets is shown once"
    assert finding.contradictions == (
        "The vendor states that this is so, and the audit observed on 2 hosts that it is not.",
    )
    (evidence,) = finding.observed[0].evidence
    assert (evidence.number, evidence.when) == ("O1", "2026-11-23 19:26:01 UTC")
    assert len(evidence.sha256) == 64
    assert finding.remedy == "Turn off TLS 1.0 and TLS 1.1 on the hosts named."


def test_a_deciding_value_is_quoted_from_text_evidence_that_is_at_hand(audit: Any) -> None:
    transcript = b"hello\nClientHello TLSv1.0 -> ServerHello TLSv1.0 \x1b[31m\nbye\n"
    audit["observations"][0]["evidence"][0]["sha256"] = wanted = hashlib.sha256(transcript).hexdigest()
    finding = _finding(audit, "art32.tls-version", lambda sha256: transcript if sha256 == wanted else None)
    assert finding.observed[0].evidence[0].excerpt == (r"ClientHello TLSv1.0 -> ServerHello TLSv1.0 \x1b[31m",)
    assert finding.observed[1].evidence[0].excerpt == ()


def test_many_targets_and_many_elements_are_cut_and_counted(audit: Any) -> None:
    one = next(each for each in audit["findings"] if each["check"] == "art32.tls-version")
    one["decided_by"] = [{"path": f"fact{n}", "value": n} for n in range(20)]
    audit["findings"] += [one | {"target": {"kind": "endpoint", "name": f"https://{n}.example"}} for n in range(30)]
    finding = _finding(audit, "art32.tls-version")
    assert (len(finding.observed), finding.hidden) == (12, 20)
    assert finding.observed[0].deciders[-1] == "… and 14 more in audit.json"


def test_a_finding_whose_check_is_not_in_the_document_is_shown_all_the_same(audit: Any) -> None:
    audit["checks"] = [each for each in audit["checks"] if each["id"] != "art32.tls-version"]
    assert _finding(audit, "art32.tls-version").severity == "low"
