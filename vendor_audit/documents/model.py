"""The nouns of a document that was read: blocks of text with their place, gathered into sections.

A reader makes blocks, one a paragraph, list item, table row or heading, in reading order; `Section` gathers them under
their heading. Everything that later quotes the document quotes a `Sentence` of a block, with its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DocumentError(Exception):
    """A document could not be read. The probe turns it into an observation with an error."""

    def __init__(self, kind: str, message: str) -> None:
        """Take a kind and the sentence that the user reads.

        Kinds: ``unsupported`` (no format that we read), ``encrypted``, ``damaged``, ``too_large`` (bytes, pages,
        blocks or what unpacks out of it), ``no_text`` (pages that are pictures), ``too_slow``.
        """
        super().__init__(message)
        self.kind = kind
        self.message = message


class BlockKind(StrEnum):
    """What a block is in the layout of its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """An item of a list. Its lead-in is the nearest earlier block of a smaller level in the same section."""
    ROW = "row"
    """A row of a table: ``cells`` has its cells, ``text`` the same cells joined by " | "."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a block, as the document has it but for white space and mended hyphens."""

    text: str
    page: int
    """1 for the first; 0: the format has no pages."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or heading."""

    kind: BlockKind
    text: str
    """In one line: white space folded, hyphenation mended, invisible and bidirectional controls removed."""
    page: int
    """Where it begins; 1 for the first, 0: the format has no pages."""
    sentences: tuple[Sentence, ...]
    """The text cut into sentences; a heading or a row has one."""
    level: int = 0
    """Of a heading: 1 is the highest. Of an item: 1 is the outermost list. Else 0."""
    number: str = ""
    """As printed before the text, and no longer in it: ``3.2``, ``(a)``, ``Annex II``; empty: none."""
    cells: tuple[str, ...] = ()
    """Of a row: its cells, merged ones repeated; a line break that the author set in one is kept. Else empty."""
    table: int = 0
    """Of a row: which table of the document, from 1. Else 0."""
    is_header: bool = False
    """Of a row: whether it names the columns."""
    links: tuple[str, ...] = ()
    """Addresses that the block links to, as written; at most 20."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the blocks under it, up to the next heading of any level."""

    number: str
    """As printed: ``7``, ``7.2``, ``Annex II``; empty: none."""
    heading: str
    """Empty: the text before the first heading."""
    level: int
    """1 is the highest; 0: the text before the first heading."""
    page: int
    path: tuple[str, ...]
    """The headings above it, outermost first, with their numbers; its own is the last."""
    blocks: tuple[Block, ...]
    """Without the heading itself."""

    @property
    def name(self) -> str:
        """How a person finds it: ``7.2 Notice of changes``; empty: the text before the first heading."""
        return " ".join(filter(None, (self.number, self.heading)))


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read."""

    media_type: str
    """As sniffed from the bytes, not as claimed: ``application/pdf``, ``text/html``, ``text/markdown``, ..."""
    pages: int
    """0: the format has no pages."""
    pages_without_text: int
    """Pages that show a picture and hold no text: what stands on them was not read."""
    language: str
    """``en``, ``de``, ``fr`` or ``nl``; empty: none of them, or too little text to tell."""
    title: str
    """The first heading, or the title that the file carries; empty: none."""
    sections: tuple[Section, ...]
    """In reading order; the first may be the text before the first heading."""
    cut: str = ""
    """Where it was broken off: "only the first 2,000 pages were read"; empty: it was read to its end."""

    @property
    def unread(self) -> str:
        """Why something may stand in it that was not read: it was broken off, or pages are pictures; empty: all was."""
        if self.cut or not self.pages_without_text:
            return self.cut
        pages = self.pages_without_text
        return f"{pages} {'page shows' if pages == 1 else 'pages show'} a picture without text"
