from __future__ import annotations

from typing import Any

import pytest

REPORT = """# SOC 2 Type 2 Report

Report on Acme Video Inc.'s Description of Its Meet System Relevant to Security

For the period 1 October 2024 to 30 September 2025

## Independent Service Auditor's Report

{opinion}

The controls meet the trust services criteria.

Hollis & Byrne LLP
"""


def test_a_report_of_type_2(papers: Any) -> None:
    found = papers.file("soc2_type2.md")
    assert found.to_json()["soc2"] == {
        "type": 2,
        "period": {"start": "2024-10-01", "end": "2025-09-30"},
        "auditor": "Hollis & Byrne LLP",
        "organisation": "Acme Video Inc.",
        "system": "Acme Meet Platform",
        "opinion": "unqualified",
        "subservice_method": "carve_out",
        "categories": ["security", "availability", "confidentiality"],
        "subservice_organisations": ["Polder Cloud B.V."],
    }
    assert found.holder == "Acme Video Inc."
    assert found.unknown == {}
    assert "for the period" in found.places["period"].quote.lower()


def test_a_report_of_type_1_has_a_day_and_no_period(papers: Any) -> None:
    found = papers.file("soc2_qualified.md").to_json()["soc2"]
    assert (found["type"], found["as_of"], found["opinion"], found["auditor"]) == (
        1,
        "2026-06-30",
        "qualified",
        "Larkfield Assurance LLP",
    )
    assert "period" not in found


def test_an_adverse_report_without_subservice_organisations(papers: Any) -> None:
    found = papers.file("soc2_adverse.md").report
    assert (found.opinion, found.subservice_method, found.categories) == (
        "adverse",
        "none_used",
        ("security", "privacy"),
    )


@pytest.mark.parametrize(
    ("words", "opinion"),
    [
        ("In our opinion, in all material respects, the controls were suitable.", "unqualified"),
        ("We express no opinion on section V. In our opinion, in all material respects, they are.", "unqualified"),
        ("In our opinion, except for the effects of the matter above, they are.", "qualified"),
        ("Disclaimer of opinion. In our opinion nothing can be said.", "disclaimer"),
        ("We issued an unqualified opinion. In our opinion they are.", "unqualified"),
    ],
)
def test_the_opinion_is_read_from_its_own_words(papers: Any, words: str, opinion: str) -> None:
    assert papers.text(REPORT.format(opinion=words)).report.opinion == opinion


def test_a_c5_attestation(papers: Any) -> None:
    found = papers.file("c5_de.md").to_json()["c5"]
    assert found == {
        "type": 2,
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "auditor": "Muster & Söhne GmbH Wirtschaftsprüfungsgesellschaft",
        "system": "Polder Cloud",
        "opinion": "unqualified",
        "edition": "2020",
    }


def test_a_bridge_letter_says_until_when(papers: Any) -> None:
    found = papers.file("bridge.md").report
    assert (found.period_end, found.bridge_until) == ("2025-09-30", "2026-01-31")


def test_what_a_report_does_not_say_is_unknown(papers: Any) -> None:
    found = papers.text(
        "# SOC 2 report\n\nIndependent service auditor's report by the trust services criteria. In our opinion yes.\n"
    )
    assert {key for key in found.unknown if key.startswith("soc2.")} == {
        "soc2.type",
        "soc2.auditor",
        "soc2.system",
        "soc2.period.end",
    }
