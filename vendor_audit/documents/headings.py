"""Which paragraphs are headings though their format does not say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.numbering import Numbered, NumberKind, split_number
from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.pieces import Piece

_LONGEST: Final = 120
_MOST_WORDS: Final = 14
_ENDS_NO_HEADING = (".", ";", ",", ":")
_LEFT_OPEN: Final = words(
    """
    and or of to for with in by the a an its their at on from under as und oder der die das des dem den von mit zu für
    im in auf et ou de la le les du des en pour par een van het of en met voor door op
    """
)
"""A text that ends with one of these goes on in the next line."""
_VERBS: Final = words(
    """
    shall will is are was were may must can has have had does do agrees agree means includes include applies apply
    undertakes warrants ensures processes remains should provides
    wird werden ist sind war waren hat haben kann können darf dürfen muss müssen soll sollen gilt gelten verpflichtet
    verarbeitet stellt erfolgt
    est sont ont peut peuvent doit doivent sera seront s'engage désigne s'applique
    wordt worden zijn heeft hebben kan kunnen mag mogen moet moeten zal zullen geldt verwerkt
    """
)
_WORD = re.compile(r"[^\s,.;:()]+")
_QUESTION = re.compile(r"[?\uff1f]$")


def heading_of(pieces: Sequence[Piece], index: int) -> Numbered | None:  # noqa: PLR0911 - a return for each reason
    """Return the number and text of a paragraph that is a heading; None: it is none.

    Of a heading without a number, the number is empty.
    """
    piece = pieces[index]
    text = piece.text
    if piece.kind is not BlockKind.PARAGRAPH and not _item_heads(pieces, index):
        return None
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS:
        return None
    numbered = _number_of(piece)
    if numbered and numbered.kind in {NumberKind.ANNEX, NumberKind.NAMED} and _titles(numbered.text):
        return numbered
    if numbered and numbered.kind is NumberKind.DECIMAL:
        if piece.kind is BlockKind.ITEM:
            return numbered if _titles(numbered.text) else None
        is_title = bool(numbered.text) and _titles(numbered.text) and numbered.text[:1].upper() == numbered.text[:1]
        return numbered if is_title and (piece.strong or not _in_a_row(pieces, index, numbered)) else None
    if numbered and numbered.kind is NumberKind.ITEM and numbered.number.rstrip(".").isupper():
        # "I. Scope", "B. Security": a heading only where something says so.
        return numbered if piece.strong and numbered.text and "(" not in numbered.number else None
    if numbered:
        return None
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    if text.endswith(":") and following is not None and following.kind is BlockKind.ITEM:
        return None  # It leads in to the list under it.
    if piece.strong and _titles(text.removesuffix(":")) and any(character.isalpha() for character in text):
        return Numbered("", NumberKind.BULLET, text, 0)
    return None


def _item_heads(pieces: Sequence[Piece], index: int) -> bool:
    """Whether an item of a counted list may be a heading: bold, or alone with a paragraph under it.

    Markdown has "1. Definitions" as a list of one item, whatever its author meant.
    """
    piece = pieces[index]
    if piece.kind is not BlockKind.ITEM or not piece.number.isdigit() or piece.level > 1:
        return False
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    return piece.strong or (
        following is not None
        and (following.kind is BlockKind.PARAGRAPH or following.number.startswith(f"{piece.number}."))
        and (index == 0 or pieces[index - 1].kind is not BlockKind.ITEM or not pieces[index - 1].number.isdigit())
        and piece.text[:1].isupper()
    )


def _number_of(piece: Piece) -> Numbered | None:
    if piece.number:
        kind = NumberKind.DECIMAL if piece.number[0].isdigit() and piece.number[-1].isdigit() else NumberKind.ITEM
        return Numbered(piece.number, kind, piece.text, 0)
    return split_number(piece.text, heading=piece.strong) or split_number(piece.text)


def _titles(text: str) -> bool:
    """Whether a text may title a section: no sentence, no verb that a sentence needs; a question may."""
    if _QUESTION.search(text):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    if text.endswith(_ENDS_NO_HEADING) or (words and words[-1] in _LEFT_OPEN):
        return False
    return not any(word in _VERBS for word in words)


def _in_a_row(pieces: Sequence[Piece], index: int, numbered: Numbered) -> bool:
    """Whether the neighbours are numbered in the same depth and short as well: items of a list, then."""
    return any(
        0 <= place < len(pieces)
        and pieces[place].kind is BlockKind.PARAGRAPH
        and len(pieces[place].text) <= _LONGEST
        and (other := _number_of(pieces[place])) is not None
        and other.kind is NumberKind.DECIMAL
        and other.depth == numbered.depth
        and _titles(other.text)
        for place in (index - 1, index + 1)
    )
