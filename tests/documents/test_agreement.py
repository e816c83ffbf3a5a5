"""Whether a paper is a data processing agreement at all, and what is doubted where that cannot be told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
