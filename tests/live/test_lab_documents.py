"""The demonstration's PDFs are read as a document reader reads them: as text, page by page."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str], list[str]]

pytestmark = pytest.mark.live


@pytest.fixture
def read(need_program: Callable[[str], str]) -> Read:
    """Return a function that gives the text of each page, white space made even."""
    program = need_program("pdftotext")

    def pages(name: str) -> list[str]:
        path = shipped("examples") / name
        done = subprocess.run([program, str(path), "-"], capture_output=True, check=True, timeout=20)
        return [" ".join(page.split()) for page in done.stdout.decode("utf-8").split("\f")[:-1]]

    return pages


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
def test_the_agreement_has_twelve_pages_or_more_and_names_its_annexes(vendor: str, read: Read) -> None:
    pages = read(f"{vendor}/documents/dpa.pdf")
    assert len(pages) >= 12
    text = " ".join(pages)
    for heading in ("Annex I: Parties", "Annex II: Technical", "Annex III: Sub-processors", "15. Final provisions"):
        assert heading in text
    assert "4.1 The Processor handles Customer Data for the purposes in Annex I" in text


def test_the_planted_clauses_are_in_the_flawed_agreement_only(read: Read) -> None:
    flawed, sound = " ".join(read("acme/documents/dpa.pdf")), " ".join(read("flawless/documents/dpa.pdf"))
    for clause in (
        "required to process or disclose Customer Data by any applicable law",
        "its current SOC 2 report",
        "within 72 hours after",
        "Backup copies are excluded from this",
        "should check this page from time to time",
    ):
        assert clause in flawed
        assert clause not in sound
    for clause in (
        "The law of a third country, and a judgment or decision of its courts or authorities, is no such requirement",
        "including inspections at its premises",
        "at the latest 24 hours after",
        "within a further 35 days in all backups",
        "The message names the Sub-processor, its address and contact",
    ):
        assert clause in sound
        assert clause not in flawed


def test_the_certificate_is_one_page_and_of_the_withdrawn_edition_here_only(read: Read) -> None:
    (flawed,), (sound,) = read("acme/documents/iso-27001.pdf"), read("flawless/documents/iso-27001.pdf")
    assert "ISO/IEC 27001:2013" in flawed
    assert "ISO/IEC 27001:2022" in sound
    for page in (flawed, sound):
        assert "video-call service Acme Meet" in page
        assert "NZC-ISMS-20871" in page
        assert "Acme Video B.V." in page


@pytest.mark.parametrize("name", ["acme/documents/roles.pdf", "flawless/documents/controls.pdf"])
def test_the_proofs_can_be_read(name: str, read: Read) -> None:
    assert "Chief Information Security Officer" in " ".join(read(name))
