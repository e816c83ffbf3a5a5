"""Whether a paper is a data processing agreement at all, and what is doubted where that cannot be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.documents.agreement import paper_facts
from vendor_audit.documents.analysis import Context, analyse
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from vendor_audit.documents.model import Document

ROOT = Path(__file__).parents[2]
CONTEXT = Context(("Acme Video", "Acme Video B.V."), ("Stadtwerke Musterburg GmbH",), ("Acme Meet",), "2026-11-24")

GUIDE = """# What Article 28 GDPR requires of a data processing agreement

The GDPR requires that the processor processes data only on documented instructions from the controller.
Article 28 requires that persons who are authorised commit themselves to confidentiality.
The law requires that the processor takes all measures of Article 32.
The GDPR requires that a processor engages another processor only with authorisation of the controller.
Article 28 requires that the processor makes available all information and allows for audits.
"""
DOUBTFUL = """# How we work with your company

We tell you without undue delay about a data breach where this is commercially reasonable.
We may engage subprocessors and keep a list of them on our page.
We help with requests of data subjects for a fee.
We provide our certificates on request in place of audits.
Our staff are told that data is confidential.
We delete data after the end of the contract in the ordinary course of business.
We follow your instructions where we consider them reasonable.
We help with impact assessments at your cost.
"""


def read(text: str) -> Document:
    return read_document(text.encode(), name="paper.md")


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
def test_an_agreement_is_one_with_its_flaws_or_without(vendor: str) -> None:
    content = (ROOT / "examples" / vendor / "documents" / "dpa.pdf").read_bytes()
    facts = analyse(read_document(content), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is True
    assert facts["names_vendor"] is True
    assert facts["names_customer"] is True
    assert facts["names_product"] is True
    assert facts["dated"] == "2026-02-03"
    assert facts["version"] == "4.2"
    assert facts["signature_block"] is True


def test_a_page_that_explains_the_law_is_none_and_nothing_in_it_is_agreed() -> None:
    facts = analyse(read(GUIDE), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is False
    assert {each["status"] for each in facts["requirements"].values()} == {"absent"}


def test_a_privacy_notice_in_its_place_is_none() -> None:
    content = (ROOT / "examples" / "flawless" / "site" / "privacy.html").read_bytes()
    facts = analyse(read_document(content), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is False


def test_of_a_paper_that_may_be_one_nothing_is_sure() -> None:
    reading = analyse(read(DOUBTFUL), "dpa", CONTEXT)
    assert "is_agreement" not in reading.facts
    assert "is_agreement" in reading.unknown
    assert {each["status"] for each in reading.facts["requirements"].values()} == {"unclear"}
    assert all(f"requirements.{each}.status" in reading.unknown for each in reading.facts["requirements"])


def test_names_that_nobody_gave_are_not_looked_for() -> None:
    facts = analyse(read(DOUBTFUL), "dpa", Context((), (), (), "2026-11-24")).facts
    assert not {"names_vendor", "names_customer", "names_product"} & facts.keys()


SHORT = """# Data Processing Agreement

between Stadtwerke Musterburg GmbH ("Customer") and Acme Video B.V. ("Provider") for Acme Meet

Version 2.1, last updated: 3 February 2026

## 1. Duties

Provider processes personal data only on documented instructions from Customer.

Provider ensures that all persons authorised to process the data are bound to confidentiality.

Provider informs Customer of the addition or replacement of sub-processors at least 30 days in advance.

Provider shall notify Customer without undue delay after becoming aware of a personal data breach.

When the services end, Provider shall delete or return all personal data, at the choice of Customer.

The Provider shall allow for and contribute to audits, including inspections, by Customer or its auditor.

## 2. Signatures

Signed for and on behalf of Provider: ____________
"""
NOTICE = """# Privacy Notice

Acme Video B.V. is the controller. We use your name and mail address to run your account (Article 6(1)(b) GDPR).

You have the right of access, rectification and erasure. You may complain to a supervisory authority.

