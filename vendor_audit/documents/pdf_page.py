"""One page of a PDF as pdfium shows it: runs of words with their place, size and weight, ruling lines, links.

Places are in points from the upper left corner as the page is seen, so that y grows downward and a turned page reads
like any other.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

from vendor_audit.documents.characters import clean
from vendor_audit.documents.pdf_rules import Box, Fences, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pypdfium2

HYPHEN: Final = "\N{SOFT HYPHEN}"
"""What a run ends with where pdfium saw a word cut at the end of a line."""
_WORD = re.compile("[^\\s\x00\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_CUT: Final = ("\ufffe", "\x02", "\xad")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|(?<![a-z])bd(?![a-z])", re.IGNORECASE)
_BOLD_WEIGHT: Final = 600
_SMALLEST: Final = 1.5
"""Points: smaller text is not meant to be read."""
_TILT: Final = 0.4
"""Heights by which the baseline may rise in a word; more is a slanted stamp over the page."""
_GAP: Final = 0.6
"""Heights of empty space that end a run: a column, a cell or a tab may begin behind it."""
_MOST_OBJECTS: Final = 20_000
"""Drawn objects of a page that are looked at for ruling lines and pictures."""
_MOST_RULES: Final = 4_000
_MOST_SEGMENTS: Final = 10
"""Of the path of a line or rectangle; a path with more is a drawing."""
_THIN: Final = 2.5
"""Points: a drawn thing no thicker than that is a line."""
_SHORTEST_RULE: Final = 6.0
_MOST_LINKS: Final = 300
_TYPES: Final = {"picture": (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM), "path": pdfium.FPDF_PAGEOBJ_PATH}


@dataclass(slots=True)
class Run:
    """Words of one line that follow each other closely."""

    text: str
    left: float
    right: float
    base: float
    """The baseline."""
    size: float
    """Height from the lowest to the highest letter of the font: about 1.2 times its size."""
    bold: bool


@dataclass(slots=True)
class Page:
    """What is on a page."""

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    uprights: list[Box] = field(default_factory=list)
    """Vertical ruling lines."""
    levels: list[Box] = field(default_factory=list)
    """Horizontal ones."""
    links: list[tuple[Box, str]] = field(default_factory=list)
    has_picture: bool = False
    cut: bool = False
    """Some of its text was left out."""


class _Turn:
    """From pdfium's places to those of the page as it is seen."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.width, self.height = page.get_size()
        left, bottom, right, top = page.get_cropbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self._turn = page.get_rotation() // 90

    def point(self, x: float, y: float) -> tuple[float, float]:
        match self._turn:
            case 1:
                return y - self._bottom, x - self._left
            case 2:
                return self._right - x, y - self._bottom
            case 3:
                return self._top - y, self._right - x
            case _:
                return x - self._left, self._top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        one, other = self.point(left, bottom), self.point(right, top)
        return Box(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))


@dataclass(slots=True)
class _Word:
    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool


def read_page(document: pypdfium2.PdfDocument, index: int, most_characters: int) -> Page:
    """Return the page, read and closed."""
    page = document[index]
    try:
        turn = _Turn(page)
        seen = Page(index + 1, turn.width, turn.height)
        _take_drawn(page, turn, seen)
        text = page.get_textpage()
        try:
            seen.runs = _runs(_words(text, turn, most_characters), Fences(seen.uprights))
            seen.cut = text.count_chars() > most_characters
        finally:
            text.close()
        _take_links(page, turn, seen, document)
        return seen
    finally:
        page.close()


def _words(textpage: pypdfium2.PdfTextPage, turn: _Turn, most: int) -> Iterator[_Word]:
    """Yield the words in the order of the page's content."""
    raw = textpage.raw
    count = min(textpage.count_chars(), most)
    if count <= 0:
        return
    text = textpage.get_text_range(0, count, errors="replace")
    if len(text) != count:
        text = "".join(_character(pdfium.FPDFText_GetUnicode(raw, index)) for index in range(count))
    is_bold = _weights(raw)
    for match in _WORD.finditer(text):
        shown = match[0]
        first, last = match.start(), match.end() - 1
        ends_cut = shown.endswith(_CUT)
        cleaned = clean(shown)
        if not cleaned and not ends_cut:
            continue
        begin, end = _box(raw, first, turn), _box(raw, last, turn)
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(raw, first, x, y)
        base = turn.point(x.value, y.value)[1]
        size = begin.bottom - begin.top
        if size < _SMALLEST or abs(begin.bottom - end.bottom) > max(_TILT * size, 1) or end.right < begin.left:
            yield from _letters(raw, text, first, last, turn, is_bold)
            continue
        if end.right < 0 or begin.left > turn.width or base < 0 or base > turn.height:
            continue
        yield _Word(cleaned + (HYPHEN if ends_cut else ""), begin.left, end.right, base, size, is_bold(first))


