"""Which row of a table names its columns, where its format does not say so or says it of a caption."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.pieces import Piece

_LONGEST: Final = 60
"""Characters of a name of a column."""
_FEWEST: Final = 3
"""Columns from which a first row of short texts names them; two columns may as well be names and values."""


def mark_headers(pieces: Sequence[Piece]) -> None:
    """Mark the row of each table that names its columns.

    A caption that spans the table is no header though it stands first. Where the format marks none, the first row is
    one if it is set in bold, or if it has short texts above several columns.
    """
    for table, group in groupby(pieces, key=lambda piece: piece.table):
        if not table:
            continue
        rows = [piece for piece in group if piece.kind is BlockKind.ROW]
        wide = [row for row in rows if _names(row) > 1]
        if not wide:
            continue
        marked = [row for row in rows if row.is_header]
        if not marked:
            wide[0].is_header = len(rows) > 1 and _looks_like_names(wide[0])
        elif all(_names(row) <= 1 for row in marked):
            for row in marked:
                row.is_header = False
            wide[0].is_header = True


def _names(row: Piece) -> int:
    """Return how many different texts the cells of a row have."""
    return len({cell for cell in row.cells if cell})


def _looks_like_names(row: Piece) -> bool:
    filled = row.cells[1:] if not row.cells[0] else row.cells
    if not all(filled) or any(len(cell) > _LONGEST or "@" in cell or cell.endswith(".") for cell in filled):
        return False
    if any(cell.strip(" .,-/").isdigit() for cell in filled):
        return False
    return row.strong or len(row.cells) >= _FEWEST or not row.cells[0]