We share data with sub-processors. All persons authorised to process the data are bound to confidentiality.
"""


def paper_in(language: str, text: str, *names: tuple[str, ...]) -> dict[str, Any]:
    vendor, customer, product = names or ((), (), ())
    return paper_facts(replace(read(text), language=language), vendor, customer, product)


def test_a_short_agreement_is_one_and_says_whose_and_of_when_it_is() -> None:
    facts = analyse(read(SHORT), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is True
    assert facts["requirements"]["28(3)(a)-instructions"]["status"] == "present"
    assert (facts["names_vendor"], facts["names_customer"], facts["names_product"]) == (True, True, True)
    assert (facts["dated"], facts["version"], facts["signature_block"]) == ("2026-02-03", "2.1", True)


def test_duties_make_an_agreement_without_its_title() -> None:
    facts = analyse(read(SHORT.replace("Data Processing Agreement", "Annex 4")), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is True


def test_a_title_alone_makes_no_agreement() -> None:
    text = "# Data Processing Agreement\n\nProvider keeps the data confidential. Fees are due within 30 days.\n"
    # Too short for its language to be told.
    document = replace(read(text), language="en")
    assert analyse(document, "dpa", CONTEXT).facts["is_agreement"] is False


def test_a_page_that_explains_the_law_with_a_model_agreement_is_none() -> None:
    # The model's clauses are duties, plain ones: what tells it apart is that sentences beside them tell of the law.
    facts = analyse(read(f"{GUIDE}\n{SHORT}"), "dpa", CONTEXT).facts
    assert facts["is_agreement"] is False


def test_what_is_found_in_a_paper_that_is_none_is_absent_with_the_reason() -> None:
    reading = analyse(read(NOTICE), "dpa", CONTEXT)
    assert reading.facts["is_agreement"] is False
    found = reading.facts["requirements"]
    assert {each["status"] for each in found.values()} == {"absent"}
    # Its own words are still shown, so that a person sees what was not counted.
    assert "no data processing agreement" in found["28(3)(b)-confidentiality"]["note"]
    assert found["28(3)(b)-confidentiality"]["quote"]
    assert not any(name.startswith("requirements.") and name.endswith(".status") for name in reading.unknown)


def test_names_of_others_are_not_ours() -> None:
    facts = analyse(read(SHORT), "dpa", Context(("Pixelgrove",), ("Nordstadt",), ("Grove Calls",), "2026-11-24")).facts
    assert (facts["names_vendor"], facts["names_customer"], facts["names_product"]) == (False, False, False)


def test_one_of_several_names_is_enough_in_any_case_and_in_a_title() -> None:
    facts = paper_in("en", "# AGREEMENT WITH ACME VIDEO\n\nText.\n", ("Pixelgrove", "Acme Video"), (), ())
    assert facts == {"signature_block": False, "names_vendor": True}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Last updated: 3 February 2026"),
        ("en", "This agreement is dated 3 February 2026."),
        ("de", "Stand: 3. Februar 2026"),
        ("de", "Fassung vom 03.02.2026"),
        ("fr", "Date d'effet : 3 février 2026"),
        ("fr", "Dernière mise à jour : 3 février 2026"),
        ("nl", "Laatst bijgewerkt: 3 februari 2026"),
        ("nl", "Versie van 3 februari 2026"),
    ],
)
def test_the_day_of_a_paper_is_read_in_its_language(language: str, line: str) -> None:
    assert paper_in(language, f"# 1\n\n{line}\n")["dated"] == "2026-02-03"


@pytest.mark.parametrize(
    "line",
    [
        "The parties met on 3 February 2026.",
        "Last updated: February 2026",
        # A long line tells a story: the day in it may be another contract's.
        "The agreement dated 3 February 2026 " + "and its many annexes " * 12 + "end.",
    ],
    ids=["no word for it", "no whole day", "long"],
)
def test_a_day_that_may_be_another_is_not_the_papers(line: str) -> None:
    assert "dated" not in paper_in("en", f"# 1\n\n{line}\n")


def test_the_first_day_and_version_count() -> None:
    text = "# A\n\nVersion 4.2, last updated: 3 February 2026\n\nVersion 1.0, last updated: 5 May 2024\n"
    facts = paper_in("en", text)
    assert (facts["dated"], facts["version"]) == ("2026-02-03", "4.2")


@pytest.mark.parametrize(("line", "version"), [("Version 3", "3"), ("Fassung 2.1", "2.1"), ("Versie 4.0.1", "4.0.1")])
def test_the_number_of_a_version_is_read(line: str, version: str) -> None:
    assert paper_in("en", f"# 1\n\n{line}\n")["version"] == version


def test_a_version_without_a_number_is_none() -> None:
    assert "version" not in paper_in("en", "# 1\n\nThe latest version applies.\n")


@pytest.mark.parametrize(
    "line", ["Signature: ____", "Unterschrift: ____", "Lu et approuvé", "Handtekening: ____", "Duly authorised"]
)
def test_a_place_for_signatures_is_seen_in_each_language(line: str) -> None:
    assert paper_in("en", f"# 1\n\n{line}\n")["signature_block"] is True


def test_an_agreement_without_a_place_for_signatures_has_none() -> None:
    assert paper_in("en", "# 1\n\nFees are due. The parties agree.\n")["signature_block"] is False
