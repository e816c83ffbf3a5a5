"""Collects what the labels of a certificate say: beside them, below them, in tables of two columns or with headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.documents.certificates.labels import DATES, Piece, pieces_of
from vendor_audit.documents.certificates.model import MOST_SITES
from vendor_audit.documents.certificates.patterns import says
from vendor_audit.documents.certificates.standards import standards_in
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.lines import Line

_LONG = {"scope": 8, "sites": MOST_SITES, "address": 3}
"""Field that may go on over several lines -> how many."""
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A value with its line."""

    text: str
    line: Line


@dataclass(slots=True)
class Fields:
    """What was found, by field, in the order of the document."""

    values: dict[str, list[Found]] = field(default_factory=dict)
    language: str = ""
    _pending: tuple[str, ...] = ()
    """Labels whose value has not come yet."""
    _dates: list[Found] = field(default_factory=list)
    """Days for several pending labels."""
    _open: str = ""
    """A field that goes on until the next label."""
    _headers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Table -> field of each column."""

    def first(self, name: str) -> Found | None:
        """Return the first value of a field."""
        found = self.values.get(name)
        return found[0] if found else None

    def take(self, lines: Sequence[Line]) -> None:
        """Collect from the lines."""
        for line in lines:
            if len([each for each in line.cells if each.strip()]) >= _PAIR:
                self._row(line)
                continue
            pieces = pieces_of(line.text)
            for piece in pieces:
                self._piece(piece, line)

    def _piece(self, piece: Piece, line: Line) -> None:
        if not piece.fields:
            self._plain(piece.value, line)
            return
        self._pending, self._open, self._dates = (), "", []
        if not piece.value:
            self._pending = piece.fields
        elif len(piece.fields) == 1 or not set(piece.fields) <= DATES:
            self._put(piece.fields[-1], piece.value, line)
            self._open = piece.fields[-1] if piece.fields[-1] in _LONG else ""
        else:
            self._pending = piece.fields
            self._plain(piece.value, line)

    def _plain(self, text: str, line: Line) -> None:
        """Give a line without a label to the label that waits, or to the field that goes on."""
        if self._pending:
            self._give(text, line)
        elif self._open:
            is_over = line.is_heading or says(line, "after_scope") or bool(standards_in([line]))
            if is_over or len(self.values.get(self._open, ())) >= _LONG[self._open]:
                self._open = ""
            else:
                self._put(self._open, text, line)

    def _give(self, text: str, line: Line) -> None:
        if len(self._pending) == 1:
            name = self._pending[0]
            self._put(name, text, line)
            self._open = name if name in _LONG else ""
            self._pending = ()
            return
        days = [Found(each.text, line) for each in find_days(text, self.language)]
        if not days:
            # Labels of one meaning in two languages give the line to the first; labels of several give nothing.
            self._pending = ()
            return
        self._dates += days
        wanted = [each for each in self._pending if each in DATES]
        if len(self._dates) >= len(wanted):
            for name, day in zip(wanted, self._dates, strict=False):
                self.values.setdefault(name, []).append(day)
            self._pending, self._dates = (), []

    def _row(self, line: Line) -> None:
        self._pending, self._open, self._dates = (), "", []
        cells = [each.strip() for each in line.cells]
        pieces = [pieces_of(each) if each else [Piece((), "")] for each in cells]
        only_labels = [
            each[0].fields if len(each) == 1 and each[0].fields and not each[0].value else () for each in pieces
        ]
        filled = [index for index, each in enumerate(cells) if each]
        if all(only_labels[index] for index in filled):
            self._headers[line.table] = tuple(each[0] if each else "" for each in only_labels)
            return
        headers = self._headers.get(line.table)
        if headers and not any(only_labels):
            self._by_headers(headers, cells, line)
            return
        index = 0
        while index < len(cells):
            is_pair = only_labels[index] and index + 1 < len(cells) and not only_labels[index + 1]
            if is_pair:
                self._piece(Piece(only_labels[index], cells[index + 1]), line)
                index += 2
                continue
            for piece in pieces[index]:
                if piece.fields and piece.value:
                    self._piece(piece, line)
            index += 1
        self._open = ""

    def _by_headers(self, headers: tuple[str, ...], cells: Sequence[str], line: Line) -> None:
        if "sites" in headers:
            self._put("sites", ", ".join(each for each in cells if each), line)
            return
        for name, cell in zip(headers, cells, strict=False):
            if name and cell:
                self._put(name, cell, line)

    def _put(self, name: str, text: str, line: Line) -> None:
        kept = self.values.setdefault(name, [])
        if words_of(text[:50]) and len(kept) < MOST_SITES:
            kept.append(Found(text, line))
