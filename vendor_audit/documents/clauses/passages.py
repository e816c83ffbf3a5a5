"""A document cut into passages: a paragraph or list item with what leads it in, ready to be read twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.model import Quote
from vendor_audit.documents.model import BlockKind, Sentence
from vendor_audit.documents.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.clauses.model import Library
    from vendor_audit.documents.clauses.parties import Parties
    from vendor_audit.documents.model import Block, Document, Section

_LONGEST = 2_000
"""Characters of a sentence that are read; what is longer is no sentence."""
_LONGEST_QUOTE = 600
_LEAD_IN = 400
_NEAR = 3
LEADS_IN = (":", "-", "\u2013", "\u2014")
"""How a text ends that leads in what follows it."""
_LABEL_WORDS = 8
_CELL_WORDS = 5
"""Words that a cell needs to be a sentence; fewer are an entry."""
_ITEM_MARK = re.compile(r"(?:(?<=\s)|^)\(?(?P<mark>[a-t]|[ivx]{1,5}|\d{1,2})\)(?=\s)", re.IGNORECASE)
_ITEM_END = re.compile(r";(?: (?:and|und|et|en|sowie|ainsi que|alsmede))?$")
_ITEM_WORDS = 4
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, with what leads it in."""

    text: str
    """Canonical (folded, parties by their roles), the lead-in before it."""
    own: str
    """Canonical, without the lead-in."""
    quote: Quote
    lead_in: str = ""
    """Canonical; empty: nothing leads it in."""
    context: str = ""
    """Canonical: the section's heading, the sentence before in the same paragraph, and the text: what a reader has in
    mind who comes to it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an operative chapter."""

    index: int
    section: int
    """Which section of the document it stands in."""
    text: str
    """Canonical: the lead-in, the block and, where it leads in a list, the items."""
    lines: tuple[Line, ...]
    heading: str
    """Canonical headings above it."""
    block: Block


def passages_of(document: Document, library: Library, parties: Parties) -> tuple[Passage, ...]:
    """Return the passages that may agree something: chapters of definitions, recitals and contents are left out."""
    passages: list[Passage] = []
    for number, section in enumerate(document.sections):
        heading = parties.canonical(" / ".join(section.path))
        own = parties.canonical(section.name)
        if library.other_chapters.found(own) or any(
            library.other_chapters.found(parties.canonical(each)) for each in section.path[-3:]
        ):
            continue
        for block, lead_in in _led_in(section):
            lines = tuple(_in_context(_lines(block, lead_in, section, parties), own))
            text = " ".join(filter(None, (parties.canonical(lead_in[-_LEAD_IN:]), *(each.own for each in lines))))
            passages.append(Passage(len(passages), number, text, lines, heading, block))
    return tuple(_with_items(passages))


def near(passages: Sequence[Passage], passage: Passage) -> Iterator[Passage]:
    """Yield the passages of the same section, and three before and after."""
    low = passage.index
    while low > 0 and (passages[low - 1].section == passage.section or passage.index - low < _NEAR):
        low -= 1
    high = passage.index
    while high + 1 < len(passages) and (passages[high + 1].section == passage.section or high - passage.index < _NEAR):
        high += 1
    yield from passages[low : high + 1]


def _led_in(section: Section) -> Iterator[tuple[Block, str]]:
    """Yield each block with the text that leads it in.

    A list item is led in by the blocks before it that are less deep; a numbered paragraph ("8.3.1") and an item of
    another numbering ("(1)" after "(c) ...:") by the one before it that ends in a colon.
    """
    leads: list[tuple[int, str, str, bool]] = []  # depth, style of numbering, text, whether it ends in a colon
    for block in section.blocks:
        if block.kind is BlockKind.ROW:
            yield block, ""
            continue
        depth, style = _depth(block), _style(block.number)
        while leads and (leads[-1][0] > depth or (leads[-1][0] == depth and not _nests(leads[-1], style, block))):
            leads.pop()
        is_item = block.kind is BlockKind.ITEM
        yield block, " ".join(text for _, _, text, colon in leads if colon or (is_item and depth > _PARAGRAPHS))
        ends = block.text.rstrip()
        is_colon = ends.endswith(LEADS_IN)
        if is_colon or (is_item and not ends.endswith((".", "!", "?"))) or not ends.endswith((".", "!", "?", ";")):
            leads.append((depth, style, ends if is_colon or not is_item else "", is_colon))


_PARAGRAPHS = 20
"""Depths up to here are numbered paragraphs, above are list items."""


def _depth(block: Block) -> int:
    if block.kind is BlockKind.ITEM:
        return _PARAGRAPHS + block.level
    return block.number.strip(".").count(".") + 1 if block.number[:1].isdigit() else 0


