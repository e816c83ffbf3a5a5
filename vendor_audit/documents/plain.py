"""Plain text: hard-wrapped lines joined to paragraphs, list items and numbered clauses told apart."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.characters import clean, one_line
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.numbering import NumberKind, split_number
from vendor_audit.documents.pieces import Piece, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONG: Final = 160
"""Characters: a line beyond that is a paragraph, not the line of a narrow page."""
_SHORT: Final = 0.7
"""A line below that share of the usual width ends a paragraph, if the next one begins like one."""
_NARROW: Final = 50
"""A line below that fills no page."""
_UNDERLINED: Final = frozenset("=-~_*")
_MOST_WORDS: Final = 14
_FEWEST_LETTERS: Final = 4
_FEWEST: Final = 20
"""Lines from which the habit of a text can be told."""


def read(text: str) -> Reading:
    """Return the pieces of a decoded plain text."""
    return Reading("text/plain", _pieces(clean(text).split("\n")))


def begins_block(line: str, before: str, *, wrapped: bool = True) -> bool:
    """Whether a line begins something new though no empty line is before it: an item, or a numbered clause.

    A number at the begin of a line may be the end of a reference that was wrapped ("as set out in clause / 7.2"): the
    line before must have ended. Not so where the author set the line break: ``wrapped`` is false then.
    """
    numbered = split_number(line)
    if numbered is None:
        return False
    if numbered.kind is NumberKind.BULLET or not wrapped:
        return True
    ending = before.rstrip()
    return (
        not ending
        or ending[-1] in ".;:,!?)"
        or ending.endswith((" and", " or", " und", " oder", " et", " ou", " en", " of"))
    )


def close_double_spacing(lines: list[str]) -> tuple[list[str], bool]:
    """Return the lines, and whether the text had an empty line after every line: these are taken out then."""
    gaps = whole = 0
    for before, empty, after in zip(lines, lines[1:], lines[2:], strict=False):
        if before.strip() and not empty.strip() and after.strip():
            gaps += 1
            whole += before.rstrip()[-1] in ".;:!?|" or not max(_NARROW, len(after) * _SHORT) <= len(before) <= _LONG
    wrapped = sum(1 for one, other in pairwise(lines) if one.strip() and other.strip())
    if gaps < _FEWEST or whole * 2 > gaps or wrapped * 4 > gaps:
        return lines, False
    kept: list[str] = []
    for index, line in enumerate(lines):
        lonely = 0 < index < len(lines) - 1 and lines[index - 1].strip() and lines[index + 1].strip()
        if line.strip() or not lonely:
            kept.append(line)
    return kept, True


def usual_width(lines: list[str]) -> int:
    """Return how many characters a full line has."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def paragraphs(lines: Iterable[str], *, width: int) -> Iterator[list[str]]:
    """Yield the lines of each paragraph. ``width``: characters of a full line; 0: lines say nothing."""
    group: list[str] = []
    for line in lines:
        if not line.strip():
            if group:
                yield group
            group = []
            continue
        before = group[-1] if group else ""
        if group and (begins_block(line.strip(), before) or ended(before, line, width)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def ended(before: str, line: str, width: int) -> bool:
    """Whether the line before was the last one of its paragraph, by its length."""
    if not width:
        return False
    if len(before) > _LONG:
        return True
    starts = line.lstrip()[0]
    return len(before.rstrip()) < width * _SHORT and (starts.isupper() or starts.isdigit() or starts in '"“„«(§')


def is_shouted(text: str) -> bool:
    """Whether a line is in capitals and short, as headings are."""
    return text.isupper() and len(text.split()) <= _MOST_WORDS and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS


def _pieces(lines: list[str]) -> Iterator[Piece]:
    lines, _ = close_double_spacing(lines)
    width = usual_width(lines)
    for group in paragraphs(_without_underlines(lines), width=width):
        strong = group[-1].startswith("\0")
        text = one_line(" ".join(group))
        if text:
            yield Piece(BlockKind.PARAGRAPH, text, strong=strong or (len(group) == 1 and is_shouted(text)))


def _without_underlines(lines: list[str]) -> Iterator[str]:
    """Yield the lines; a line of strokes under another one marks it (with a NUL, which no cleaned text holds)."""
    for index, line in enumerate(lines):
        stripped = line.strip()
        if len(stripped) > 2 and set(stripped) <= _UNDERLINED and len(set(stripped)) == 1:  # noqa: PLR2004
            continue
        under = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if stripped and len(under) > 2 and under[0] in "=-~" and len(set(under)) == 1:  # noqa: PLR2004
            yield ""
            yield f"\0{stripped}"
            yield ""
        else:
            yield line
