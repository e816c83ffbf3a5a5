"""Tables of a PDF that ruling lines draw: each cell is what stands between its lines, however many lines of text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.pdf_rules import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.documents.pdf_page import Page, Run

_NEAR: Final = 3.0
"""Points: lines no farther apart are one, or touch."""
_MOST_RULES: Final = 400
"""Ruling lines of a page, after those that continue each other are joined."""
_MOST_CELLS: Final = 20_000
_LOWEST: Final = 5.0
"""Points: a lower row holds no text, it is a double line."""
_FEWEST_LINES: Final = 3
"""Lines of text in each cell of a row that has no ruling line inside: from there on they are rows themselves."""


@dataclass(slots=True)
class Row:
    """A row of a table: the lines of text of each cell, top to bottom."""

    cells: list[list[Run]]
    is_bold: bool = False


@dataclass(slots=True)
class Table:
    """A table at its place on the page."""

    left: float
    right: float
    base: float
    """Where it begins, as the baseline of a line does."""
    bottom: float
    rows: list[Row] = field(default_factory=list)


def ruled_tables(page: Page) -> tuple[list[Table], list[Run]]:
    """Return the tables that ruling lines draw on the page, and the runs that stand in none."""
    uprights, levels = page.uprights, page.levels
    if len(uprights) + len(levels) > _MOST_RULES:
        return [], page.runs
    tables: list[Table] = []
    rest = page.runs
    for verticals, horizontals in _components(uprights, levels):
        xs = _positions(rule.left for rule in verticals)
        ys = _positions(rule.top for rule in horizontals)
        if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_CELLS:  # noqa: PLR2004 - two columns, one row
            continue
        frame = Box(xs[0], ys[0], xs[-1], ys[-1])
        inside = [run for run in rest if _holds(frame, run)]
        if not inside:
            continue
        taken = set(map(id, inside))
        rest = [run for run in rest if id(run) not in taken]
        rows = _rows(inside, xs, ys, verticals, horizontals)
        if rows:
            tables.append(Table(frame.left, frame.right, frame.top + 1, frame.bottom, rows))
    return tables, rest


def _components(uprights: list[Box], levels: list[Box]) -> list[tuple[list[Box], list[Box]]]:
    """Return the groups of lines that touch each other."""
    group = list(range(len(uprights) + len(levels)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    for first, upright in enumerate(uprights):
        for second, level in enumerate(levels, len(uprights)):
            if (
                level.left - 2 * _NEAR <= upright.left <= level.right + 2 * _NEAR
                and upright.top - 2 * _NEAR <= level.top <= upright.bottom + 2 * _NEAR
            ):
                group[root(first)] = root(second)
    found: dict[int, tuple[list[Box], list[Box]]] = {}
    for index, rule in enumerate([*uprights, *levels]):
        found.setdefault(root(index), ([], []))[index >= len(uprights)].append(rule)
    return list(found.values())


def _positions(values: Iterable[float]) -> list[float]:
    """Return the values in order, those near each other once."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > 2 * _NEAR:
            kept.append(value)
    return kept


def _holds(frame: Box, run: Run) -> bool:
    centre = (run.left + run.right) / 2
    return frame.left - _NEAR <= centre <= frame.right + _NEAR and frame.top - _NEAR <= run.base <= frame.bottom + _NEAR


def _rows(runs: list[Run], xs: list[float], ys: list[float], uprights: list[Box], levels: list[Box]) -> list[Row]:
    """Return the rows of one table. What spans columns or rows stands in each of them."""
    bands = [(top, bottom) for top, bottom in pairwise(ys) if bottom - top >= _LOWEST]
    tops = [top for top, _ in bands]
    columns = len(xs) - 1
    if not bands:
        return []
    cells: list[list[list[Run]]] = [[[] for _ in range(columns)] for _ in bands]
    for run in runs:
        row = min(max(bisect_right(tops, run.base - run.size * 0.3) - 1, 0), len(bands) - 1)
        column = min(max(bisect_right(xs, run.left + min(run.size, (run.right - run.left) / 2)) - 1, 0), columns - 1)
        cells[row][column].append(run)
    for row, (top, bottom) in enumerate(bands):
        _spread_over_columns(
            cells[row], xs, [rule for rule in uprights if rule.top - 1 <= (top + bottom) / 2 <= rule.bottom + 1]
        )
        if row:
            _spread_over_rows(cells, row, xs, [rule for rule in levels if abs(rule.top - top) <= 2 * _NEAR])
    made = []
    for content in cells:
        if any(content):
            for cell in content:
                cell.sort(key=lambda run: (round(run.base), run.left))
            made += _split(content)
    return made


def _spread_over_columns(cells: list[list[Run]], xs: Sequence[float], uprights: Sequence[Box]) -> None:
    """Give what spans columns to each of them: no upright stands between."""
    start = 0
    for column in range(1, len(cells) + 1):
        if column == len(cells) or any(abs(rule.left - xs[column]) <= 2 * _NEAR for rule in uprights):
            if column - start > 1:
                merged = [run for cell in cells[start:column] for run in cell]
                cells[start:column] = [list(merged) for _ in range(start, column)]
            start = column


def _spread_over_rows(cells: list[list[list[Run]]], row: int, xs: Sequence[float], levels: Sequence[Box]) -> None:
    """Give what spans rows to the lower one too: no line stands between, though one does in another column."""
    if not levels:
        return
    for column in range(len(cells[row])):
        centre = (xs[column] + xs[column + 1]) / 2
        if not any(rule.left <= centre <= rule.right for rule in levels):
            merged = cells[row - 1][column] + cells[row][column]
            cells[row - 1][column], cells[row][column] = merged, list(merged)


def _split(content: list[list[Run]]) -> list[Row]:
    """Return a row as it is, or its lines as rows where every cell has as many at the same heights."""
    filled = [cell for cell in content if cell]
    heights = [sorted({round(run.base) for run in cell}) for cell in filled]
    if len(filled) > 1 and len(heights[0]) >= _FEWEST_LINES and all(each == heights[0] for each in heights):
        return [_row([[run for run in cell if round(run.base) == height] for cell in content]) for height in heights[0]]
    return [_row(content)]


def _row(cells: list[list[Run]]) -> Row:
    return Row(cells, is_bold=all(run.bold for cell in cells for run in cell))
