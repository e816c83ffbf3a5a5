from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.checklist.data import load_data
from vendor_audit.documents.certificates import read_certificate, scope_names
from vendor_audit.documents.values.words import vocabulary
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from vendor_audit.checklist.data import DatedData

SCOPE = "Development, operation and support of the video-call service Acme Meet."


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["Acme Meet"], ("Acme Meet",)),
        (["acme-meet", "video call"], ("acme-meet", "video call")),
        (["Acme"], ("Acme",)),
        (["Meet Acme", "Acm", "video conference", ""], ()),
    ],
)
def test_a_scope_names_a_product_by_whole_words(words: list[str], named: tuple[str, ...]) -> None:
    assert scope_names(SCOPE, words) == named


@pytest.fixture(scope="module")
def data() -> DatedData:
    return load_data(shipped("checklists") / "data")


def value(data: DatedData, path: str) -> Any:
    found = data.find(f"certificates.{path}")
    assert found is not None
    return found.value


def test_the_dated_data_say_which_editions_count(data: DatedData) -> None:
    assert value(data, "editions.valid") == ["2022"]
    assert value(data, "editions.last_day_2013") == "2025-10-31"
    assert (value(data, "validity.expiring_soon_days"), value(data, "soc2.period_months")) == (90, 12)


def test_every_accreditation_body_that_we_read_is_one_that_the_data_judge(data: DatedData) -> None:
    known = set(vocabulary("certificates")["accreditation_bodies"])
    recognised = set(value(data, "accreditation.recognised"))
    assert known <= recognised
    assert set(value(data, "accreditation.in_the_eea")) <= recognised


@pytest.mark.parametrize(
    "bomb",
    [
        "a: ",
        "certificate no. ",
        "ISO/IEC 27001:2022 ",
        "certifies that the management system of ",
        "scope: ",
        "valid until 3 May 2027 ",
        "(",
        "accredited by the A ",
        "statement of applicability version 3 ",
        "1.",
        "for the period ",
        "SOC 2 type 2 ",
    ],
)
def test_texts_made_to_be_slow_are_read_quickly(papers: Any, bomb: str) -> None:
    text = bomb * 200_000
    started = time.process_time()
    shape = read_certificate(papers.document(text, text)).to_json()
    assert time.process_time() - started < 5
    assert len(str(shape)) < 20_000


def test_a_report_of_fifty_thousand_lines_is_read_in_seconds(papers: Any) -> None:
    lines = ["SOC 2 Type 2: independent service auditor's report, trust services criteria. In our opinion so."]
    started = time.process_time()
    read_certificate(papers.document(*lines, *["We noted no exceptions as of June 30, 2026."] * 50_000))
    assert time.process_time() - started < 5
