from __future__ import annotations

import hashlib
import html
import re
import zipfile
from typing import Any

import pikepdf
import pytest
import yaml

from vendor_audit.audit.plan import plan_looks
from vendor_audit.lab.vendor import LabVendor
from vendor_audit.probes.registry import all_probes
from vendor_audit.resources import shipped
from vendor_audit.vendor.file import read_vendor_file

EXAMPLES = shipped("examples")
ACME = EXAMPLES / "acme"
DOCUMENTS = {
    "acme": {"dpa.docx", "dpa.pdf", "iso-27001.pdf", "pentest-consent.pdf", "privacy-notice.md", "roles.pdf"},
    "flawless": {
        "controls.pdf", "dpa.docx", "dpa.pdf", "iso-27001.pdf", "pentest-consent.pdf", "privacy-notice.md", "roles.pdf",
    },
}  # fmt: skip


def planted() -> dict[str, Any]:
    shape: dict[str, Any] = yaml.safe_load((ACME / "planted.yaml").read_text(encoding="utf-8"))
    return shape


def known_checks() -> set[str]:
    return {
        check["id"]
        for path in shipped("checklists").glob("*.yaml")
        for check in yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
    }


def text_of_docx(path: Any) -> str:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("word/document.xml").decode("utf-8")
    return html.unescape(re.sub(r"<[^>]+>", "", text.replace("</w:p>", "\n")))


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
def test_all_documents_are_there(vendor: str) -> None:
    assert {path.name for path in (EXAMPLES / vendor / "documents").iterdir()} == DOCUMENTS[vendor]


def test_the_examples_stay_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 2_000_000


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
def test_each_pdf_was_made_from_its_source_as_it_stands(vendor: str) -> None:
    for path in (EXAMPLES / vendor / "documents").glob("*.pdf"):
        (source,) = (ACME / "sources").glob(f"{path.stem}.*")
        with pikepdf.open(path) as document:
            recorded = str(document.docinfo["/vendorauditsource"])
        assert recorded == hashlib.sha256(source.read_bytes()).hexdigest(), (
            f"run script/make_example_documents.py: {path}"
        )


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
def test_the_agreement_has_twelve_pages_or_more(vendor: str) -> None:
    with pikepdf.open(EXAMPLES / vendor / "documents" / "dpa.pdf") as document:
        assert len(document.pages) >= 12
    with pikepdf.open(EXAMPLES / vendor / "documents" / "iso-27001.pdf") as document:
        assert len(document.pages) == 1


def test_each_planted_clause_is_in_the_flawed_document_and_not_in_the_sound_one() -> None:
    for flaw in planted()["documents"]:
        name = flaw["document"].replace("dpa.pdf", "dpa.docx")
        if name.endswith(".pdf"):
            continue  # tests/live reads these
        read = text_of_docx if name.endswith(".docx") else lambda path: path.read_text(encoding="utf-8")
        assert flaw["quote"] in read(ACME / name), flaw
        if flaw["place"] != "Certificates":  # the words are true of the twin
            assert flaw["quote"] not in read(EXAMPLES / "flawless" / name), flaw


def test_each_marked_passage_of_a_source_is_in_the_list_of_flaws_and_each_check_exists() -> None:
    listed = planted()
    named = {flaw["check"] for flaw in (*listed["flaws"], *listed["documents"])}
    marked = {
        check
        for path in (ACME / "sources").rglob("*.*")
        for line in re.findall(r"<!-- flawed: (.*) -->", path.read_text(encoding="utf-8"))
        for check in line.split(", ")
    }
    assert marked <= named
    assert named <= known_checks()


def test_the_readme_says_what_the_list_says() -> None:
    readme = (ACME / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .* \| (.*) \| `([a-z0-9.-]+)` \| (\w+) \|$", readme, re.MULTILINE)
    found = [(target, check, verdict) for where, check, verdict in rows for target in where.split("<br>")]
    listed = planted()
    expected = [
        (f"`{flaw['target']}`" if "target" in flaw else "the vendor as a whole", flaw["check"], flaw["verdict"])
        for flaw in listed["flaws"]
    ] + [(f"“{flaw['quote']}”", flaw["check"], flaw["verdict"]) for flaw in listed["documents"]]
    assert found == expected


def test_each_flaw_is_planted_at_a_target_of_the_vendor_file() -> None:
    vendor = read_vendor_file(ACME / "acme.yaml", known_checks=known_checks())
    targets = {look.target.name for look in plan_looks(vendor, all_probes())}
    listed = planted()
    named = {flaw["target"] for flaw in (*listed["flaws"], *listed["contradictions"]) if "target" in flaw}
    assert named <= targets


def test_the_twin_answers_every_check_that_a_statement_can_answer_with_a_proof() -> None:
    vendor = read_vendor_file(LabVendor(flawless=True).folder / "acme.yaml", known_checks=known_checks())
    answered = {each["check"] for each in vendor.data["statements"] if each["answer"] is True and "proof" in each}
    judged_by_statement = {
        check["id"]
        for path in shipped("checklists").glob("*.yaml")
        for check in yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
        if check["judges"] == "statement"
    }
    assert judged_by_statement - answered == {"art6.special-categories", "art6.sector-record-duty"}
