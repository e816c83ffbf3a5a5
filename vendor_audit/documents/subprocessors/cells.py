"""From what stands in the cells of a row to a sub-processor: each cell is read for what its column says."""

from __future__ import annotations

from dataclasses import dataclass, field

import re2

from vendor_audit.documents.subprocessors.columns import Role
from vendor_audit.documents.subprocessors.model import STATED, Subprocessor
from vendor_audit.documents.subprocessors.placeholders import is_empty, placeholders_in
from vendor_audit.documents.subprocessors.tools import transfer_tools, without_tools
from vendor_audit.documents.values.companies import find_form, has_legal_form
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.places import Places, read_places
from vendor_audit.documents.values.words import CELL, DASHES, any_of, cut, folded, keys_of

_EMAIL = re2.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_FOOTNOTE = re2.compile(r"(?:\s*(?:\[\d{1,3}\]|\(\d\)|[*†‡¹²³⁴]+))+$")
_DOMAIN = re2.compile(r"^\(?(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+/?\)?$")
_WHOLE = frozenset({Role.ENTITY, Role.COUNTRIES, Role.TRANSFER_TOOLS})
"""What is not known, or not all of it, if a part of the cell was left open. Elsewhere the rest says enough."""
_CONTACT_WORD = re2.compile(r"(?i)(?:^|[,;\s])(?:contact|kontakt|e-?mail|mail|courriel|dpo)\W*$")
_BEHIND_NAME = f" \t,;:|{DASHES}"


@dataclass(slots=True)
class RawRow:
    """A row or an entry before its cells are read."""

    values: dict[Role, str]
    page: int
    section: str
    text: str
    shared: frozenset[Role] = frozenset()
    """What stands in the same cell as the name."""
    columns: frozenset[Role] = frozenset()
    """What the table has columns for; empty: it is an entry of a list without columns."""
    default_countries: str = ""
    """What a heading or a sentence says of where all of the list process; used where the row says nothing."""
    default_seat: str = ""


@dataclass(slots=True)
class _Reading:
    raw: RawRow
    language: str
    name: str = ""
    """Of the sub-processor, once it was read."""
    unknown: dict[str, str] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)
    """What the row says, read or not."""

    def text_of(self, role: Role) -> str:
        """Return what the row says in words; a placeholder is not what it says."""
        value = cut(self.raw.values.get(role, ""))
        if not value or is_empty(value):
            return ""
        left_open = placeholders_in(value)
        is_all = bool(left_open) and all(is_empty(part) for part in _without(value, left_open))
        if is_all or (left_open and role in _WHOLE):
            self.unknown[role.value] = f"a placeholder: {left_open[0]}"
        if is_all:
            self.stated.add(role.value)
            return ""
        self.stated.add(role.value)
        return value


def read_row(raw: RawRow, language: str) -> tuple[Subprocessor, dict[str, str]]:
    """Return the sub-processor of a row, and what of it is unknown: key of the facts -> why."""
    reading = _Reading(raw, language)
    name, address, contact = _who(reading)
    reading.name = name
    places = _places(reading)
    establishment = _establishment(reading, address, places)
    tools = _tools(reading)
    row = Subprocessor(
        entity=name,
        has_legal_form=has_legal_form(name),
        address=address,
        contact=contact,
        countries=None if places is None else places.countries,
        regions=() if places is None else places.regions,
        cloud_regions=() if places is None else places.cloud_regions,
        establishment=establishment,
        task=reading.text_of(Role.TASK),
        data=reading.text_of(Role.DATA),
        transfer_tools=tools,
        changed=_changed(reading),
        missing=tuple(each for each in STATED if each not in reading.stated),
        page=raw.page,
        section=raw.section,
        text=cut(raw.text),
        cells={role.value: cut(value) for role, value in raw.values.items()},
    )
    return row, reading.unknown


