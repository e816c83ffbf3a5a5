"""Tables of contents: found and left out, so that no clause is taken for present because a list names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.pieces import Piece

_TITLE = re.compile(
    r"(?:(?:table of )?contents|inhalt(?:sverzeichnis|sübersicht)?|sommaire|table des mati[èe]res|inhoud(?:sopgave)?"
    r"|index):?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?:\.{4,}|(?:\. ){4,}\.?|…{2,}|_{4,}|·{4,})\s*(?P<page>\d{1,4}|[ivxlc]{1,6})?$")
_PAGE = re.compile(r"\s\d{1,4}$")
_LONGEST: Final = 200
_FEWEST_LINKS: Final = 3
"""Lines in a row that lead into the document; fewer may be references."""


def without_contents(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces but those of a table of contents and its title."""
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        titled = len(piece.text) < _LONGEST and bool(_TITLE.fullmatch(piece.text.strip()))
        end = _end_of_contents(pieces, index + titled, titled=titled)
        if end > index + titled:
            index = end
            continue
        yield piece
        index += 1


def _end_of_contents(pieces: Sequence[Piece], start: int, *, titled: bool) -> int:
    """Return the place behind the lines of contents that begin at a place; that place itself: none do."""
    end = start
    linked = 0
    while end < len(pieces) and (kind := _kind(pieces[end], titled=titled)):
        linked += kind == "link"
        end += 1
    dotted = end - start - linked
    return end if titled or dotted or linked >= _FEWEST_LINKS else start


def _kind(piece: Piece, *, titled: bool) -> str:
    """Return how a piece is a line of contents; empty: it is none."""
    if piece.is_contents:
        return "link"
    text = piece.text.rstrip()
    if len(text) > _LONGEST or piece.kind is BlockKind.ROW:
        return ""
    dotted = _DOTTED.search(text[-60:])
    # Without a page, the dots are a place to be filled in.
    if dotted and (titled or dotted["page"]) and len(text.rstrip(" .…_·0123456789")) > 1:
        return "dots"
    if titled and _PAGE.search(text) and len(text) < _LONGEST // 2 and not text.endswith((".", ";")):
        return "page"
    return ""
