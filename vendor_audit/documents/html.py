"""HTML: what a person sees of a page's main text, in one pass over its tags; nothing is built, nothing recurses.

Whether a page marks its main text is seen only at its end, so pieces are gathered by where they stand and chosen then.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.characters import one_line
from vendor_audit.documents.html_block import Inline, Lists, Table
from vendor_audit.documents.markup import Tag, tokens, unescape
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.pieces import Piece, Reading
from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from vendor_audit.documents.limits import Limits

_NEVER: Final = words(
    """
    script style template noscript svg math iframe object canvas video audio button select textarea datalist
    head del s strike map
    """
)
_VOID: Final = words("area base br col embed hr img input link meta source track wbr")
_BLOCKS: Final = words(
    """
    p div section article main header footer nav aside li ul ol dl dt dd h1 h2 h3 h4 h5 h6 table tr td th
    caption blockquote pre hr figure figcaption address details summary form fieldset legend center body html
    thead tbody tfoot menu dialog
    """
)
_BESIDE: Final = frozenset(("nav", "aside"))
_BESIDE_OUTSIDE: Final = frozenset(("header", "footer"))
"""Beside the text, unless they stand in the main text."""
_MAIN: Final = frozenset(("main", "article"))
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.])|opacity\s*:\s*0(?![\d.]))"
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_ENOUGH: Final = 0.4
"""Share of a page's text that its <main> or <article> must hold to be taken for the whole of it."""


class _Place(IntEnum):
    """Where in the page something stands."""

    MAIN = 0
    BODY = 1
    FORM = 2
    BESIDE = 3


def read(text: str, limits: Limits) -> Reading:
    """Return the pieces of a decoded page."""
    parser = _Parser(limits)
    parser.take(text)
    return Reading("text/html", parser.chosen(), parser.title, language=parser.language)


def pieces(text: str, limits: Limits) -> list[Piece]:
    """Return the pieces of a fragment, as Markdown has them."""
    parser = _Parser(limits)
    parser.take(text)
    return parser.chosen()


@dataclass(slots=True)
class _Kept:
    place: _Place
    piece: Piece


