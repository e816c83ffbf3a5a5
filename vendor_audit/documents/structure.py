"""Pieces of any format gathered into sections: numbers split off, items levelled, headings found, sentences cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.documents import sentences
from vendor_audit.documents.contents import without_contents
from vendor_audit.documents.headers import mark_headers
from vendor_audit.documents.headings import heading_of
from vendor_audit.documents.model import Block, BlockKind, Section, Sentence
from vendor_audit.documents.numbering import Numbered, NumberKind, split_number, style_of
from vendor_audit.documents.pieces import MOST_LINKS, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.documents.limits import Limits

_DEEPEST_ITEM: Final = 9
_UNMARKED: Final = 7
"""The level of a heading that its format does not mark: below all that formats mark."""


def bounded(pieces: Iterable[Piece], limits: Limits) -> tuple[list[Piece], str]:
    """Return the pieces up to the bounds on blocks and characters, and what to tell the reader if some are left out."""
    kept: list[Piece] = []
    left = limits.characters
    for piece in pieces:
        if len(kept) == limits.blocks:
            return kept, f"only the first {limits.blocks:,} blocks were read"
        if len(piece.text) > left:
            piece.text = piece.text[:left]
            piece.cells = ()
            if left:
                kept.append(piece)
            return kept, f"only the first {limits.characters:,} characters were read"
        left -= len(piece.text)
        kept.append(piece)
    return kept, ""


def sections_of(pieces: list[Piece]) -> tuple[Section, ...]:
    """Return the pieces as sections with their path of headings; without tables of contents."""
    kept = list(without_contents([piece for piece in pieces if piece.text or piece.number]))
    mark_headers(kept)
    gathering = _Gathering()
    for index, piece in enumerate(kept):
        heading = _heading(kept, index)
        if heading is None:
            gathering.add(_block(piece, gathering.items))
        else:
            gathering.begin(piece, heading)
    return tuple(gathering.finish())


def _heading(pieces: list[Piece], index: int) -> Numbered | None:
    """Return the number and text of a heading; None: the piece is none."""
    piece = pieces[index]
    if piece.kind is not BlockKind.HEADING:
        return heading_of(pieces, index)
    if piece.number:
        printed = split_number(f"{piece.number} {piece.text}", heading=True)
        kind = printed.kind if printed and printed.number == piece.number else NumberKind.NAMED
        return Numbered(piece.number, kind, piece.text, 0)
    numbered = split_number(piece.text, heading=True)
    if numbered is None or numbered.kind is NumberKind.BULLET:
        return Numbered("", NumberKind.BULLET, numbered.text if numbered else piece.text, 0)
    return numbered


@dataclass
class _Items:
    """The lists that are open: the styles of their numbers, outermost first."""

    styles: list[str] = field(default_factory=list)
    last: str = ""

    def level(self, number: str) -> int:
        """Return the level of an item by its printed number, given those before it."""
        style = style_of(number)
        ambiguous = number.strip("().").lower()
        if ambiguous in {"i", "v", "x", "l"} and style not in self.styles:
            as_letter = style.replace("i", "a").replace("I", "A")
            before = self.last.strip("().").lower()
            if as_letter in self.styles and len(before) == 1 and ord(before) + 1 == ord(ambiguous):
                style = as_letter
        elif ambiguous in {"i", "v", "x", "l"} and self.last.strip("().").lower() == chr(ord(ambiguous) - 1):
            as_letter = style.replace("i", "a").replace("I", "A")
            style = as_letter if as_letter in self.styles else style
        if style in self.styles:
            del self.styles[self.styles.index(style) + 1 :]
        else:
            self.styles.append(style)
        self.last = number
        return min(len(self.styles), _DEEPEST_ITEM)

    def close(self) -> None:
        """Forget the lists: something else has begun."""
        self.styles.clear()
        self.last = ""


def _block(piece: Piece, items: _Items) -> Block:
    """Return a piece that is no heading as a block."""
    kind, number, level, text, cut = piece.kind, piece.number, 0, piece.text, 0
    if kind is BlockKind.ROW:
        items.close()
        sentence = (Sentence(text, piece.page),)
        return Block(
            kind,
            text,
            piece.page,
            sentence,
            cells=piece.cells,
            table=piece.table,
            is_header=piece.is_header,
            links=piece.links[:MOST_LINKS],
        )
    if not number:
        numbered = split_number(text)
        if numbered and numbered.text:
            number, text, cut = numbered.number, numbered.text, numbered.length
            if numbered.kind in {NumberKind.ITEM, NumberKind.BULLET}:
                kind = BlockKind.ITEM
    elif kind is BlockKind.PARAGRAPH and not number[-1].isdigit():
        kind = BlockKind.ITEM
    if kind is BlockKind.ITEM:
        level = piece.level if piece.kind is BlockKind.ITEM and piece.level else items.level(number)
    else:
        if number:
            items.close()
        kind = BlockKind.PARAGRAPH
    return Block(
        kind, text, piece.page, tuple(_sentences(text, piece, cut)), level, number, links=piece.links[:MOST_LINKS]
    )


def _sentences(text: str, piece: Piece, cut: int) -> list[Sentence]:
    """Return the sentences of a piece, each with the page that it begins on."""
    turns = list(piece.turns)
    page = piece.page
    found = []
    for place, sentence in sentences.split(text):
        while turns and turns[0][0] <= place + cut:
            page = turns.pop(0)[1]
        found.append(Sentence(sentence, page))
    return found


class _Gathering:
    """Sections as they grow."""

    def __init__(self) -> None:
        self.items = _Items()
        self._done: list[Section] = []
        self._open: list[tuple[int, str]] = []
        """The headings above what comes next, each with its rank."""
        self._section = Section("", "", 0, 0, (), ())
        self._blocks: list[Block] = []

    def add(self, block: Block) -> None:
        """Put a block under the heading that came last."""
        if not self._blocks and not self._section.page:
            self._section = Section(
                self._section.number, self._section.heading, self._section.level, block.page, self._section.path, ()
            )
        self._blocks.append(block)

    def begin(self, piece: Piece, heading: Numbered) -> None:
        """Begin a section. A bare "Annex II" takes the heading that follows it at once as its own."""
        self.items.close()
        if heading.text.endswith((".", ":")):
            heading = Numbered(heading.number, heading.kind, heading.text[:-1].rstrip(), heading.length)
        marked = 0 if piece.kind is BlockKind.ITEM else piece.level
        rank = (marked or _UNMARKED) * 10 + heading.depth
        number, text = heading.number, heading.text
        waiting = self._section
        if waiting.number and not waiting.heading and not self._blocks and not number:
            rank = self._open.pop()[0]
            number, piece.page = waiting.number, waiting.page
        else:
            self._close()
        while self._open and self._open[-1][0] >= rank:
            self._open.pop()
        self._open.append((rank, " ".join(filter(None, (number, text)))))
        path = tuple(name for _, name in self._open)
        self._section = Section(number, text, len(path), piece.page, path, ())

    def finish(self) -> list[Section]:
        """Return all sections."""
        self._close()
        return self._done

    def _close(self) -> None:
        section = self._section
        if self._blocks or section.level:
            self._done.append(
                Section(section.number, section.heading, section.level, section.page, section.path, tuple(self._blocks))
            )
        self._blocks = []
