"""Cards: one sub-processor after the other, each as labels with values below each other.

``Name: Polder Cloud B.V.``, ``Address: ...``, ``Description of the processing: ...``: the form of Annex IV of Decision
(EU) 2021/915; a table of two columns; or a heading with the name and a list of labels under it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vendor_audit.documents.subprocessors.cells import RawRow
from vendor_audit.documents.subprocessors.columns import Role
from vendor_audit.documents.values.words import CELL, cut


@dataclass(slots=True)
class Cards:
    """Collects labels and values."""

    section: str
    finished: list[RawRow] = field(default_factory=list)
    _values: dict[Role, str] = field(default_factory=dict)
    _page: int = 0
    _text: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether a card was begun."""
        return Role.ENTITY in self._values

    def begin(self, name: str, page: int, text: str) -> None:
        """Begin a card with the name of a sub-processor."""
        self.close()
        self._values, self._page, self._text = {Role.ENTITY: name}, page, [text]

    def add(self, role: Role, value: str, page: int, text: str) -> None:
        """Add a label with its value; a second name begins the next card."""
        if role is Role.ENTITY:
            self.begin(value, page, text)
        elif self.is_open and value:
            self._values.setdefault(role, value[:CELL])
            self._text.append(text[:CELL])

    def close(self) -> None:
        """End the card."""
        if self.is_open and len(self._values) > 1:
            values = dict(self._values)
            if Role.PLACE in values:
                of_company = Role.COUNTRIES in values and Role.ESTABLISHMENT not in values
                values.setdefault(Role.ESTABLISHMENT if of_company else Role.COUNTRIES, values.pop(Role.PLACE))
            self.finished.append(RawRow(values, self._page, self.section, cut(" | ".join(self._text))))
        self._values, self._text = {}, []