@dataclass
class _Parser:
    limits: Limits
    title: str = ""
    language: str = ""
    _kept: list[_Kept] = field(default_factory=list)
    _characters: int = 0
    _open: Counter[str] = field(default_factory=Counter)
    """How many elements of a name are open, of those whose place matters."""
    _skipping: str = ""
    _skip_depth: int = 0
    _inline: Inline = field(default_factory=Inline)
    _lists: Lists = field(default_factory=Lists)
    _tables: int = 0
    _table: Table | None = None
    _kind: BlockKind = BlockKind.PARAGRAPH
    _level: int = 0
    _number: str = ""

    def take(self, text: str) -> None:
        """Read the page up to the limits."""
        for token in tokens(text):
            if isinstance(token, str):
                if not self._skipping:
                    self._inline.add(token)
                continue
            if self._skipping:
                self._skip(token)
            elif token.end:
                self._end(token.name)
            else:
                self._start(token)
            if len(self._kept) > self.limits.blocks or self._characters > self.limits.characters:
                break
        self._flush()
        self._close_table()

    def chosen(self) -> list[Piece]:
        """Return the pieces of the main text; of all the page if it marks none or a small part."""
        sizes = Counter[_Place]()
        for kept in self._kept:
            sizes[kept.place] += len(kept.piece.text)
        last = _Place.MAIN
        if sizes[_Place.MAIN] < _ENOUGH * (sizes[_Place.MAIN] + sizes[_Place.BODY]) or not sizes[_Place.MAIN]:
            last = _Place.BODY
        if sizes[_Place.MAIN] + sizes[_Place.BODY] < sizes[_Place.FORM]:
            last = _Place.FORM
        if not any(sizes[place] for place in _Place if place <= last):
            last = _Place.BESIDE
        return [kept.piece for kept in self._kept if kept.place <= last]

    def _skip(self, tag: Tag) -> None:
        if tag.name == self._skipping:
            self._skip_depth += -1 if tag.end else 1
            if self._skip_depth == 0:
                self._skipping = ""

    def _start(self, tag: Tag) -> None:
        name = tag.name
        if name == "html" and not self.language:
            self.language = tag.attributes.get("lang", "").strip()
        if name == "title" and not self.title:
            self.title = one_line(unescape(tag.content))
        if (name in _NEVER and name != "head") or name == "title" or _is_hidden(tag):
            if name not in _VOID:
                self._skipping, self._skip_depth = name, 1
            return
        if name == "br":
            self._inline.line_break()
        elif name == "img":
            return
        elif name in {"b", "strong"}:
            self._inline.bold += 1
        elif name == "a":
            self._inline.open_link(tag.attributes.get("href", ""))
        elif name in _BLOCKS:
            self._flush()
            self._open[name] += 1
            self._begin(tag)

    def _begin(self, tag: Tag) -> None:
        """Begin a block element."""
        name = tag.name
        if name in _HEADINGS:
            self._kind, self._level = BlockKind.HEADING, _HEADINGS[name]
        elif name in {"ul", "ol", "menu"}:
            self._lists.open(tag)
        elif name == "li":
            self._kind, (self._level, self._number) = BlockKind.ITEM, self._lists.item(tag)
        elif name == "dd":
            self._kind, self._level, self._number = BlockKind.ITEM, self._lists.level + 1, ""
        elif name == "pre":
            self._inline.preformatted = True
        elif name == "table":
            if self._table is None:
                self._tables += 1
                self._table = Table(self._tables, self.limits.columns)
            else:
                self._table.depth += 1
        elif self._table is not None and self._table.depth == 1:
            self._keep(*self._table.start(tag))
        elif name not in {"dt", "p", "div"} or not self._lists.level:
            self._kind, self._level, self._number = BlockKind.PARAGRAPH, 0, ""

    def _end(self, name: str) -> None:
        if name in {"b", "strong"}:
            self._inline.bold = max(0, self._inline.bold - 1)
        elif name == "a":
            self._inline.close_link()
        elif name == "p" and not self._open["p"]:
            self._flush()
        elif name in _BLOCKS:
            self._flush()
            self._open[name] = max(0, self._open[name] - 1)
            self._finish(name)

    def _finish(self, name: str) -> None:
        """End a block element."""
        if name in {"ul", "ol", "menu"}:
            self._lists.close()
        elif name == "pre":
            self._inline.preformatted = False
        elif name == "table" and self._table is not None:
            self._table.depth -= 1
            if not self._table.depth:
                self._close_table()
        elif self._table is not None and self._table.depth == 1:
            self._keep(*self._table.end(name))
        if name not in {"p", "div"}:
            self._kind, self._level, self._number = BlockKind.PARAGRAPH, 0, ""

    def _close_table(self) -> None:
        if self._table is not None:
            self._keep(*self._table.close())
            self._table = None

    def _flush(self) -> None:
        """Make pieces of the text since the last boundary of a block."""
        made = self._inline.take(self._kind, self._level, self._number)
        if not made:
            return
        self._number = ""
        if self._kind is BlockKind.HEADING:
            self._kind, self._level = BlockKind.PARAGRAPH, 0
        if self._table is not None:
            self._table.add(made)
        else:
            if self._kind is BlockKind.PARAGRAPH and self._lists.level:
                for piece in made:
                    piece.kind, piece.level = BlockKind.ITEM, self._lists.level
            self._keep(*made)

    def _keep(self, *made: Piece) -> None:
        place = self._place()
        for piece in made:
            self._kept.append(_Kept(place, piece))
            self._characters += len(piece.text)

    def _place(self) -> _Place:
        is_main = any(self._open[name] for name in _MAIN)
        if any(self._open[name] for name in _BESIDE) or (
            not is_main and any(self._open[name] for name in _BESIDE_OUTSIDE)
        ):
            return _Place.BESIDE
        if self._open["form"]:
            return _Place.FORM
        return _Place.MAIN if is_main else _Place.BODY


def _is_hidden(tag: Tag) -> bool:
    attributes = tag.attributes
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    if attributes.get("aria-hidden", "").lower() == "true":
        return True
    if tag.name == "dialog" and "open" not in attributes:
        return True
    style = attributes.get("style")
    return bool(style and _HIDING.search(style.lower()[:1_000]))