def _who(reading: _Reading) -> tuple[str, str, str]:
    """Return name, address and contact, which may stand in one cell."""
    written = reading.raw.values.get(Role.ENTITY, "")[:CELL]
    whole = reading.text_of(Role.ENTITY)
    if Role.ENTITY.value in reading.unknown:
        return "", reading.text_of(Role.ADDRESS), _contact(reading, "")
    if not whole:
        reading.unknown[Role.ENTITY.value] = "the row names nobody"
        return "", reading.text_of(Role.ADDRESS), _contact(reading, "")
    name, rest = split_name(written, may_have_address=True)
    mail = _EMAIL.search(rest)
    beside = _CONTACT_WORD.sub("", cut(_EMAIL.sub("", rest)).strip(_BEHIND_NAME)).strip(_BEHIND_NAME)
    address = "" if Role.ADDRESS in reading.raw.shared else reading.text_of(Role.ADDRESS)
    if not address and beside:
        address = beside
        reading.stated.add(Role.ADDRESS.value)
    return name, address, _contact(reading, mail[0] if mail else "")


def _contact(reading: _Reading, mail: str) -> str:
    own = "" if Role.CONTACT in reading.raw.shared else reading.text_of(Role.CONTACT)
    if not own and not mail:
        found = _EMAIL.search(reading.raw.values.get(Role.ADDRESS, "")[:CELL])
        mail = found[0] if found else ""
    if not own and mail:
        reading.stated.add(Role.CONTACT.value)
    return (own or mail).rstrip(".")


def split_name(cell: str, *, may_have_address: bool) -> tuple[str, str]:
    """Return the name of a company and what stands beside it: the lines below it, or what follows its legal form."""
    first, _, below = cell.strip().partition("\n")
    below = below if _EMAIL.search(below) or _looks_like_address(below) else ""
    if not below:
        first = " ".join(cell.split())
    form = find_form(first)
    behind = first[form.end :] if form else ""
    if form and behind[:1] in {",", ";", ":"} and _looks_like_address(behind):
        return _cleaned(first[: form.end]), f"{behind}\n{below}".strip(_BEHIND_NAME + "\n")
    if form and form.start and behind[:1] == "," and find_form(behind) is None:
        first = first[: form.end]  # "Muster AG, Minden": the town is no part of the name
    head, _, tail = first.partition(",")
    if may_have_address and not form and tail and _looks_like_address(tail) and head.strip():
        return _cleaned(head), f"{tail}\n{below}".strip(_BEHIND_NAME + "\n")
    mail = _EMAIL.search(first)
    if mail and mail.start():
        return _cleaned(first[: mail.start()].rstrip("(<")), f"{mail[0]}\n{below}".strip()
    return _cleaned(first), below.strip()


def _looks_like_address(text: str) -> bool:
    """Return whether a text has the number of a house or a postcode, or ends with a country."""
    return any(each.isdigit() for each in text) or bool(text.strip() and read_places(text.rsplit(",", 1)[-1]).is_pure)


def _cleaned(name: str) -> str:
    words = [each for each in cut(name).split() if not _DOMAIN.match(each) or each == name.strip()]
    bare: str = _FOOTNOTE.sub("", " ".join(words).strip(_BEHIND_NAME).removesuffix(" ("))
    return bare.strip("*_ ")


def _places(reading: _Reading) -> Places | None:
    """Return where data are processed; None: not stated, or nothing of it could be read."""
    key = Role.COUNTRIES.value
    written = reading.raw.values.get(Role.COUNTRIES, "")
    said = reading.text_of(Role.COUNTRIES)
    if not said and key in reading.unknown:
        return None
    if not said:
        if not reading.raw.default_countries:
            return None
        reading.stated.add(key)
        said = written = reading.raw.default_countries
    for each in placeholders_in(said):
        written = written.replace(each, " ")
    written = without_tools(written)
    places = read_places(written)
    if not (places or places.unread or places.seats) and key not in reading.unknown:
        reading.stated.discard(key)  # a column for both, and only the tool is in it
        return None
    if not places:
        only_seat = f"it says only where the company sits: {', '.join(places.seats)}" if places.seats else ""
        reading.unknown.setdefault(key, "; ".join(places.unread) or only_seat or f"'{cut(said, 60)}' names no country")
        return None
    if places.unread:
        reading.unknown.setdefault(key, "; ".join(places.unread))
    return places


