"""What a kind of document is asked for, and what is said where not all of it could be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vendor_audit.documents.analysis import Context, analyse
from vendor_audit.documents.reader import read_document

ROOT = Path(__file__).parents[2]
CONTEXT = Context(("Acme Video B.V.",), (), ("Acme Meet",), "2026-11-24")
DPA = ROOT / "examples" / "acme" / "documents" / "dpa.pdf"
CERTIFICATE = ROOT / "examples" / "acme" / "documents" / "iso-27001.pdf"


def test_an_agreement_without_a_list_has_none_and_a_page_without_one_may_have_it() -> None:
    document = read_document(
        b"# Data Processing Agreement\n\nThe Processor acts on documented instructions.\n", name="a.md"
    )
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
