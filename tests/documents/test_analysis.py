"""What a kind of document is asked for, and what is said where not all of it could be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.documents.analysis import Context, analyse
from vendor_audit.documents.reader import read_document
from vendor_audit.documents.worker import common_facts
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from vendor_audit.documents.model import Document

ROOT = Path(__file__).parents[2]
CONTEXT = Context(("Acme Video B.V.",), (), ("Acme Meet",), "2026-11-24")
DPA = ROOT / "examples" / "acme" / "documents" / "dpa.pdf"
CERTIFICATE = ROOT / "examples" / "acme" / "documents" / "iso-27001.pdf"


def test_an_agreement_without_a_list_has_none_and_a_page_without_one_may_have_it() -> None:
    document = read_document(
        b"# Data Processing Agreement\n\nThe Processor acts on documented instructions.\n", name="a.md"
    )
    # Too short for its language to be told by its words.
    document = replace(document, language="en")
    assert analyse(document, "dpa", CONTEXT).facts["list"]["found"] is False
    page = analyse(document, "subprocessors", CONTEXT)
    assert "found" not in page.facts["list"]
    assert "list.found" in page.unknown


def test_a_list_is_found() -> None:
    assert analyse(read_document(DPA.read_bytes()), "dpa", CONTEXT).facts["list"]["found"] is True


@pytest.mark.parametrize(
    "unread", [{"cut": "only the first 10 pages were read"}, {"pages_without_text": 2}], ids=["cut", "pictures"]
)
def test_where_not_all_was_read_only_what_was_found_is_sure(unread: dict[str, str | int]) -> None:
    whole = read_document(DPA.read_bytes())
    reading = analyse(replace(whole, **unread), "dpa", CONTEXT)  # type: ignore[arg-type]
    statuses = {name: each["status"] for name, each in reading.facts["requirements"].items()}
    sure = {name for name in statuses if f"requirements.{name}.status" not in reading.unknown}
    assert {statuses[name] for name in sure} == {"present"}
    assert "retention" in reading.unknown


def test_a_document_in_another_language_is_not_judged_by_its_words() -> None:
    document = replace(read_document(DPA.read_bytes()), language="")
    reading = analyse(document, "dpa", CONTEXT)
    assert "requirements" not in reading.facts
    assert "requirements" in reading.unknown


@pytest.mark.parametrize(("audited", "left"), [("2026-11-24", 82), ("2027-02-14", 0), ("2027-02-15", -1)])
def test_the_days_of_a_certificate_are_counted_from_the_audit(audited: str, left: int) -> None:
    context = Context(("Acme Video B.V.",), (), ("Acme Meet",), audited)
    certificate = analyse(read_document(CERTIFICATE.read_bytes()), "iso27001", context).facts["certificate"]
    assert certificate["days_left"] == left


def test_holder_and_scope_are_held_against_the_vendor_file() -> None:
    document = read_document(CERTIFICATE.read_bytes())
    ours = analyse(document, "iso27001", CONTEXT).facts["certificate"]
    assert (ours["holder_match"], ours["scope_names_product"]) == ("same", True)
    others = analyse(document, "iso27001", Context(("Pixelgrove LLC",), (), ("Grove Calls",), "2026-11-24"))
    shape = others.facts["certificate"]
    assert (shape["holder_match"], shape["scope_names_product"]) == ("different", False)


PAPERS = Path(__file__).parent / "certificates" / "papers"
AGREEMENT = "# Data Processing Agreement\n\nThe Processor acts on documented instructions.\n"


def check_shape(document: Document, kind: str, facts: dict[str, Any]) -> None:
    """Hold the facts against the schema as the probe publishes them."""
    identity = {"kind": kind, "source": "a", "sha256": "0" * 64, "size": 1, "media_type": document.media_type}
    common = common_facts(document)
    published = SourceDocument("facts", "", {**identity, **common, **facts, **common, **identity})
    assert check_against(published, load_schema("facts/document")) == []


@pytest.mark.parametrize("kind", ["dpa", "scc", "terms", "toms", "trust_page", "subprocessors", "privacy_notice"])
def test_the_facts_of_every_kind_are_of_the_published_shape(kind: str) -> None:
    document = read_document(DPA.read_bytes())
    check_shape(document, kind, analyse(document, kind, CONTEXT).facts)


@pytest.mark.parametrize("kind", ["iso27001", "soc2"])
@pytest.mark.parametrize("name", ["soc2_type2.md", "bridge.md"])
def test_the_facts_of_reports_are_of_the_published_shape(kind: str, name: str) -> None:
    document = read_document((PAPERS / name).read_bytes(), name=name)
    check_shape(document, kind, analyse(document, kind, CONTEXT).facts)


@pytest.mark.parametrize(
    "unread", [{"cut": "only the first 10 pages were read"}, {"pages_without_text": 1}], ids=["cut", "picture"]
)
@pytest.mark.parametrize("kind", ["dpa", "scc", "subprocessors"])
def test_where_not_all_was_read_nobody_says_that_there_is_no_list(kind: str, unread: dict[str, Any]) -> None:
    document = replace(read_document(AGREEMENT.encode(), name="a.md"), **unread)
    reading = analyse(document, kind, CONTEXT)
    assert "found" not in reading.facts["list"]
    expected = unread.get("cut") or "1 page shows a picture without text"
    assert reading.unknown["list.found"] == expected


def test_a_page_that_says_that_there_are_none_is_a_list() -> None:
    text = "# Sub-processors\n\nWe do not use any sub-processors.\n"
    found = analyse(read_document(text.encode(), name="a.md"), "subprocessors", CONTEXT).facts["list"]
    assert (found["found"], found["none_declared"]) == (True, True)


def test_terms_are_not_asked_for_a_list() -> None:
    assert "list" not in analyse(read_document(DPA.read_bytes()), "terms", CONTEXT).facts


def test_an_agreement_read_whole_vouches_for_what_is_absent() -> None:
    # The other side of what a cut takes away: without it these are facts.
    # Too short for its language to be told.
    document = replace(read_document(AGREEMENT.encode(), name="a.md"), language="en")
    reading = analyse(document, "dpa", CONTEXT)
    assert "retention" not in reading.unknown
    statuses = reading.facts["requirements"]
    assert statuses["28(3)(h)-audit"]["status"] == "absent"
    assert "requirements.28(3)(h)-audit.status" not in reading.unknown


def test_a_cut_leaves_what_was_found_sure() -> None:
    whole = read_document(DPA.read_bytes())
    before = analyse(whole, "dpa", CONTEXT).facts["requirements"]
    unknown = analyse(replace(whole, cut="only the first 10 pages were read"), "dpa", CONTEXT).unknown
    present = {name for name, each in before.items() if each["status"] == "present"}
    assert present
    assert not {f"requirements.{each}.status" for each in present} & unknown.keys()


@pytest.mark.parametrize("kind", ["dpa", "privacy_notice", "trust_page", "terms"])
def test_a_language_that_is_not_read_leaves_every_kind_unjudged(kind: str) -> None:
    reading = analyse(replace(read_document(DPA.read_bytes()), language=""), kind, CONTEXT)
    assert not {"requirements", "is_agreement", "retention"} & reading.facts.keys()
    assert "English, German, French and Dutch" in reading.unknown["requirements"]


@pytest.mark.parametrize(
    ("name", "audited", "months"),
    [
        ("soc2_type2.md", "2025-09-30", 0),
        ("soc2_type2.md", "2025-10-29", 0),
        ("soc2_type2.md", "2025-10-30", 1),
        ("soc2_type2.md", "2026-11-24", 13),
        # An audit before the end of the period has nothing to count.
        ("soc2_type2.md", "2025-01-01", 0),
        # The letter speaks up to 31 January 2026, four months after the period.
        ("bridge.md", "2026-01-31", 0),
        ("bridge.md", "2026-11-24", 9),
    ],
)
def test_months_are_counted_from_the_end_of_a_report_or_its_letter(name: str, audited: str, months: int) -> None:
    document = read_document((PAPERS / name).read_bytes(), name=name)
    report = analyse(document, "soc2", replace(CONTEXT, audit_date=audited)).facts["certificate"]["soc2"]
    assert report["months_since_end"] == months


def test_a_report_tells_whose_system_it_is_about() -> None:
    document = read_document((PAPERS / "soc2_type2.md").read_bytes(), name="soc2_type2.md")
    ours = analyse(document, "soc2", replace(CONTEXT, vendor_names=("Pixelgrove LLC", "Acme Video Inc."))).facts
    assert (ours["certificate"]["holder_match"], ours["certificate"]["scope_names_product"]) == ("same", True)
    others = analyse(document, "soc2", Context(("Pixelgrove LLC",), (), ("Grove Calls",), "2026-11-24")).facts
    assert others["certificate"]["holder_match"] == "different"
    assert others["certificate"]["scope_names_product"] is False


def test_a_holder_of_another_legal_form_is_only_similar() -> None:
    document = read_document((PAPERS / "soc2_type2.md").read_bytes(), name="soc2_type2.md")
    assert analyse(document, "soc2", CONTEXT).facts["certificate"]["holder_match"] == "similar"


def test_names_that_nobody_gave_are_held_against_nothing() -> None:
    nobody = Context((), (), (), "2026-11-24")
    certificate = analyse(read_document(CERTIFICATE.read_bytes()), "iso27001", nobody).facts["certificate"]
    assert not {"holder_match", "scope_names_product"} & certificate.keys()


def test_what_a_paper_is_may_stand_on_a_page_that_was_not_read() -> None:
    document = replace(read_document(AGREEMENT.encode(), name="a.md"), pages_without_text=2)
    assert "2 pages show a picture" in analyse(document, "iso27001", CONTEXT).unknown["certificate.kind"]
    assert "certificate.kind" not in analyse(replace(document, pages_without_text=0), "iso27001", CONTEXT).unknown
