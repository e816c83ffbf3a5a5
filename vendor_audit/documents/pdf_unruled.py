"""Tables of a PDF without ruling lines: rows whose words stand under each other in the same columns."""

from __future__ import annotations

from bisect import insort
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.numbering import split_number
from vendor_audit.documents.pdf_grid import Row, Table
from vendor_audit.documents.pdf_page import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.pdf_layout import Item

_MOST_LINES: Final = 500
"""Lines of a table without ruling lines."""
_GOES_ON: Final = 1.3
"""Heights from line to line within a cell, at most."""
_FEWEST_ALIGNED: Final = 3
_ALIGNED: Final = 3.0
"""Points."""
_ROW_SPACE: Final = 0.2
"""Heights of empty space beyond that between lines: rows are parted by it."""
_ROW_GAP: Final = 3.2
"""Heights: a larger space ends a table without ruling lines."""


def _is_tabbed(row: Sequence[Item]) -> bool:
    """Whether a row has cells: more than a number and its text."""
    if len(row) < 2 or not all(isinstance(item, Run) for item in row):  # noqa: PLR2004 - two cells
        return False
    first = row[0]
    return len(row) > 2 or not (isinstance(first, Run) and _is_number(first.text))  # noqa: PLR2004


def _is_number(text: str) -> bool:
    numbered = split_number(f"{text} X", heading=True)
    return numbered is not None and numbered.text == "X"


def unruled_table(rows: list[list[Item]], start: int) -> tuple[Table | None, int]:
    """Return the table that begins at a row, and the place behind it; None: there is none."""
    if not _is_tabbed(rows[start]):
        return None, start
    columns = [(item.left, item.right) for item in rows[start]]
    lines: list[list[Run]] = []
    tabbed = 0
    end = start
    while end < min(len(rows), start + _MOST_LINES):
        runs = [item for item in rows[end] if isinstance(item, Run)]
        if len(runs) < len(rows[end]) or (lines and runs[0].base - lines[-1][0].base > _ROW_GAP * runs[0].size):
            break
        widened = _widened(columns, runs)
        if widened is None or (len(runs) == 1 and lines and abs(runs[0].size / lines[-1][0].size - 1) > 0.1):  # noqa: PLR2004
            break
        columns = widened
        tabbed += _is_tabbed(rows[end])
        lines.append(runs)
        end += 1
    while len(lines) > 1 and not _is_tabbed(lines[-1]) and _follows(lines, columns):
        lines.pop()
        end -= 1
    enough = 2 if len(columns) > 2 else 3  # noqa: PLR2004 - three columns are clearer
    if (tabbed < enough or tabbed * 3 < len(lines)) and not _are_aligned(lines, columns):
        return None, start
    if _is_justified(lines, columns):
        return None, start
    made = _grouped(lines, columns)
    bottom = lines[-1][0].base
    return Table(columns[0][0], columns[-1][1], lines[0][0].base, bottom, made), end


def _is_justified(lines: list[list[Run]], columns: list[tuple[float, float]]) -> bool:
    """Whether the lines are of running text set to both edges: all end at one place, their words stand anywhere."""
    if _spread([runs[-1].right for runs in lines[:-1]]) > 1:
        return False
    for left, right in columns[1:-1] or columns[1:]:
        inside = [run for runs in lines for run in runs if run.left < right and run.right > left]
        places = ([run.left for run in inside], [run.right for run in inside], [run.left + run.right for run in inside])
        if min(map(_spread, places)) > _ALIGNED:
            return True
    return False


def _spread(places: Sequence[float]) -> float:
    return max(places, default=0.0) - min(places, default=0.0)


def _are_aligned(lines: list[list[Run]], columns: list[tuple[float, float]]) -> bool:
    """Whether every column has lines enough that begin at the same place: cells centred beside each other."""
    for left, right in columns:
        lefts = [run.left for runs in lines for run in runs if run.left < right and run.right > left]
        if len(lefts) < _FEWEST_ALIGNED or sum(abs(place - left) < _ALIGNED for place in lefts) * 5 < len(lefts) * 4:
            return False
    return True


def _widened(columns: list[tuple[float, float]], runs: list[Run]) -> list[tuple[float, float]] | None:
    """Return the columns with a row's cells in them; None: the row does not fit them."""
    widened = list(columns)
    for run in runs:
        touched = [place for place, (left, right) in enumerate(widened) if run.left < right and run.right > left]
        if len(touched) > 1:
            return None
        if touched:
            left, right = widened[touched[0]]
            widened[touched[0]] = (min(left, run.left), max(right, run.right))
        else:
            # The cell over it is empty, that of a header above the names of rows, say.
            insort(widened, (run.left, run.right))
    return widened if all(one[1] < other[0] for one, other in pairwise(widened)) else None


def _follows(lines: list[list[Run]], columns: list[tuple[float, float]]) -> bool:
    """Whether a single line at the end is rather text behind the table than the end of a cell."""
    run = lines[-1][0]
    if run.left > columns[0][1]:
        return False
    return run.base - lines[-2][0].base > _GOES_ON * run.size


def _grouped(lines: list[list[Run]], columns: list[tuple[float, float]]) -> list[Row]:
    """Return the rows of a table without ruling lines from its lines of text."""
    placed = [
        [next(p for p, (left, right) in enumerate(columns) if run.left < right and run.right > left) for run in runs]
        for runs in lines
    ]
    spaces = _spaces(lines, placed)
    parted = [space > _ROW_SPACE * lines[0][0].size for space in spaces]
    rows: list[Row] = []
    for index, (runs, places) in enumerate(zip(lines, placed, strict=True)):
        if not index:
            begins = True
        elif any(parted):
            begins = parted[index - 1]
        else:
            begins = 0 in places and len(set(places)) * 2 >= len(columns)
        if begins:
            rows.append(Row([[] for _ in columns]))
        for place, run in zip(places, runs, strict=True):
            rows[-1].cells[place].append(run)
    for row in rows:
        row.is_bold = all(run.bold for cell in row.cells for run in cell)
    return rows


def _spaces(lines: list[list[Run]], placed: list[list[int]]) -> list[float]:
    """Return the empty height over each line but the first, beyond what lies between the lines of one cell."""
    last: dict[int, float] = {}
    distances = []
    for runs, places in zip(lines, placed, strict=True):
        for run, place in zip(runs, places, strict=True):
            if run.base - last.get(place, -1e6) > 0.5 * run.size:
                distances.append(run.base - last.get(place, -1e6))
            last[place] = run.base
    leading = min(distances, default=0.0)
    spaces = []
    bottom = lines[0][0].base
    for runs in lines[1:]:
        spaces.append(runs[0].base - bottom - leading)
        bottom = max(bottom, *(run.base for run in runs))
    return spaces