def _style(number: str) -> str:
    """Return how a number is written: with digits, letters, a sign, or not at all."""
    core = number.strip("().§ ")
    if not core:
        return ""
    return "digit" if core[0].isdigit() else "letter" if core[0].isalpha() else "sign"


def _nests(lead: tuple[int, str, str, bool], style: str, block: Block) -> bool:
    """Return whether a block of the same depth hangs below a lead-in all the same, since it is numbered otherwise."""
    return lead[3] and lead[1] != style and (block.kind is BlockKind.ITEM or not block.number)


def _lines(block: Block, lead_in: str, section: Section, parties: Parties) -> Iterator[Line]:
    led = parties.canonical(lead_in[-_LEAD_IN:])
    if block.kind is BlockKind.ROW:
        yield from _cells(block, section, parties)
        return
    for sentence in block.sentences:
        opening, *items = _enumerated(sentence.text[:_LONGEST])
        own = parties.canonical(opening)
        text = f"{led} {own}" if led else own
        yield Line(text, own, _quote(Sentence(opening, sentence.page), lead_in, section), led)
        for item in items:
            own = parties.canonical(item)
            quote = _quote(Sentence(item, sentence.page), f"{lead_in} {opening}".strip(), section)
            yield Line(f"{text} {own}", own, quote, text)


def _enumerated(sentence: str) -> list[str]:
    """Return a sentence that enumerates duties ("shall (a) ...; (b) ...") as its opening and its items, else as it is.

    Only items that end in semicolons and are sentences of their own are taken apart: "(i) deletes or (ii) returns" is
    one duty.
    """
    marks = list(_ITEM_MARK.finditer(sentence))
    if len(marks) < 2 or [each["mark"].lower() for each in marks] not in _sequences(len(marks)):  # noqa: PLR2004 (a list)
        return [sentence]
    bounds = [*(each.start() for each in marks), len(sentence)]
    items = [sentence[start:end].strip() for start, end in pairwise(bounds)]
    if any(len(each.split()) < _ITEM_WORDS for each in items) or not all(map(_ITEM_END.search, items[:-1])):
        return [sentence]
    return [sentence[: bounds[0]].strip(), *items]


def _sequences(count: int) -> list[list[str]]:
    """Return how items are lettered: a, b, c; i, ii, iii; 1, 2, 3."""
    return [list(each[:count]) for each in ("abcdefghijklmnopqrst", _ROMAN, tuple(map(str, range(1, 21))))]


def _in_context(lines: Iterator[Line], heading: str) -> Iterator[Line]:
    """Yield the lines with their context. A heading that asks says nothing: the answer may be "no"."""
    before = ""
    heading = "" if heading.rstrip().endswith("?") else heading
    for line in lines:
        yield replace(line, context=" ".join(filter(None, (heading, before, line.text))))
        before = line.own


def _cells(block: Block, section: Section, parties: Parties) -> Iterator[Line]:
    """Yield a line for each cell that says something; the first cell, where it is short, is its label."""
    label = block.cells[0] if block.cells and len(block.cells[0].split()) <= _LABEL_WORDS else ""
    for cell in dict.fromkeys(block.cells[1:] if label else block.cells):
        if len(cell.split()) < _CELL_WORDS:
            continue
        for _, sentence in split(cell[: 4 * _LONGEST]):
            own = parties.canonical(sentence[:_LONGEST])
            quote = Quote(sentence[:_LONGEST_QUOTE], block.page, section.name, label)
            yield Line(f"{parties.canonical(label)}: {own}" if label else own, own, quote)


def _quote(sentence: Sentence, lead_in: str, section: Section) -> Quote:
    text = sentence.text
    if len(text) > _LONGEST_QUOTE:
        text = text[:_LONGEST_QUOTE].rsplit(" ", 1)[0]
    return Quote(text, sentence.page, section.name, lead_in[:_LEAD_IN])


def _with_items(passages: list[Passage]) -> Iterator[Passage]:
    """Yield the passages, those that lead in a list with the text of its items."""
    for index, passage in enumerate(passages):
        if not passage.block.text.rstrip().endswith(":"):
            yield passage
            continue
        depth, style = _depth(passage.block), _style(passage.block.number)
        items: list[str] = []
        for other in passages[index + 1 : index + 40]:
            below = _depth(other.block)
            if other.section != passage.section or other.block.kind is BlockKind.ROW or below < depth:
                break
            if below == depth and _style(other.block.number) == style:
                break
            items.extend(line.own for line in other.lines)
        text = " ".join((passage.text, *items))
        yield Passage(passage.index, passage.section, text, passage.lines, passage.heading, passage.block)
