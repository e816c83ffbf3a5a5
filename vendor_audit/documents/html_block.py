"""The parts of a page as they grow: text with its links, lists with their counters, a table with its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.documents import pieces
from vendor_audit.documents.characters import clean
from vendor_audit.documents.counters import letters, roman
from vendor_audit.documents.grid import Grid
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.pieces import Piece
from vendor_audit.documents.plain import begins_block

if TYPE_CHECKING:
    from vendor_audit.documents.markup import Tag

_DEEPEST: Final = 9
_MOST_OPEN: Final = 100
"""Lists whose counters are kept; in deeper ones items have no numbers."""
_LONGEST_ADDRESS: Final = 2_000
_LONGEST_CELL: Final = 3_000
"""Characters of a cell; with more, or with headings in it, a table only lays out the page."""


@dataclass
class Inline:
    """Text since the last boundary of a block."""

    bold: int = 0
    """How many elements are open that make bold."""
    preformatted: bool = False
    _parts: list[str] = field(default_factory=list)
    _links: list[str] = field(default_factory=list)
    _address: str = ""
    _letters: int = 0
    _bold_letters: int = 0
    _inner_letters: int = 0

    def add(self, text: str) -> None:
        """Take text."""
        if not self.preformatted:
            text = text.replace("\n", " ").replace("\r", " ")
        self._parts.append(text)
        count = len(text) - text.count(" ") if not text.isspace() else 0
        self._letters += count
        self._bold_letters += count if self.bold else 0
        self._inner_letters += count if self._address.startswith("#") else 0

    def line_break(self) -> None:
        """Take a <br>."""
        self._parts.append("\n")

    def open_link(self, address: str) -> None:
        """Take the start of a link."""
        self._address = address.strip()
        if address and len(self._links) < pieces.MOST_LINKS:
            self._links.append(self._address[:_LONGEST_ADDRESS])

    def close_link(self) -> None:
        """Take the end of a link."""
        self._address = ""

    def take(self, kind: BlockKind, level: int, number: str) -> list[Piece]:
        """Return the text as pieces and forget it: one, or more where lines are set as paragraphs are."""
        if not self._parts:
            return []
        text = clean("".join(self._parts))
        strong = self._letters > 0 and self._bold_letters == self._letters
        inner = self._letters > 0 and self._inner_letters == self._letters
        links = tuple(self._links)
        self._parts, self._links = [], []
        self._letters = self._bold_letters = self._inner_letters = 0
        groups: list[list[str]] = [[]]
        for line in text.split("\n"):
            folded = " ".join(line.split())
            if not folded:
                groups.append([])
            elif groups[-1] and begins_block(folded, groups[-1][-1], wrapped=False):
                groups.append([folded])
            else:
                groups[-1].append(folded)
        made: list[Piece] = []
        for group in filter(None, groups):
            piece = Piece(kind, " ".join(group), level=level, links=links, strong=strong, is_contents=inner)
            piece.number = number if not made else ""
            piece.cells = ("\n".join(group),)
            made.append(piece)
        return made


@dataclass
class Lists:
    """The lists that are open."""

    level: int = 0
    """How many."""
    _counters: list[list[int | str]] = field(default_factory=list)
    """Of each: the style of its numbers, empty for bullets; and the next one."""

    def open(self, tag: Tag) -> None:
        """Take the start of a list."""
        self.level += 1
        if len(self._counters) < _MOST_OPEN:
            style = tag.attributes.get("type", "1")[:1] if tag.name == "ol" else ""
            self._counters.append([style, _integer(tag.attributes.get("start", ""), 1)])

    def close(self) -> None:
        """Take the end of a list."""
        if self.level == len(self._counters) and self._counters:
            self._counters.pop()
        self.level = max(0, self.level - 1)

    def item(self, tag: Tag) -> tuple[int, str]:
        """Take the start of an item; return its level and number."""
        level = min(max(self.level, 1), _DEEPEST)
        if not self._counters or self.level > len(self._counters) or not self._counters[-1][0]:
            return level, ""
        counter = self._counters[-1]
        number = _integer(tag.attributes.get("value", ""), int(counter[1]))
        counter[1] = number + 1
        match counter[0]:
            case "a":
                return level, letters(number)
            case "A":
                return level, letters(number).upper()
            case "i":
                return level, roman(number)
            case "I":
                return level, roman(number).upper()
            case _:
                return level, str(number)


@dataclass
class Table:
    """A table that is open."""

    number: int
    columns: int
    depth: int = 1
    """How many tables are open in each other. The inner ones are text of their cell."""
    _grid: Grid = field(init=False)
    _cells: list[tuple[list[Piece], int, int]] = field(default_factory=list)
    """Of the row: what is in each cell, and the columns and rows that it covers."""
    _is_header: bool = True
    _loose: list[Piece] = field(default_factory=list)
    """What stands in the table and in no cell: its caption."""
    _in_cell: bool = False
    _in_head: bool = False

    def __post_init__(self) -> None:
        self._grid = Grid(self.columns)

    def start(self, tag: Tag) -> list[Piece]:
        """Take the start of a part of the table; return the row that it ends, if any."""
        if tag.name in {"tr", "tbody", "thead", "tfoot"}:
            done = self._row()
            self._in_head = tag.name == "thead" or (self._in_head and tag.name == "tr")
            return done
        if tag.name in {"td", "th"}:
            self._is_header = (self._is_header if self._cells else True) and (tag.name == "th" or self._in_head)
            if len(self._cells) < self.columns:
                wide, high = (_integer(tag.attributes.get(name, ""), 1) for name in ("colspan", "rowspan"))
                self._cells.append(([], max(1, wide), max(1, high)))
            self._in_cell = True
        return []

    def end(self, name: str) -> list[Piece]:
        """Take the end of a part of the table; return the row that it ends, if any."""
        if name in {"td", "th"}:
            self._in_cell = False
        elif name in {"tr", "thead", "tbody", "tfoot"}:
            self._in_cell = False
            self._in_head = self._in_head and name != "thead"
            return self._row()
        return []

    def add(self, made: list[Piece]) -> None:
        """Take text of a cell."""
        if self._in_cell and self._cells:
            self._cells[-1][0].extend(made)
        else:
            self._loose.extend(made)

    def close(self) -> list[Piece]:
        """Return what is left."""
        return self._row()

    def _row(self) -> list[Piece]:
        cells, self._cells = self._cells, []
        loose, self._loose = self._loose, []
        inside = [piece for content, _, _ in cells for piece in content]
        size = sum(len(piece.text) for piece in inside)
        if not inside:
            return loose
        if any(piece.kind is BlockKind.HEADING for piece in inside) or size > _LONGEST_CELL * len(cells):
            return loose + inside
        texts = self._grid.row([("\n".join(map(_as_line, content)), wide, high) for content, wide, high in cells])
        if len(texts) == 1:
            return loose + inside
        links = tuple(link for piece in inside for link in piece.links)
        made = pieces.row(texts, self.number, is_header=self._is_header, links=links)
        made.strong = all(piece.strong for piece in inside)
        return [*loose, made]


def _as_line(piece: Piece) -> str:
    text = piece.cells[0] if piece.cells else piece.text
    return f"{piece.number} {text}" if piece.number else text


def _integer(text: str, otherwise: int) -> int:
    stripped = text.strip()
    return int(stripped) if 0 < len(stripped) < 6 and stripped.isascii() and stripped.isdigit() else otherwise  # noqa: PLR2004
