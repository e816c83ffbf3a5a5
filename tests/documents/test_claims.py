"""Claims of trust pages and legal notices: what is claimed, what is denied, and what only sounds like it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vendor_audit.documents.clauses.library import LANGUAGES, clause_folder, load_library
from vendor_audit.documents.clauses.model import Status
from vendor_audit.documents.clauses.reading import read_clauses
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.documents.clauses.reading import Reading

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "accuracy" / "claims"
SITES = ROOT / "examples"
ACME = ("Acme", "Acme Video", "Acme Meet")
POINTS = (
    "c-e2ee", "c-e2ee-precise", "c-e2ee-limits", "c-gdprcertified", "c-article42", "c-iso27001-2022", "c-iso27001-2013",
    "c-iso27001", "c-breachhours", "c-eulocation", "c-supportlocation", "c-european", "c-parent", "c-pstn",
    "c-retention", "c-notraining", "c-security-contact", "c-pentest", "c-uptime",
)  # fmt: skip


def labels() -> list[dict[str, Any]]:
    return [yaml.safe_load(each.read_text(encoding="utf-8")) for each in sorted(CORPUS.glob("*.labels.yaml"))]


def read(content: bytes, name: str, language: str, vendor_names: tuple[str, ...]) -> dict[str, Reading]:
    library = load_library("claims", language)
    readings = read_clauses(read_document(content, name=name), library, vendor_names=vendor_names)
    return {each.requirement.id: each for each in readings}


def sentences() -> dict[str, dict[str, dict[str, list[str]]]]:
    shape: dict[str, dict[str, dict[str, list[str]]]]
    shape = yaml.safe_load((CORPUS / "sentences.yaml").read_text(encoding="utf-8"))
    return shape


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_loads_and_words_every_point(language: str) -> None:
    library = load_library("claims", language)
    assert tuple(each.id for each in library.requirements) == POINTS
    for each in library.requirements:
        assert each.core.pattern, each.id
        assert each.either, each.id
        assert len(each.examples) >= 3, each.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_element_is_worded_in_every_language_and_no_other(language: str) -> None:
    asked = yaml.safe_load((clause_folder() / "claims.yaml").read_text(encoding="utf-8"))["requirements"]
    worded = yaml.safe_load((clause_folder() / f"claims.{language}.yaml").read_text(encoding="utf-8"))["requirements"]
    groups = ("needs", "weak", "limits", "voids")
    assert {each["id"]: {group: set(each.get(group, ())) for group in groups} for each in asked} == {
        point: {group: set(shape.get(group, ())) for group in groups} for point, shape in worded.items()
    }


@pytest.mark.parametrize("each", labels(), ids=lambda each: each["document"])
def test_a_label_quotes_its_page_and_judges_every_point(each: Mapping[str, Any]) -> None:
    text = (CORPUS / each["document"]).read_text(encoding="utf-8")
    assert tuple(each["requirements"]) == POINTS
    for point, label in each["requirements"].items():
        assert label["status"] == "absent" or label["quote"] in text, point
    assert read_document(text.encode(), name=each["document"]).language == each["language"]


def test_what_is_called_present_in_the_corpus_is_there() -> None:
    counts = Counter[tuple[str, str]]()
    wrong: list[str] = []
    for each in labels():
        content = (CORPUS / each["document"]).read_bytes()
        found = read(content, each["document"], each["language"], tuple(each["vendor_names"]))
        for point, label in each["requirements"].items():
            status = found[point].status.value
            counts[label["status"], status] += 1
            if status == "present" != label["status"]:
                wrong.append(f"{each['document']} {point}: {found[point].found.quote}")
    assert not wrong
    labelled = {status: sum(n for (want, _), n in counts.items() if want == status) for status in ("present", "absent")}
    assert counts["present", "present"] / labelled["present"] >= 0.97
    assert counts["absent", "absent"] / labelled["absent"] >= 0.95
    assert sum(n for (want, got), n in counts.items() if want == got) / counts.total() >= 0.96
    assert sum(n for (_, got), n in counts.items() if got == "unclear") / counts.total() <= 0.02


@pytest.mark.parametrize("each", labels(), ids=lambda each: each["document"])
def test_periods_are_those_of_the_page(each: Mapping[str, Any]) -> None:
    found = read(
        (CORPUS / each["document"]).read_bytes(), each["document"], each["language"], tuple(each["vendor_names"])
    )
    for point, label in each["requirements"].items():
        if "values" in label:
            value = found[point].found.value
            assert value is not None, point
            assert round(value, 1) in label["values"], point


@pytest.mark.parametrize(
    ("language", "point"), [(language, point) for language, points in sentences().items() for point in points]
)
def test_a_sentence_alone_is_read_right(language: str, point: str) -> None:
    wrong = []
    for status, texts in sentences()[language][point].items():
        for text in texts:
            heading, _, sentence = text.rpartition(" | ")
            page = f"# Tally\n\n## {heading}\n\n{sentence}\n" if heading else f"# Tally\n\n{sentence}\n"
            found = read(page.encode(), "page.md", language, ("Tally",))[point].status.value
            if found != status:
                wrong.append(f"{text!r} is {status}, found {found}")
    assert not wrong


def page_of(site: str, name: str) -> dict[str, str]:
    content = (SITES / site / "site" / name).read_bytes()
    return {point: each.status.value for point, each in read(content, name, "en", ACME).items()}


def absent_but(**others: str) -> dict[str, str]:
    return dict.fromkeys(POINTS, "absent") | {f"c-{name.replace('_', '-')}": status for name, status in others.items()}


def test_the_trust_page_of_the_demonstration_claims_much_and_says_little() -> None:
    assert page_of("acme", "trust.html") == absent_but(
        e2ee="present",
        gdprcertified="present",
        iso27001_2022="present",
        iso27001="present",
        eulocation="partial",
        security_contact="present",
    )


def test_the_legal_notice_of_the_demonstration_calls_it_european_and_names_no_owner() -> None:
    assert page_of("acme", "legal.html") == absent_but(european="present")


def test_the_trust_page_of_the_sound_vendor_says_what_its_claims_cover() -> None:
    assert page_of("flawless", "trust.html") == absent_but(
        e2ee="present",
        e2ee_precise="present",
        e2ee_limits="present",
        iso27001_2022="present",
        iso27001="present",
        eulocation="present",
        security_contact="present",
    )


def test_the_legal_notice_of_the_sound_vendor_names_its_owner() -> None:
    assert page_of("flawless", "legal.html") == absent_but(parent="present")


def test_a_denial_is_absent_and_quoted() -> None:
    page = "# Tally\n\nCalls on Tally are not end-to-end encrypted.\n"
    reading = read(page.encode(), "page.md", "en", ("Tally",))["c-e2ee"]
    assert reading.status is Status.ABSENT
    assert reading.found.quote is not None
    assert "not end-to-end" in reading.found.quote.text
    assert reading.note == "says that it is not end-to-end encrypted, or not yet"
