"""Runs of list items and of paragraphs: which of them are entries, and what belongs to which.

An item on a deeper level belongs to the item above it; paragraphs with labels make a card. A run of items is taken as a
list of sub-processors if what stands in it shows it, or if the sentence before it says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.documents.subprocessors.cards import Cards
from vendor_audit.documents.subprocessors.cells import RawRow
from vendor_audit.documents.subprocessors.columns import Role
from vendor_audit.documents.subprocessors.entries import Entry, is_name, is_short_name, labels_in, read_entry
from vendor_audit.documents.subprocessors.model import MOST_ROWS
from vendor_audit.documents.subprocessors.surroundings import is_of_duties, says_that_list_follows
from vendor_audit.documents.values.companies import has_legal_form
from vendor_audit.documents.values.words import CELL, cut

if TYPE_CHECKING:
    from vendor_audit.documents.model import Block, Section

_LONG_PARAGRAPH = 300
_PAIR = 2


@dataclass(slots=True)
class _Item:
    block: Block
    below: list[Block] = field(default_factory=list)


class ItemRun:
    """Items that follow each other, and the cards between them."""

    def __init__(self, section: str) -> None:
        """Take the name of the section that they stand in."""
        self.cards = Cards(section)
        self.left_out: list[str] = []
        """What may have been sub-processors and was not taken, one sentence each."""
        self._section = section
        self._items: list[_Item] = []
        self._waiting: Role | None = None
        """A label whose value has not come yet."""
        self._loose: list[tuple[Role, str, Block]] = []
        """Labels with values that no name precedes: the heading may be the name."""

    def add(self, block: Block) -> None:
        """Add an item."""
        if len(self._items) > MOST_ROWS:
            return
        is_below = bool(self._items) and block.level > self._items[0].block.level
        if not is_below and self._take_labels(block):
            return
        if is_below:
            self._items[-1].below.append(block)
        else:
            self._items.append(_Item(block))

    def _take_labels(self, block: Block) -> bool:
        """Take a block that begins with a label, or that is the value of the label before it."""
        labelled = labels_in(cut(block.text))
        if not labelled or labelled[0][1] > 0:
            waiting, self._waiting = self._waiting, None
            if waiting is None:
                return False
            self.cards.add(waiting, block.text, block.page, block.text)
            return True
        for role, _, value in labelled:
            self.cards.add(role, value, block.page, block.text)
            if not self.cards.is_open:
                self._loose.append((role, value, block))
        last, _, value = labelled[-1]
        self._waiting = last if self.cards.is_open and not value else None
        return True

    def take_paragraph(self, block: Block, *, is_sure: bool) -> bool:
        """Take a paragraph that is part of a card, or an entry by itself; return whether it is."""
        if not is_sure or len(block.text) > CELL:
            return False
        if self._take_labels(block):
            return True
        line = cut(block.text)
        if len(line) > _LONG_PARAGRAPH or len(self._items) > MOST_ROWS or not has_legal_form(line):
            return False
        entry = read_entry(line)
        if entry and {Role.COUNTRIES, Role.TASK} <= entry.values.keys() and has_legal_form(entry.name):
            self._items.append(_Item(block))
            return True
        return False

    def finish(self, lead_in: str, *, is_sure: bool, has_place: bool) -> list[RawRow]:
        """Return the sub-processors of the run, and begin anew.

        Args:
            lead_in: the paragraph before the run.
            is_sure: whether the headings say that the section is about sub-processors.
            has_place: whether the heading says where all of the run are.
        """
        items, self._items = self._items, []
        self.cards.close()
        rows, self.cards.finished = self.cards.finished, []
        entries = [(each, read_entry(each.block.text)) for each in items]
        if not entries or not is_sure:
            return rows
        if _is_list(entries, lead_in, has_place=has_place):
            rows = [*rows, *(self._row(item, entry) for item, entry in entries if entry is not None)]
            left = [each for each, entry in entries if entry is None]
            if left:
                self.left_out.append(f"an item that names nobody: '{cut(left[0].block.text, 60)}'")
        elif not is_of_duties(lead_in) and all(entry and is_short_name(entry.name) for _, entry in entries):
            self.left_out.append(f"a list that may be of sub-processors: '{cut(items[0].block.text, 60)}', ...")
        return rows

    def of_heading(self, section: Section) -> list[RawRow]:
        """Return the sub-processor that a heading names, with the labels and values under it."""
        loose, self._loose = self._loose, []
        if len(loose) < _PAIR or not is_name(section.heading):
            return []
        cards = Cards(self._section)
        cards.begin(section.heading, section.page, section.name)
        for role, value, block in loose:
            cards.add(role, value, block.page, block.text)
        cards.close()
        return cards.finished

    def _row(self, item: _Item, entry: Entry) -> RawRow:
        values = dict(entry.values)
        for block in item.below:
            labelled = labels_in(cut(block.text))
            for role, _, value in labelled:
                values.setdefault(role, value)
        if Role.TASK not in values and item.below:
            plain = [each.text for each in item.below if not labels_in(cut(each.text))]
            if plain:
                values[Role.TASK] = cut("; ".join(plain))
        text = " | ".join([item.block.text[:CELL], *(each.text[:CELL] for each in item.below[:10])])
        return RawRow(values, item.block.page, self._section, cut(text))


def _is_list(entries: list[tuple[_Item, Entry | None]], lead_in: str, *, has_place: bool) -> bool:
    """Return whether a run of items is a list of sub-processors."""
    named = [(item, entry) for item, entry in entries if entry is not None]
    if len(named) * _PAIR < len(entries) or not named:
        return False
    shown = sum(entry.is_strong or bool(item.block.links) or bool(item.below) for item, entry in named)
    if shown * _PAIR >= len(entries):
        return True
    says_so = has_place or says_that_list_follows(lead_in)
    return says_so and all(is_short_name(entry.name) for _, entry in named)
