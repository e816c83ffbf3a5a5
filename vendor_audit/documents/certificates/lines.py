"""A document as lines with their places: on a certificate the lines count, not the paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.documents.certificates.model import QUOTE, Place
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.values.words import CELL, PASSAGE, cut, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.documents.model import Document

MOST_LINES = 20_000
"""Lines that are read of a report."""
OF_A_CERTIFICATE = 1_500
"""Lines in which the fields of a certificate are looked for."""
_HEAD = 80
"""Lines by which it is told what a paper is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, paragraph, item or row."""

    text: str
    """At most 2,000 characters."""
    page: int
    section: str
    lower: str
    """Folded, for expressions."""
    is_heading: bool = False
    cells: tuple[str, ...] = ()
    table: int = 0

    def place(self, around: str = "") -> Place:
        """Return where it stands, with a quote: all of it, or of a long line what stands around a text."""
        if len(self.text) <= QUOTE:
            return Place(self.page, self.section, self.text)
        start = max(0, self.text.find(around[: QUOTE // 2]) - QUOTE // 3)
        return Place(self.page, self.section, f"{'…' if start else ''}{cut(self.text[start:], QUOTE)}")


def lines_of(document: Document) -> list[Line]:
    """Return the lines of a document, the first 20,000 of them."""
    lines: list[Line] = []
    for line in _lines(document):
        lines.append(line)
        if len(lines) == MOST_LINES:
            break
    return lines


def _lines(document: Document) -> Iterator[Line]:
    for section in document.sections:
        name = cut(section.name)
        if section.name:
            yield _line(section.name, section.page, name, is_heading=True)
        for block in section.blocks:
            text = f"{block.number} {block.text}" if block.number else block.text
            is_row = block.kind is BlockKind.ROW
            cells = tuple(each[:CELL] for each in block.cells) if is_row else ()
            yield _line(text, block.page, name, cells=cells, table=block.table)


def _line(
    text: str, page: int, section: str, *, is_heading: bool = False, cells: tuple[str, ...] = (), table: int = 0
) -> Line:
    kept = cut(text, PASSAGE)
    return Line(kept, page, section, folded(kept), is_heading, cells, table)


def head_of(lines: list[Line]) -> list[Line]:
    """Return the lines by which it is told what a paper is."""
    return lines[:_HEAD]
