"""Reads a document for its sub-processors: section by section, table by table, list by list.

Every step takes time linear in the text, and what is kept is bounded: 2,000 rows, 500 characters a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.subprocessors import notices
from vendor_audit.documents.subprocessors.cells import RawRow, read_row
from vendor_audit.documents.subprocessors.columns import Columns, Role
from vendor_audit.documents.subprocessors.entries import is_name
from vendor_audit.documents.subprocessors.lists import ItemRun
from vendor_audit.documents.subprocessors.model import MOST_ROWS, STATED, Subprocessor, SubprocessorList
from vendor_audit.documents.subprocessors.placeholders import placeholders_in
from vendor_audit.documents.subprocessors.surroundings import (
    Default,
    default_of_heading,
    default_of_sentence,
    relevant_sections,
    sentences_of,
)
from vendor_audit.documents.subprocessors.tables import Table, columns_of_table, rows_of_table
from vendor_audit.documents.values.companies import names_several
from vendor_audit.documents.values.words import cut

if TYPE_CHECKING:
    from vendor_audit.documents.model import Block, Document, Section

_MOST_PLACEHOLDERS = 50
_MOST_LEFT_OUT = 5
_KEYS = {Role.TRANSFER: Role.TRANSFER_TOOLS.value}
"""Role -> its key in the facts, where they differ."""


def read_subprocessors(document: Document) -> SubprocessorList:
    """Return what a document says of sub-processors."""
    sections = relevant_sections(document)
    found = _Found()
    for section, is_sure in sections:
        if len(found.rows) > MOST_ROWS:
            break
        _Sectional(section, found, is_sure=is_sure).read()
    unknown: dict[str, str] = {}
    rows, per_row = [], []
    for index, raw in enumerate(found.rows[:MOST_ROWS]):
        row, gaps = read_row(raw, document.language)
        rows.append(row)
        per_row.append(raw)
        unknown |= {f"rows[{index}].{key}": why for key, why in gaps.items()}
    if len(found.rows) > MOST_ROWS:
        unknown["rows"] = f"only the first {MOST_ROWS:,} were kept"
    elif document.unread:
        unknown["rows"] = document.unread
    elif found.left_out and rows:
        unknown["rows"] = f"not read: {'; '.join(found.left_out[:_MOST_LEFT_OUT])}"
    said = list(notices.said_in(sections))
    none_declared = not rows and notices.none_declared(said)
    if not rows and not none_declared:
        unknown["rows"] = "no table, list or entry was found that names sub-processors"
    day, why_no_day = notices.dated(document, sections)
    if not day:
        unknown["dated"] = why_no_day
    if document.unread:
        unknown["change_notice"] = document.unread
    return SubprocessorList(
        rows=tuple(rows) if rows or none_declared else None,
        columns=_columns(per_row, rows),
        dated=day,
        is_dated=why_no_day != notices.NO_DAY,
        change_notice=None if document.unread else notices.change_notice(said),
        placeholders=_placeholders(found.rows[:MOST_ROWS], said),
        access_limits=notices.access_limits(said),
        none_declared=none_declared,
        unknown=unknown,
    )


def _columns(raws: list[RawRow], rows: list[Subprocessor]) -> dict[str, bool]:
    """Return what the lists of the document say: all of its tables, or some entry of a list without columns."""
    tables = {each.columns for each in raws if each.columns}
    entries = [row for raw, row in zip(raws, rows, strict=True) if not raw.columns]
    return {
        each: bool(rows)
        and (
            all(each not in row.missing and (each != "establishment" or row.establishment) for row in rows)
            or (
                all(any(_KEYS.get(role, role.value) == each for role in columns) for columns in tables)
                and (not entries or any(each not in row.missing for row in entries))
            )
        )
        for each in STATED
    }


def _placeholders(raws: list[RawRow], said: list[notices.Said]) -> tuple[str, ...]:
    texts = [value for raw in raws for value in raw.values.values()] + [each.text for each in said if each.is_sure]
    found = dict.fromkeys(each for text in texts for each in placeholders_in(text))
    return tuple(found)[:_MOST_PLACEHOLDERS]


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    rows: list[RawRow] = field(default_factory=list)
    columns: Columns | None = None
    """Of the table before."""
    left_out: list[str] = field(default_factory=list)
    """What may have been sub-processors and was not taken."""


class _Sectional:
    """Reads the blocks of one section in their order."""

    def __init__(self, section: Section, found: _Found, *, is_sure: bool) -> None:
        self._section = section
        self._found = found
        self._is_sure = is_sure
        self._name = cut(section.name)
        self._default = self._from_headings()
        self._has_place = bool(default_of_heading(section.heading))
        self._lead_in = ""
        self._begin = len(found.rows)
        self._items = ItemRun(self._name)
        self._table = Table(section=self._name)

    def read(self) -> None:
        """Add what the section names to what was found."""
        for block in self._section.blocks:
            if block.kind is not BlockKind.ROW or (self._table.rows and block.table != self._table.rows[0].table):
                self._end_table()
            if block.kind is BlockKind.ROW:
                self._end_items()
                self._table.rows.append(block)
            elif block.kind is BlockKind.ITEM:
                self._items.add(block)
            else:
                self._paragraph(block)
        self._end_table()
        self._end_items()
        self._found.left_out += self._items.left_out
        if self._is_sure and len(self._found.rows) == self._begin:
            self._found.rows += self._items.of_heading(self._section)

    def _from_headings(self) -> Default:
        for heading in reversed(self._section.path):
            default = default_of_heading(heading)
            if default:
                return default
        return Default()

    def _paragraph(self, block: Block) -> None:
        if self._items.take_paragraph(block, is_sure=self._is_sure):
            return
        self._end_items()
        self._lead_in = block.text
        if self._is_sure and names_several(block.text):
            self._found.left_out.append(f"a paragraph that names companies: '{cut(block.text, 60)}'")
        for sentence in sentences_of(block):
            default = default_of_sentence(sentence)
            if default.is_above:
                self._give_to_those_before(default)
            elif default:
                self._default = default

    def _give_to_those_before(self, default: Default) -> None:
        rows = self._found.rows
        for index in range(self._begin, len(rows)):
            rows[index] = replace(
                rows[index],
                default_countries=rows[index].default_countries or default.countries,
                default_seat=rows[index].default_seat or default.seat,
            )

    def _end_items(self) -> None:
        self._take(self._items.finish(self._lead_in, is_sure=self._is_sure, has_place=self._has_place))

    def _end_table(self) -> None:
        table, self._table = self._table, Table(section=self._name)
        if not table.rows:
            return
        heading = self._section.heading
        pairs = table.pairs(is_named=is_name(heading)) if self._is_sure else None
        if pairs:
            if all(role is not Role.ENTITY for role, _, _ in pairs):
                self._items.cards.begin(heading, self._section.page, self._name)
            for role, value, row in pairs:
                self._items.cards.add(role, value, row.page, row.text)
            self._items.cards.close()
            self._take(self._items.finish(self._lead_in, is_sure=self._is_sure, has_place=self._has_place))
            return
        columns, skipped = columns_of_table(table, is_sure=self._is_sure, before=self._found.columns)
        if columns is not None:
            self._found.rows += rows_of_table(table, columns, skipped, self._default)
            self._found.columns = columns
        elif self._is_sure:
            self._found.left_out.append(f"a table whose columns are not known: '{cut(table.rows[0].text, 60)}'")

    def _take(self, rows: list[RawRow]) -> None:
        self._found.rows += [
            replace(each, default_countries=self._default.countries, default_seat=self._default.seat) for each in rows
        ]
