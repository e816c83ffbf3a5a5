"""One door for all formats: the same clauses, numbers and tables come out of each."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vendor_audit.documents.limits import Limits
from vendor_audit.documents.model import Block, BlockKind, Document, DocumentError
from vendor_audit.documents.reader import read_document

ACME = Path(__file__).parents[2] / "examples" / "acme"
VARIANT = re.compile(r"<!-- flawed: [^\n]* -->\n(?P<flawed>.*?)(?:<!-- sound -->\n.*?)?<!-- end -->\n", re.DOTALL)


@pytest.fixture(scope="module")
def source() -> Document:
    text = VARIANT.sub(lambda match: f"\n{match['flawed']}", (ACME / "sources" / "dpa.md").read_text(encoding="utf-8"))
    return read_document(text.encode(), name="dpa.md")


@pytest.fixture(scope="module", params=["dpa.pdf", "dpa.docx"])
def made(request: pytest.FixtureRequest) -> Document:
    return read_document((ACME / "documents" / request.param).read_bytes())


def after_the_cover(document: Document) -> list[tuple[str, str, list[Block]]]:
    """Return number, heading and blocks from the section "Parties" on: the cover differs by format."""
    sections = [(section.number, section.heading, list(section.blocks)) for section in document.sections]
    begin = next(place for place, section in enumerate(sections) if section[1] == "Parties")
    return sections[begin:]


def test_every_format_has_the_same_sections_in_the_same_order(source: Document, made: Document) -> None:
    assert [section[:2] for section in after_the_cover(made)] == [section[:2] for section in after_the_cover(source)]
    assert len(after_the_cover(made)) == 35


def test_every_format_has_the_same_clauses_and_sentences(source: Document, made: Document) -> None:
    def clauses(document: Document) -> list[tuple[str, str, str, int, list[str]]]:
        return [
            (heading, block.number, block.text, block.level, [sentence.text for sentence in block.sentences])
            for _, heading, blocks in after_the_cover(document)
            for block in blocks
            if block.kind is not BlockKind.ROW
        ]

    assert clauses(made) == clauses(source)
    assert ("Sub-processors", "7.5") in [clause[:2] for clause in clauses(made)]


def test_every_format_has_the_same_tables(source: Document, made: Document) -> None:
    def rows(document: Document) -> list[tuple[str, ...]]:
        return [block.cells for _, _, blocks in after_the_cover(document) for block in blocks if block.table]

    assert rows(made) == rows(source)
    header = ("Sub-processor", "Task and data", "Place of processing", "Established in", "Transfer tool")
    (section,) = [section for section in made.sections if section.name == "Annex III Sub-processors"]
    table = [block for block in section.blocks if block.table]
    assert (table[0].cells, table[0].is_header, len(table)) == (header, True, 6)


def test_title_language_and_paths(source: Document, made: Document) -> None:
    for document in (source, made):
        assert (document.title, document.language, document.cut) == ("Data Processing Agreement", "en", "")
        (section,) = [section for section in document.sections if section.heading == "Contacts"]
        assert section.path[-2:] == ("Annex I Parties and description of the processing", "1 Contacts")


def test_the_pdf_says_where_each_clause_stands() -> None:
    document = read_document((ACME / "documents" / "dpa.pdf").read_bytes())
    pages = {block.number: block.page for section in document.sections for block in section.blocks if block.number}
    assert (document.pages, document.pages_without_text) == (14, 0)
    assert (pages["1.1"], pages["7.2"], pages["15.4"]) == (3, 6, 9)
    assert "Contents" not in {section.heading for section in document.sections}


def test_a_certificate_keeps_its_dates_under_their_names() -> None:
    document = read_document((ACME / "documents" / "iso-27001.pdf").read_bytes())
    rows = [block.cells for section in document.sections for block in section.blocks if block.table]
    assert rows == [
        ("Original certification", "This certificate issued", "Valid until"),
        ("15 February 2021", "15 February 2024", "14 February 2027"),
    ]
    assert "ISO/IEC 27001:2013" in {section.heading for section in document.sections}


@pytest.mark.parametrize("name", ["privacy", "subprocessors", "trust", "terms", "legal"])
def test_pages_are_read_without_their_surroundings(name: str) -> None:
    document = read_document((ACME / "site" / f"{name}.html").read_bytes())
    text = "\n".join(block.text for section in document.sections for block in section.blocks)
    assert document.title
    assert len(text) > 100
    assert "Trust centreLegal" not in text
    assert not text.endswith("Legal notice")


def test_a_short_line_above_all_headings_is_the_title() -> None:
    assert read_document(b"Acme Data Processing Agreement\n\n1. Scope\n\nAll of it is here.").title.startswith(
        "Acme Data"
    )
    assert read_document(b"This is a sentence.\n\n1. Scope\n\nAll of it is here.").title == "1 Scope"


def test_more_bytes_than_allowed_are_refused() -> None:
    with pytest.raises(DocumentError, match="at most 10") as error:
        read_document(b"# Agreement, long", limits=Limits(bytes=10))
    assert error.value.kind == "too_large"


@pytest.mark.parametrize(
    ("limits", "cut"),
    [
        (Limits(pages=3), "only the first 3 pages were read"),
        (Limits(blocks=7), "only the first 7 blocks were read"),
        (Limits(characters=1_000), "only the first 1,000 characters were read"),
    ],
)
def test_what_is_cut_is_said(limits: Limits, cut: str) -> None:
    document = read_document((ACME / "documents" / "dpa.pdf").read_bytes(), limits=limits)
    assert cut in document.cut
    assert document.pages == 14


def test_a_fault_in_a_parser_is_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vendor_audit.documents.reader.sections_of", lambda _: 1 / 0)
    with pytest.raises(DocumentError, match="ZeroDivisionError") as error:
        read_document(b"Text.")
    assert error.value.kind == "damaged"


def test_libraries_are_imported_only_when_their_format_is_met() -> None:
    program = (
        "import sys; from vendor_audit.documents.reader import read_document; read_document(b'# Text', name='a.md');"
        "print(*{'pypdfium2', 'zipfile', 'pyexpat', 'vendor_audit.documents.html'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