def _letters(
    raw: pdfium.FPDF_TEXTPAGE, text: str, first: int, last: int, turn: _Turn, is_bold: Callable[[int], bool]
) -> Iterator[_Word]:
    """Yield what pdfium took for one word and is not: cut where it jumps; stamps and specks are left out."""
    word: _Word | None = None
    for index in range(first, last + 1):
        box = _box(raw, index, turn)
        size = box.bottom - box.top
        letter = clean(text[index])
        if not letter or size < _SMALLEST:
            continue
        if word and abs(box.bottom - size * 0.2 - word.base) < 1 and 0 <= box.left - word.right + size < 2 * size:
            word.text += letter
            word.right = box.right
            continue
        if word and len(word.text) > 1:
            yield word
        word = _Word(letter, box.left, box.right, box.bottom - size * 0.2, size, is_bold(index))
    if word and len(word.text) > 1:
        yield word


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "  # noqa: PLR2004 - Unicode's bounds


def _box(raw: pdfium.FPDF_TEXTPAGE, index: int, turn: _Turn) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, index, rectangle)
    return turn.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _weights(raw: pdfium.FPDF_TEXTPAGE) -> Callable[[int], bool]:
    """Return what tells whether the letter at an index is bold, by the name and weight of its font."""
    known: dict[int, bool] = {}

    def is_bold(index: int) -> bool:
        shown = pdfium.FPDFText_GetTextObject(raw, index)
        font = pdfium.FPDFTextObj_GetFont(shown) if shown else None
        if not font:
            return False
        address = ctypes.addressof(font.contents)
        if address not in known:
            name = ctypes.create_string_buffer(128)
            pdfium.FPDFFont_GetBaseFontName(font, name, 128)
            known[address] = bool(
                _BOLD.search(name.value.decode("ascii", "replace")) or pdfium.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
            )
        return known[address]

    return is_bold


def _runs(words: Iterator[_Word], fences: Fences) -> list[Run]:
    """Return the words joined where they follow each other closely in a line with no ruling line between them."""
    runs: list[Run] = []
    run: Run | None = None
    letters = bold = 0
    for word in words:
        gap = word.left - run.right if run else 0.0
        if (
            run
            and abs(word.base - run.base) <= 0.35 * max(word.size, run.size)
            and -0.6 * word.size <= gap <= _GAP * min(word.size, run.size)
            and not (gap > 1 and fences.between(run.right, word.left, word.base))
        ):
            # A small raised number behind a word is a note's: it does not change the line's size.
            run.text += ("" if gap < 0.08 * word.size else " ") + word.text
            run.right = max(run.right, word.right)
            run.size = max(run.size, word.size)
        else:
            if run:
                run.bold = bold * 10 >= letters * 9
            run = Run(word.text, word.left, word.right, word.base, word.size, bold=False)
            runs.append(run)
            letters = bold = 0
        letters += len(word.text)
        bold += len(word.text) if word.bold else 0
    if run:
        run.bold = bold * 10 >= letters * 9
    return runs


def _take_drawn(page: pypdfium2.PdfPage, turn: _Turn, seen: Page) -> None:
    """Find ruling lines and pictures among what is drawn."""
    raw = page.raw
    paths = 0
    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(min(pdfium.FPDFPage_CountObjects(raw), _MOST_OBJECTS)):
        drawn = pdfium.FPDFPage_GetObject(raw, index)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind in _TYPES["picture"]:
            seen.has_picture = True
        elif kind == _TYPES["path"] and len(seen.uprights) + len(seen.levels) < _MOST_RULES:
            paths += 1
            if pdfium.FPDFPath_CountSegments(drawn) <= _MOST_SEGMENTS and pdfium.FPDFPageObj_GetBounds(drawn, *sides):
                _take_rule(turn.box(*(side.value for side in sides)), seen)
    seen.uprights = joined(seen.uprights, upright=True)
    seen.levels = joined(seen.levels, upright=False)
    # Letters drawn as outlines are pictures of text.
    seen.has_picture = seen.has_picture or paths > 200  # noqa: PLR2004 - more than a table's lines on a page without text


def _take_rule(box: Box, seen: Page) -> None:
    """Keep a drawn box as ruling lines: it is one, or its edges are."""
    wide, high = box.right - box.left, box.bottom - box.top
    if wide <= _THIN and high >= _SHORTEST_RULE:
        seen.uprights.append(box)
    elif high <= _THIN and wide >= _SHORTEST_RULE:
        seen.levels.append(box)
    elif wide > _SHORTEST_RULE and high > _SHORTEST_RULE and wide * high < 0.8 * seen.width * seen.height:
        seen.uprights += [Box(box.left, box.top, box.left, box.bottom), Box(box.right, box.top, box.right, box.bottom)]
        seen.levels += [Box(box.left, box.top, box.right, box.top), Box(box.left, box.bottom, box.right, box.bottom)]


def _take_links(page: pypdfium2.PdfPage, turn: _Turn, seen: Page, document: pypdfium2.PdfDocument) -> None:
    place = ctypes.c_int(0)
    link = pdfium.FPDF_LINK()
    for _ in range(_MOST_LINKS):
        if not pdfium.FPDFLink_Enumerate(page.raw, place, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        length = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        if not 1 < length < 2_000:  # noqa: PLR2004 - an address longer than that leads nowhere
            continue
        address = ctypes.create_string_buffer(length)
        pdfium.FPDFAction_GetURIPath(document.raw, action, address, length)
        area = pdfium.FS_RECTF()
        if pdfium.FPDFLink_GetAnnotRect(link, area):
            box = turn.box(area.left, area.bottom, area.right, area.top)
            seen.links.append((box, clean(address.value.decode("utf-8", "replace"))))