def _establishment(reading: _Reading, address: str, processing: Places | None) -> str:
    key = Role.ESTABLISHMENT.value
    said = reading.text_of(Role.ESTABLISHMENT)
    if not said and key in reading.unknown:
        return ""
    source = without_tools(said)
    if Role.ESTABLISHMENT in reading.raw.shared and reading.name:
        source = source.replace(reading.name, "").strip(_BEHIND_NAME)
    if said and not keys_of(source):
        reading.stated.discard(key)  # a column for both, and only the tool is in it
    elif said:
        reading.stated.add(key)
        return _one_country(reading, read_places(source), source)
    return _establishment_beside(reading, address, processing)


def _establishment_beside(reading: _Reading, address: str, processing: Places | None) -> str:
    """Return the country from the address, from what is said of all of the list, or from "US company"."""
    key = Role.ESTABLISHMENT.value
    of_address = read_places(address).countries
    seats = processing.seats if processing and len(processing.seats) == 1 else ()
    if not (address or reading.raw.default_seat or seats):
        return ""
    reading.stated.add(key)
    if of_address:
        return of_address[-1]
    if reading.raw.default_seat:
        return _one_country(reading, read_places(reading.raw.default_seat), reading.raw.default_seat)
    if seats:
        return seats[0]
    reading.unknown[key] = "the address names no country"
    return ""


def _one_country(reading: _Reading, places: Places, source: str) -> str:
    found = places.countries + places.seats
    if len(found) == 1:
        return found[0]
    if found:
        reading.unknown[Role.ESTABLISHMENT.value] = f"it names several countries: {', '.join(found)}"
    else:
        why = "; ".join(places.unread) or f"'{cut(source, 60)}' names no country"
        reading.unknown.setdefault(Role.ESTABLISHMENT.value, why)
    return ""


def _tools(reading: _Reading) -> tuple[str, ...]:
    key = Role.TRANSFER_TOOLS.value
    whether, said = cut(reading.raw.values.get(Role.TRANSFER, "")), reading.text_of(Role.TRANSFER_TOOLS)
    found = list(transfer_tools(reading.raw.values.get(Role.TRANSFER_TOOLS, ""), is_their_column=True))
    found += [each for each in transfer_tools(whether, is_their_column=True) if each not in {"none", *found}]
    if any_of("subprocessors", "no_transfer").fullmatch(folded(whether)):
        found = ["none_needed", *(each for each in found if each not in {"none", "none_needed"})]
    if not found and not said and key not in reading.unknown:
        others = " ; ".join(value for role, value in reading.raw.values.items() if role is not Role.ENTITY)
        found += transfer_tools(others, is_their_column=False)
    if found:
        reading.stated.add(key)
        reading.unknown.pop(key, None)
    elif said:
        is_shared = reading.raw.values.get(Role.COUNTRIES) == reading.raw.values.get(Role.TRANSFER_TOOLS)
        if is_shared and not placeholders_in(said):
            reading.stated.discard(key)
        else:
            reading.unknown.setdefault(key, f"'{cut(said, 60)}' is no transfer tool that is known here")
    return tuple(found)


def _changed(reading: _Reading) -> str:
    said = reading.text_of(Role.CHANGED)
    if not said:
        return ""
    days = find_days(said, reading.language)
    if days and days[0].value:
        return days[0].value
    reading.unknown.setdefault(Role.CHANGED.value, days[0].reason if days else f"'{cut(said, 60)}' is no day")
    return ""


def _without(value: str, left_open: tuple[str, ...]) -> list[str]:
    for each in left_open:
        value = value.replace(each, "\n")
    return value.split("\n")
