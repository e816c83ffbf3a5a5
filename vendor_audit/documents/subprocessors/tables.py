"""Tables of sub-processors: with headers, without, and with one sub-processor a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.documents.subprocessors.cells import RawRow
from vendor_audit.documents.subprocessors.columns import Columns, Role, columns_of, label_role
from vendor_audit.documents.subprocessors.model import MOST_ROWS
from vendor_audit.documents.subprocessors.placeholders import is_empty
from vendor_audit.documents.subprocessors.surroundings import Default, default_of_heading, is_about
from vendor_audit.documents.subprocessors.tools import transfer_tools, without_tools
from vendor_audit.documents.values.companies import has_legal_form
from vendor_audit.documents.values.places import read_places
from vendor_audit.documents.values.words import CELL, any_of, cut, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.model import Block

_SEEN = 20
"""Rows that are looked at to guess what the columns of a table without headers say."""
_MOST_HEADERS = 3
_PAIR = 2


@dataclass(slots=True)
class Table:
    """Rows that stand together."""

    rows: list[Block] = field(default_factory=list)
    section: str = ""

    def pairs(self, *, is_named: bool) -> list[tuple[Role, str, Block]] | None:
        """Return (what, value, row) if it is a table of labels and values; None: it is not.

        Args:
            is_named: whether the heading names the company, so that the table need not.
        """
        if any(len(each.cells) != _PAIR for each in self.rows):
            return None
        labels = [label_role(each.cells[0]) for each in self.rows]
        known = sum(each is not None for each in labels)
        if (Role.ENTITY not in labels and not is_named) or known < _PAIR or known * _PAIR <= len(self.rows):
            return None
        if labels[0] is not None and label_role(self.rows[0].cells[1]) is not None:
            return None  # a row of headers
        return [(label, row.cells[1], row) for label, row in zip(labels, self.rows, strict=True) if label is not None]


def columns_of_table(table: Table, *, is_sure: bool, before: Columns | None) -> tuple[Columns | None, int]:
    """Return the columns of a table and how many rows its headers take.

    Args:
        table: its rows.
        is_sure: whether the headings say that it is about sub-processors. If not, a header has to.
        before: the columns of the table before it, which it may go on with on the next page.
    """
    marked = 0
    while marked < len(table.rows) and marked < _MOST_HEADERS and table.rows[marked].is_header:
        marked += 1
    # The headers are the rows marked as such, the first row or two, or a row below a title.
    for first, behind in dict.fromkeys([(0, marked), (0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]):
        if not first < behind <= len(table.rows):
            continue
        headers = _joined([each.cells for each in table.rows[first:behind]])
        columns = columns_of(headers)
        titles = [each.text for each in table.rows[:first]]
        if columns and (is_sure or any(is_about(each) for each in [*headers, *titles])):
            return columns, behind
        if columns:
            return None, 0  # a table of something else, such as the data that are processed
    if not is_sure:
        return None, 0
    width = len(table.rows[0].cells)
    if before is not None and width == len(before.roles) and not marked:
        return before, 0
    if any(has_legal_form(each) or _is_place(each) for each in table.rows[0].cells):
        marked = 0  # marked as headers, and yet the first sub-processor
    return _guessed(table, marked), marked


def _joined(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the headers of each column; those that span several columns come first."""
    width = max(len(each) for each in rows)
    padded = [each + ("",) * (width - len(each)) for each in rows]
    return [" ".join(dict.fromkeys(row[index] for row in padded if row[index])) for index in range(width)]


def _guessed(table: Table, skipped: int) -> Columns | None:
    """Guess what columns without headers say, by what stands in them; None: it does not look like a list.

    Of two columns with places nobody can tell which is where data are processed: both count as that.
    """
    rows = [each.cells for each in table.rows[skipped : skipped + _SEEN] if len(each.cells) > 1]
    if not rows:
        return None
    width = max(len(each) for each in rows)
    columns = [[row[index] for row in rows if index < len(row) and row[index].strip()] for index in range(width)]
    roles: list[tuple[Role, ...]] = [_looks_like(each) for each in columns]
    entity = next((index for index, each in enumerate(columns) if not roles[index] and not _is_counter(each)), None)
    if entity is None:
        return None
    named = sum(has_legal_form(each) for each in columns[entity])
    places = [index for index, each in enumerate(roles) if Role.COUNTRIES in each]
    if not places and named * _PAIR < len(columns[entity]):
        return None
    roles[entity] = (Role.ENTITY,)
    free = [index for index, each in enumerate(roles) if not each and not _is_counter(columns[index])]
    if free:
        roles[max(free, key=lambda index: sum(map(len, columns[index])))] = (Role.TASK,)
    return Columns(tuple(roles))


def _looks_like(cells: Sequence[str]) -> tuple[Role, ...]:
    def mostly(count: int) -> bool:
        return bool(cells) and count * 10 >= len(cells) * 6

    if mostly(sum("@" in each and len(each) < CELL for each in cells)):
        return (Role.CONTACT,)
    if mostly(sum(_is_place(each) for each in cells)):
        return (Role.COUNTRIES,)
    if mostly(sum(bool(transfer_tools(each, is_their_column=False)) for each in cells)):
        return (Role.TRANSFER_TOOLS,)
    return ()


def _is_place(cell: str) -> bool:
    """Return whether a cell is a place: nothing else stands in it, or a town before its country."""
    text = without_tools(cut(cell))
    return bool(read_places(text)) and (read_places(text).is_pure or read_places(text.rsplit(",", 1)[-1]).is_pure)


def _is_counter(cells: Sequence[str]) -> bool:
    return all(each.strip(" .#)").isdigit() for each in cells)


def rows_of_table(table: Table, columns: Columns, skipped: int, default: Default) -> Iterator[RawRow]:
    """Yield the sub-processors of a table; a row that only names a place gives it to those that follow.

    Only about twice as many rows are looked at as are kept.
    """
    headers = [_plain(each) for each in table.rows[:skipped]]
    shared = columns.shared_with_entity()
    for row in table.rows[skipped : skipped + 2 * MOST_ROWS]:
        filled = [each.strip() for each in row.cells if each.strip()]
        if not filled or _plain(row) in headers or _repeats_headers(row, columns):
            continue
        if len(set(filled)) == 1 and len(row.cells) > 1:
            default = default_of_heading(filled[0]) or default
            continue  # a line across the table: a group, or a note
        if any_of("subprocessors", "notes").match(folded(filled[0][:CELL])) and len(filled) < _PAIR:
            continue
        values = columns.values(row.cells)
        if all(is_empty(each) for each in values.values()):
            continue
        yield RawRow(values, row.page, table.section, row.text, shared, columns.said, default.countries, default.seat)


def _plain(row: Block) -> tuple[str, ...]:
    return tuple(folded(each[:CELL]).strip() for each in row.cells)


def _repeats_headers(row: Block, columns: Columns) -> bool:
    """Return whether a row is the headers again, as at the top of a page."""
    again = columns_of([each[:CELL] for each in row.cells])
    return again is not None and again.roles == columns.roles
