"""The papers of a vendor are held against each other, and what is not known on one side is not compared."""

from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.audit.comparison import compare
from vendor_audit.observation import Failure, Observation, Strength, Target
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

STARTED = "2026-11-24T12:00:00.000Z"


def paper(kind: str, facts: dict[str, Any], unknown: dict[str, str] | None = None) -> Observation:
    target = Target("document", kind, roles=(kind,), location=f"{kind}.pdf")
    return Observation("document", target, Strength.DOCUMENTED, facts, unknown or {}, (), STARTED, 0.1)


def compared(*papers: Observation) -> Observation:
    found = compare(papers, "Acme Video", STARTED)
    assert check_against(SourceDocument("facts", "", found.facts), load_schema("facts/comparison")) == []
    return found


def period(days: int, quote: str = "Recordings are kept.", category: str = "recordings") -> dict[str, Any]:
    return {"category": category, "days": days, "quote": quote, "section": "5"}


def said(name: str, status: str, **more: float) -> dict[str, Any]:
    return {"requirements": {name: {"status": status, **more}}}


def test_periods_that_differ_are_told_with_both_numbers() -> None:
    found = compared(paper("dpa", {"retention": [period(90)]}), paper("privacy_notice", {"retention": [period(365)]}))
    assert found.facts["retention"] == {
        "both": True,
        "categories": [{"category": "recordings", "dpa_days": 90, "notice_days": 365, "agree": False}],
        "agree": False,
    }


def test_the_row_of_a_table_goes_before_a_sentence_on_the_same_data() -> None:
    dpa = paper("dpa", {"retention": [period(365, "Each view is logged."), period(90, "Recordings | 90 days")]})
    found = compared(dpa, paper("privacy_notice", {"retention": [period(90)]}))
    assert found.facts["retention"]["agree"] is True


def test_an_event_is_no_number() -> None:
    until = {"category": "chat", "event": True, "quote": "until the call ends", "section": "5"}
    found = compared(paper("dpa", {"retention": [until]}), paper("privacy_notice", {"retention": [period(7)]}))
    assert found.facts["retention"] == {"both": False}


def test_a_paper_that_is_silent_is_not_a_paper_that_is_missing() -> None:
    dpa = paper("dpa", said("x-breachhours", "present", hours=24))
    silent = compared(dpa, paper("trust_page", said("c-breachhours", "absent")))
    assert silent.facts["breach_hours"] == {"dpa": 24, "both": False}
    missing = compared(dpa)
    assert "breach_hours" not in missing.facts
    assert "breach_hours" in missing.unknown


@pytest.mark.parametrize(("page", "agree"), [(24, True), (72, False)])
def test_hours_are_compared(page: float, *, agree: bool) -> None:
    found = compared(
        paper("dpa", said("x-breachhours", "present", hours=24)),
        paper("trust_page", said("c-breachhours", "present", hours=page)),
    )
    assert found.facts["breach_hours"]["agree"] is agree


def test_what_a_probe_does_not_vouch_for_is_not_compared() -> None:
    doubtful = {"requirements.x-breachhours.status": "the readings differ"}
    found = compared(
        paper("dpa", said("x-breachhours", "unclear", hours=24), doubtful),
        paper("trust_page", said("c-breachhours", "present", hours=72)),
    )
    assert "breach_hours" not in found.facts


def test_a_paper_that_could_not_be_read_is_not_compared() -> None:
    target = Target("document", "dpa", roles=("dpa",), location="dpa.pdf")
    failed = Observation(
        "document", target, Strength.DOCUMENTED, {"retention": [period(90)]}, {}, (), STARTED, 0.1,
        Failure("damaged", "the document is damaged"),
    )  # fmt: skip
    found = compared(failed, paper("privacy_notice", {"retention": [period(365)]}))
    assert "retention" in found.unknown


def test_names_that_differ_in_their_legal_form_are_the_same_company() -> None:
    def rows(*names: str) -> dict[str, Any]:
        return {"list": {"rows": [{"entity": each} for each in names]}}

    found = compared(
        paper("dpa", rows("Polder Cloud B.V.", "Quillmark Mail SAS")),
        paper("subprocessors", rows("Polder Cloud", "Quillmark Mail SAS", "Pixelgrove Analytics LLC")),
    )
    assert found.facts["subprocessors"] == {
        "only_in_agreement": [],
        "only_on_page": ["Pixelgrove Analytics LLC"],
        "agree": False,
    }


def test_purposes_that_the_agreement_excludes_and_the_notice_claims_contradict() -> None:
    found = compared(
        paper("dpa", said("x-ownpurposes", "present")), paper("privacy_notice", said("n-ownpurposes", "present"))
    )
    assert found.facts["own_purposes"] == {"dpa_excludes": True, "notice_uses": True, "agree": False}


def test_the_edition_that_is_claimed_is_held_against_the_certificate() -> None:
    claims = {
        "requirements": {"c-iso27001-2013": {"status": "absent"}, "c-iso27001-2022": {"status": "present"}},
    }
    found = compared(paper("iso27001", {"certificate": {"edition": "2013"}}), paper("trust_page", claims))
    assert found.facts["certificate"] == {"claimed_edition": "2022", "edition": "2013", "agree": False}


def test_without_papers_nothing_is_claimed() -> None:
    found = compared()
    assert found.facts == {}
    assert len(found.unknown) == 8
