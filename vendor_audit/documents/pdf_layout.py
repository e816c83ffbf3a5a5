"""Reading order of a page of a PDF: columns of text after each other, tables in their place, lines top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.pdf_grid import Table, ruled_tables
from vendor_audit.documents.pdf_page import Run
from vendor_audit.documents.pdf_unruled import unruled_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.pdf_page import Page

Item = Run | Table
_DEEPEST: Final = 2
"""Columns are looked for in columns once: three stand beside each other, or two in one of two."""
_NARROWEST_GUTTER: Final = 7.0
"""Points between columns of text."""
_FEWEST_ROWS: Final = 5
"""Rows that each column must have."""
_FILLED: Final = 0.55
"""Share of its column that a line of running text fills, in the median."""
_CROSSING: Final = 0.2
"""Share of rows that may reach over a gutter: titles, tables."""
_BINS: Final = 200


@dataclass(slots=True)
class Line:
    """A line of running text."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool


@dataclass(slots=True)
class Region:
    """A column of a page, or a page without columns: lines and tables top to bottom."""

    page: int
    left: float
    right: float
    parts: list[Line | Table]


def regions(page: Page) -> Iterator[Region]:
    """Yield the regions of a page in reading order."""
    tables, runs = ruled_tables(page)
    items: list[Item] = [*runs, *tables]
    for rows in _columns(_rows(items), _DEEPEST):
        parts = list(_parts(rows))
        lines = [part for part in parts if isinstance(part, Line)]
        if lines:
            rights = sorted(line.right for line in lines)
            left = min(line.left for line in lines)
            yield Region(page.number, left, rights[min(len(rights) - 1, len(rights) * 9 // 10)], parts)
        elif parts:
            yield Region(page.number, 0, page.width, parts)


def _rows(items: list[Item]) -> list[list[Item]]:
    """Return what stands at one height together, left to right."""
    rows: list[list[Item]] = []
    for item in sorted(items, key=lambda item: item.base):
        last = rows[-1][-1] if rows else None
        if (
            isinstance(item, Run)
            and isinstance(last, Run)
            and item.base - rows[-1][0].base <= 0.35 * min(item.size, last.size)
        ):
            rows[-1].append(item)
        else:
            rows.append([item])
    for row in rows:
        row.sort(key=lambda item: item.left)
    return rows


def _columns(rows: list[list[Item]], depth: int) -> Iterator[list[list[Item]]]:
    """Yield the rows of each column in reading order; all of them if there are no columns."""
    gutter = _gutter(rows) if depth and len(rows) > 1 else None
    if gutter is None:
        if rows:
            yield rows
        return
    left: list[list[Item]] = []
    right: list[list[Item]] = []
    for row in rows:
        if any(item.left < gutter < item.right for item in row):
            yield from _columns(left, depth - 1)
            yield from _columns(right, depth - 1)
            yield [row]
            left, right = [], []
            continue
        for side, items in (
            (left, [i for i in row if i.right <= gutter]),
            (right, [i for i in row if i.left >= gutter]),
        ):
            if items:
                side.append(items)
    yield from _columns(left, depth - 1)
    yield from _columns(right, depth - 1)


def _gutter(rows: list[list[Item]]) -> float | None:
    """Return where the empty strip between two columns of running text is; None: there are none."""
    begin = min(item.left for row in rows for item in row)
    end = max(item.right for row in rows for item in row)
    width = end - begin
    if width < 20 * _NARROWEST_GUTTER:
        return None
    crossings = [0] * _BINS
    for row in rows:
        for item in row:
            first = int((item.left - begin) / width * _BINS)
            last = int((item.right - begin) / width * _BINS)
            for place in range(max(first, 0), min(last + 1, _BINS)):
                crossings[place] += 1
    middle = range(_BINS // 4, _BINS * 3 // 4)
    fewest = min(crossings[place] for place in middle)
    if fewest > _CROSSING * len(rows):
        return None
    best: tuple[int, int] = (0, 0)
    start = None
    for place in (*middle, None):
        if place is not None and crossings[place] <= fewest:
            start = place if start is None else start
        elif start is not None:
            stop = place if place is not None else middle.stop
            best = max(best, (stop - start, start))
            start = None
    wide, start = best
    if wide * width / _BINS < _NARROWEST_GUTTER:
        return None
    gutter = begin + (start + wide / 2) * width / _BINS
    return gutter if _reads_as_columns(rows, begin, gutter, end) else None


def _reads_as_columns(rows: list[list[Item]], begin: float, gutter: float, end: float) -> bool:
    """Whether both sides of a gutter hold running text, and not the cells of a table."""
    for low, high in ((begin, gutter), (gutter, end)):
        sides = [inside for row in rows if (inside := [i for i in row if i.left >= low - 1 and i.right <= high + 1])]
        if sum(_lines_of(item) for side in sides for item in side[:1]) < _FEWEST_ROWS:
            return False
        shares = sorted((side[-1].right - side[0].left) / (high - low) for side in sides)
        if shares[len(shares) // 2] < _FILLED:
            return False
    return True


def _lines_of(item: Item) -> int:
    """Return how many lines something counts for."""
    return len(item.rows) if isinstance(item, Table) else 1


def _parts(rows: list[list[Item]]) -> Iterator[Line | Table]:
    """Yield lines and tables; rows with the same columns become a table, though no line rules it."""
    index = 0
    while index < len(rows):
        row = rows[index]
        if isinstance(row[0], Table):
            yield row[0]
            index += 1
            continue
        table, end = unruled_table(rows, index)
        if table:
            yield table
            index = end
        else:
            yield _line([item for item in row if isinstance(item, Run)])
            index += 1


def _line(runs: Sequence[Run]) -> Line:
    letters = sum(len(run.text) for run in runs)
    bold = sum(len(run.text) for run in runs if run.bold)
    return Line(
        " ".join(run.text for run in runs),
        runs[0].left,
        max(run.right for run in runs),
        runs[0].base,
        max(run.size for run in runs),
        bold=bold * 10 >= letters * 9,
    )
