"""Lines of a PDF gathered into paragraphs: over lines, columns and pages, by how a typesetter shows where one ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.numbering import Numbered, NumberKind, split_number
from vendor_audit.documents.pdf_grid import Table
from vendor_audit.documents.pdf_page import HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_audit.documents.pdf_layout import Line, Region

_SIZES: Final = 1.07
"""Times: a larger difference of size is a difference of style."""
_GAP: Final = 1.22
"""Times the usual distance of lines: a larger one parts paragraphs."""
_CLOSEST: Final = 0.8
"""Heights: lines closer to each other are not of one paragraph."""
_COMMON: Final = 0.08
"""Share that a distance must have among all to be the usual one."""
_STOPS: Final = (".", ":", "?", "!", ".”", '."', ".“", ".)", ";")
_OPEN_ENDS: Final = (" and", " or", " und", " oder", " et", " ou", " en", " of")
_INDENT: Final = 0.6
"""Heights."""


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, with the page of each."""

    lines: list[tuple[Line, int]]
    region: Region

    @property
    def size(self) -> float:
        """The height of its first line."""
        return self.lines[0][0].size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line, _ in self.lines)


class Measures:
    """The usual size of the text, and for each size the usual distance of lines."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """Measure all lines."""
        letters: Counter[float] = Counter()
        distances: dict[float, Counter[float]] = {}
        for region in regions:
            before: Line | None = None
            for part in region.parts:
                if isinstance(part, Table):
                    before = None
                    continue
                letters[round(part.size * 2) / 2] += len(part.text)
                if before is not None and max(before.size, part.size) < _SIZES * min(before.size, part.size):
                    distance = part.base - before.base
                    if distance > _CLOSEST * part.size:
                        distances.setdefault(round(part.size), Counter())[round(distance * 2) / 2] += 1
                before = part
        self.size = letters.most_common(1)[0][0] if letters else 10.0
        self._leading = {size: _usual(found) for size, found in distances.items()}

    def leading(self, size: float) -> float:
        """Return the usual distance of the baselines of lines of a size."""
        return self._leading.get(round(size), size * 1.3)


def _usual(distances: Counter[float]) -> float:
    """Return the smallest distance that is no exception."""
    enough = _COMMON * distances.total()
    return min(distance for distance, count in distances.items() if count >= enough)


def paragraphs(regions: Iterable[Region], measures: Measures) -> Iterator[Paragraph | tuple[Table, int]]:
    """Yield paragraphs, and tables with their page, in reading order."""
    open_one: Paragraph | None = None
    for region in regions:
        for part in region.parts:
            if isinstance(part, Table):
                if open_one:
                    yield open_one
                open_one = None
                yield part, region.page
            elif open_one and _goes_on(open_one, part, region, measures):
                open_one.lines.append((part, region.page))
                open_one.region = region
            else:
                if open_one:
                    yield open_one
                open_one = Paragraph([(part, region.page)], region)
    if open_one:
        yield open_one


def _goes_on(  # noqa: PLR0911 - a return for each sign
    paragraph: Paragraph, line: Line, region: Region, measures: Measures
) -> bool:
    """Whether a line belongs to the paragraph before it."""
    last = paragraph.lines[-1][0]
    if max(last.size, line.size) > _SIZES * min(last.size, line.size):
        return False
    numbered = split_number(line.text, heading=line.bold)
    if region is not paragraph.region:
        return _goes_on_elsewhere(paragraph, line, region, numbered)
    distance = line.base - last.base
    if distance <= 0 or distance > _GAP * measures.leading(line.size) + 0.5:
        return False
    is_title = paragraph.bold or last.size > measures.size * 1.1
    if line.bold != last.bold and (
        paragraph.bold and (_is_short(last, line, region) or len(paragraph.lines) > 1 or _ended(last))
    ):
        return False
    if not last.bold and line.bold and (_ended(last) or _is_short(last, line, region)):
        return False
    if numbered and _begins(paragraph, last, line, numbered):
        return False
    if is_title and line.bold == last.bold:
        return True
    if _is_indented(paragraph, last, line, region):
        return False
    return not (_is_short(last, line, region) and (_ended(last) or not line.text[0].islower()))


def _begins(paragraph: Paragraph, last: Line, line: Line, numbered: Numbered) -> bool:
    """Whether the number at the begin of a line is its own, and not the end of a reference that was wrapped."""
    if numbered.kind is NumberKind.BULLET:
        return True
    first = paragraph.lines[0][0]
    if line.left < last.left - _INDENT * line.size:
        return True
    same_place = abs(line.left - first.left) < 0.3 * line.size
    if _ended(last) or last.text.endswith((",", *_OPEN_ENDS)):
        return True
    earlier = split_number(first.text, heading=first.bold)
    if numbered.kind is NumberKind.ITEM:
        return earlier is not None and earlier.kind is NumberKind.ITEM and same_place and last is first
    return earlier is not None and earlier.kind is numbered.kind and same_place and last is first


def _is_indented(paragraph: Paragraph, last: Line, line: Line, region: Region) -> bool:
    """Whether a line is set in like the first one of a paragraph."""
    if line.left - last.left < _INDENT * line.size or (len(paragraph.lines) == 1 and _hangs(paragraph)):
        return False
    return _ended(last) and abs(last.left - region.left) < _INDENT * line.size


def _hangs(paragraph: Paragraph) -> bool:
    """Whether the first line begins with a number or bullet, so that the others are set in."""
    return split_number(paragraph.lines[0][0].text, heading=True) is not None


def _is_short(last: Line, line: Line, region: Region) -> bool:
    """Whether the first word of a line would have had room in the line before: that one ended a paragraph."""
    per_letter = (line.right - line.left) / max(1, len(line.text))
    word = line.text.split(maxsplit=1)[0]
    return region.right - last.right > per_letter * (len(word) + 1) + 0.5 * line.size


def _ended(line: Line) -> bool:
    return line.text.endswith(_STOPS)


def _goes_on_elsewhere(paragraph: Paragraph, line: Line, region: Region, numbered: Numbered | None) -> bool:
    """Whether a line at the top of the next column or page goes on with the paragraph at the end of the last one."""
    last = paragraph.lines[-1][0]
    if numbered or line.bold != last.bold or paragraph.bold:
        return False
    if last.text.endswith((HYPHEN, "-")):
        return True
    if not _ended(last):
        return line.text[0].islower() or last.text.endswith(",") or not _is_short(last, line, paragraph.region)
    was, now = last.left - paragraph.region.left, line.left - region.left
    full = not _is_short(last, line, paragraph.region)
    return full and len(paragraph.lines) > 1 and abs(was - now) < _INDENT * line.size and now > _INDENT * line.size
