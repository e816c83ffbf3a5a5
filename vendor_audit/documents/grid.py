"""The grid of a table: cells that span columns or rows stand in each place that they cover, within a bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_MOST_ROWS: Final = 1_000
"""Rows that one cell may cover."""


@dataclass
class Grid:
    """Takes the cells of a table row by row and gives the rows with spanned places filled."""

    columns: int
    """Cells that a row has at most."""
    _spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By column: for how many rows yet a cell of an earlier row stands there, and its text."""

    def row(self, cells: list[tuple[str, int, int]]) -> tuple[str, ...]:
        """Return the texts of a row from its cells: text, columns and rows covered."""
        texts: list[str] = []
        for text, wide, high in cells:
            self._fill(texts)
            for _ in range(max(1, min(wide, self.columns - len(texts)))):
                if len(texts) == self.columns:
                    return tuple(texts)
                if high > 1:
                    self._spans[len(texts)] = (min(high, _MOST_ROWS), text)
                self._take(len(texts))
                texts.append(text)
        self._fill(texts)
        return tuple(texts)

    def _fill(self, texts: list[str]) -> None:
        """Put in what reaches down from earlier rows, from the place that is next."""
        while len(texts) < self.columns and len(texts) in self._spans:
            text = self._spans[len(texts)][1]
            self._take(len(texts))
            texts.append(text)

    def _take(self, column: int) -> None:
        if column in self._spans:
            left, text = self._spans[column]
            if left > 1:
                self._spans[column] = (left - 1, text)
            else:
                del self._spans[column]
