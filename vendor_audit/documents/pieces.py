"""What a reader of one format hands to `structure`: pieces in reading order, not yet numbered, levelled or gathered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Piece:
    """A paragraph, item, row or heading as its format shows it."""

    kind: BlockKind
    text: str
    """Cleaned and in one line."""
    page: int = 0
    turns: tuple[tuple[int, int], ...] = ()
    """Where the text goes over to another page: the place in it, and the page from there on."""
    level: int = 0
    """Of a heading 1 to 9, or 0: the format does not say. Of an item, from 1, or 0: its number tells."""
    number: str = ""
    """What the format counts by itself. What is printed is in the text still."""
    cells: tuple[str, ...] = ()
    table: int = 0
    is_header: bool = False
    links: tuple[str, ...] = ()
    strong: bool = False
    """All of it is bold, or set apart like a heading: it may be one that its format does not mark."""
    is_contents: bool = False
    """A line of a table of contents: all of it leads to a place in the same document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of the bytes."""

    media_type: str
    pieces: Iterable[Piece]
    """Made as they are taken, so that a bound on them bounds the work."""
    title: str = ""
    """What the file carries beside its text."""
    title_first: bool = False
    """Whether that title goes before the first heading."""
    language: str = ""
    """The language tag that the file carries (RFC 5646)."""
    pages: int = 0
    pages_without_text: int = 0
    cut: str = ""


MOST_LINKS = 20
"""Links kept of a block."""


def row(
    cells: tuple[str, ...], table: int, *, page: int = 0, is_header: bool = False, links: tuple[str, ...] = ()
) -> Piece:
    """Return a table row of cleaned cells. A cell keeps the line breaks that the document sets; the text does not."""
    text = " | ".join(" ".join(cell.split()) for cell in cells)
    return Piece(BlockKind.ROW, text, page, cells=cells, table=table, is_header=is_header, links=links[:MOST_LINKS])
