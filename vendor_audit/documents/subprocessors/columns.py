"""What the columns of a list say, by the words of their headers in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from vendor_audit.documents.values.words import CELL, Phrases, vocabulary, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONG_HEADER = 80
"""Characters; what is longer is a cell and no header."""
_TWO = 2


class Role(StrEnum):
    """What a column, or a label before a colon, says."""

    ENTITY = "entity"
    ADDRESS = "address"
    CONTACT = "contact"
    COUNTRIES = "countries"
    ESTABLISHMENT = "establishment"
    PLACE = "place"
    """Only "country" or "location": of what, the other columns decide."""
    TASK = "task"
    DATA = "data"
    TRANSFER = "transfer"
    """Whether there is one: "Transfer outside the EEA: no"."""
    TRANSFER_TOOLS = "transfer_tools"
    CHANGED = "changed"
    OTHER = "other"
    """Known, and not of use: a link, a retention period."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table."""

    roles: tuple[tuple[Role, ...], ...]
    """Of each column what it says; empty: unknown."""

    @property
    def said(self) -> frozenset[Role]:
        """What the columns say together."""
        return frozenset(role for each in self.roles for role in each)

    def values(self, cells: Sequence[str]) -> dict[Role, str]:
        """Return what the cells of a row say; several columns of one role are joined."""
        found: dict[Role, list[str]] = {}
        for roles, cell in zip(self.roles, cells, strict=False):
            for role in roles:
                if cell.strip() and cell[:CELL] not in found.get(role, ()):
                    found.setdefault(role, []).append(cell[:CELL])
        return {role: "; ".join(values) for role, values in found.items()}

    def shared_with_entity(self) -> frozenset[Role]:
        """Return what stands in the same column as the name: "Name and address"."""
        return frozenset(role for each in self.roles if Role.ENTITY in each for role in each) - {Role.ENTITY}


@cache
def _phrases() -> Phrases[Role]:
    roles = vocabulary("subprocessors")["roles"]
    return Phrases((phrase, Role(role)) for role, phrases in roles.items() for phrase in phrases)


def roles_of(header: str) -> tuple[Role, ...]:
    """Return what a header says, in the order of its words; empty: nothing that is known, or it is too long for one."""
    if len(header) > _LONG_HEADER * _TWO:
        return ()
    found = dict.fromkeys(role for _, _, role in _phrases().all_in(words_of(header)))
    if len(found) > 1:
        found.pop(Role.OTHER, None)
    return tuple(found)


def label_role(label: str) -> Role | None:
    """Return what a label before a colon says, if all of it is one; a remark in brackets does not count."""
    words = words_of(label[:CELL].partition("(")[0])
    here = _phrases().at(words, 0) if words else None
    return here[1] if here and here[0] == len(words) else None


def columns_of(headers: Sequence[str]) -> Columns | None:
    """Return the columns that headers name; None: they are no headers of a sub-processor list.

    A list names who and at least one more thing; at least half of the headers have to be known.
    """
    roles = [roles_of(each) for each in headers]
    filled = [each for each in headers if each.strip()]
    known = [each for each in roles if each]
    if len(known) < _TWO or len(known) * _TWO < len(filled) or any(len(each) > _LONG_HEADER for each in filled):
        return None
    roles = _without_doubled_entity(roles)
    if not any(Role.ENTITY in each for each in roles):
        return None
    return Columns(tuple(_placed(each, roles) for each in roles))


def _without_doubled_entity(roles: Sequence[tuple[Role, ...]]) -> list[tuple[Role, ...]]:
    """Leave the name to the column that says nothing else, or to the first: "Sub-processor | Sub-processor's place"."""
    plain = next((index for index, each in enumerate(roles) if each == (Role.ENTITY,)), None)
    first = next((index for index, each in enumerate(roles) if Role.ENTITY in each), None)
    chosen = first if plain is None else plain
    return [
        each if index == chosen or each == (Role.ENTITY,) else tuple(role for role in each if role is not Role.ENTITY)
        for index, each in enumerate(roles)
    ]


def _placed(roles: tuple[Role, ...], all_roles: Sequence[tuple[Role, ...]]) -> tuple[Role, ...]:
    """Say of what a mere "country" is: of the company if another column says where data are processed."""
    said = {role for each in all_roles for role in each}
    of_company = Role.COUNTRIES in said and Role.ESTABLISHMENT not in said
    place = Role.ESTABLISHMENT if of_company else Role.COUNTRIES
    return tuple(dict.fromkeys(place if role is Role.PLACE else role for role in roles))
