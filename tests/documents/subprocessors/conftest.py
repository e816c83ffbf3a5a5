"""Sub-processor lists for the tests: from files, from text, and built by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from vendor_audit.documents.model import Block, BlockKind, Document, Section, Sentence
from vendor_audit.documents.reader import read_document
from vendor_audit.documents.subprocessors import SubprocessorList, read_subprocessors

LISTS = Path(__file__).parent / "lists"


class Lists:
    """What a test asks for."""

    def file(self, name: str) -> SubprocessorList:
        return read_subprocessors(read_document((LISTS / name).read_bytes(), name=name))

    def text(self, markdown: str) -> SubprocessorList:
        return read_subprocessors(read_document(markdown.encode(), name="list.md"))

    def row(self, **cells: str) -> SubprocessorList:
        """Read a table of one row; the keywords are its headers."""
        headers = " | ".join(each.replace("_", " ") for each in cells)
        line = " | ".join(cells.values())
        return self.text(f"# Sub-processors\n\n| {headers} |\n|{'---|' * len(cells)}\n| {line} |\n")

    def blocks(self, *blocks: Block, heading: str = "Sub-processors", language: str = "en", cut: str = "") -> Document:
        section = Section("", heading, 1, 1, (heading,), blocks)
        return Document("application/pdf", 3, 0, language, heading, (section,), cut)

    def paragraph(self, text: str, page: int = 1) -> Block:
        return Block(BlockKind.PARAGRAPH, text, page, (Sentence(text, page),))

    def item(self, text: str, page: int = 1) -> Block:
        return Block(BlockKind.ITEM, text, page, (Sentence(text, page),), level=1)

    def cells(self, *cells: str, page: int = 1, table: int = 1, is_header: bool = False) -> Block:
        text = " | ".join(cells)
        return Block(BlockKind.ROW, text, page, (Sentence(text, page),), cells=cells, table=table, is_header=is_header)


@pytest.fixture
def lists() -> Lists:
    return Lists()
