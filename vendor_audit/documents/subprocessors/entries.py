"""Lists of sub-processors that are no tables: what an item or a paragraph says.

``Stripe Inc. (San Francisco, USA) - payments``; ``Stripe: payment processing, USA``; ``Stripe. Payment processing.``;
``Muster GmbH, Musterstr. 1, 10115 Berlin: Backups``; ``Zweck: Backups; Ort: Deutschland``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.subprocessors.cells import split_name
from vendor_audit.documents.subprocessors.columns import Role, label_role
from vendor_audit.documents.subprocessors.surroundings import is_about
from vendor_audit.documents.subprocessors.tools import transfer_tools, without_tools
from vendor_audit.documents.values.companies import find_form, has_legal_form
from vendor_audit.documents.values.places import read_places
from vendor_audit.documents.values.words import CELL, DASHES, cut, folded, vocabulary, words_of

if TYPE_CHECKING:
    from vendor_audit.documents.values.companies import LegalForm

_MOST_WORDS = 10
_LONG_NAME = 100
_SHORT_ITEM = 6
"""Words of an item that is a name and nothing else."""
_SHORTENED = frozenset({"inc", "ltd", "corp", "co", "pty", "pte", "bzw", "resp", "etc", "str", "approx"})
_EDGES = f" ,;|.•·\n{DASHES}"

_BREAK = re2.compile(rf"\s+[{DASHES}]\s+|\s*:\s+|\s*\|\s*|\.\s+")
_PART = re.compile(rf" ?[,;|] ?| [{DASHES}] |\. (?=[^\W\d_])")
_BRACKET = re2.compile(r"\(([^()]*)\)")
_LABEL = re2.compile(rf"(?:^|[;|•·]|,\s|\.\s|\s[{DASHES}]\s)\s*([^\W\d_][\w'\x{{2019}} /()&-]{{1,60}}?)\s*:\s")
_FIRST_LABEL = re2.compile(r"^([^:]{2,200}):(?:\s|$)")
_FOR = re2.compile(r"\s(?:für|for|pour|voor)\s")
_IN = re2.compile(
    r"(?i)^(.*\S)\s+(?:located in|based in|hosted in|in|aus|en|au|aux|dans|uit|from|within)\s+"
    r"(?:the |den |der |dem |les |la |l'|de |het )?(\S.*)$"
)
_AUDIENCE = re2.compile(
    r"\b(?:customers?|users?|clients?|kunden|nutzer|utilisateurs?|klanten|gebruikers|for|fur|pour|voor)\b"
)
_POSTCODE = re2.compile(r"\b\d{4,5}\b")


@dataclass(slots=True)
class Entry:
    """What an item or a paragraph says."""

    name: str
    values: dict[Role, str] = field(default_factory=dict)
    is_strong: bool = False
    """Whether it shows by itself that it is a sub-processor: a legal form, a place or a transfer tool stands in it."""


def read_entry(text: str) -> Entry | None:
    """Return what an item says, of which the first 500 characters are read; None: it does not begin with a name."""
    line = cut(text)
    labelled = labels_in(line)
    if labelled:
        values = {role: value for role, _, value in labelled}
        name = values.pop(Role.ENTITY, "") or line[: labelled[0][1]].strip(_EDGES)
        if is_name(name):
            return Entry(name, {Role.ENTITY: name, **values}, is_strong=True)
    name, rest = _split(line)
    places = [match[1] for match in _BRACKET.finditer(name) if _is_place(match[1])]
    for each in places:
        name = name.replace(f"({each})", " ")
    name = " ".join(name.split())
    if not is_name(split_name(name, may_have_address=True)[0]):
        return None
    values = {Role.ENTITY: name, **_shared_out(places, rest)}
    is_strong = has_legal_form(name) or Role.COUNTRIES in values or Role.TRANSFER_TOOLS in values
    return Entry(name, values, is_strong=is_strong)


def _split(line: str) -> tuple[str, str]:
    """Return the name and what follows it."""
    form = find_form(line)
    behind = 0
    while match := _BREAK.search(line, behind):
        behind = match.start() + 1
        before = line[: match.start()]
        if before.count("(") > before.count(")") or (
            match[0][0] == "." and _is_no_stop(line, match.end(), before, form)
        ):
            continue
        if form and match.start() < form.start and not {",", ":"} & set(line[: form.start]):
            break  # "Foo - Bar GmbH": the dash belongs to the name
        return before, line[match.end() :]
    if form:
        end = form.end
        if line[end:].lstrip().startswith("("):
            end = line.find(")", end) + 1 or len(line)
        return line[:end], line[end:].strip(" ,;")
    head, _, tail = line.partition(",")
    return head, tail


def _is_no_stop(line: str, end: int, before: str, form: LegalForm | None) -> bool:
    """Return whether a dot ends no sentence: it belongs to a legal form or to a shortened word."""
    last = before.rsplit(" ", 1)[-1]
    in_form = form is not None and form.start < len(before) <= form.end
    is_short = len(last) <= len("B.") or folded(last.rsplit("-", 1)[-1]) in _SHORTENED
    return in_form or is_short or not line[end : end + 1].isupper()


def _shared_out(places: list[str], rest: str) -> dict[Role, str]:
    """Share out what follows a name: an address, places, transfer tools; the rest is the task."""
    brackets = [match[1] for match in _BRACKET.finditer(rest)]
    parts = [each.strip(" .") for each in _PART.split(cut(_BRACKET.sub(" ", rest))) if each.strip(" .")]
    address, parts = _address_of(parts)
    where = places + [each for each in brackets if _is_place(each)]
    tools = [each for each in brackets + parts if transfer_tools(each, is_their_column=False)]
    task: list[str] = []
    for part in parts:
        plain = without_tools(part).strip(" ;")
        behind = _IN.match(plain)
        if _is_place(plain):
            where.append(plain)
        elif behind and _is_place(behind[2]) and not _AUDIENCE.search(folded(behind[1])):
            where.append(behind[2])
            task.append(behind[1])
        elif plain and part not in tools:
            task.append(part)
    said = {
        Role.ADDRESS: ", ".join(address),
        Role.COUNTRIES: "; ".join(where),
        Role.TRANSFER_TOOLS: "; ".join(tools),
        Role.TASK: ", ".join(task),
    }
    return {role: value[:CELL] for role, value in said.items() if value}


def _address_of(parts: list[str]) -> tuple[list[str], list[str]]:
    """Take an address from the front: parts with the number of a house or a postcode, then perhaps a country."""
    address: list[str] = []
    rest = list(parts)
    while rest and (any(each.isdigit() for each in rest[0]) or (address and _is_place(rest[0]))):
        inside = _FOR.split(rest.pop(0), 1)
        address.append(inside[0])
        if len(inside) > 1:
            rest.insert(0, inside[1])
            break
    is_address = len(address) > 1 or any(_POSTCODE.search(each) for each in address)
    return (address, rest) if is_address else ([], list(parts))


def _is_place(text: str) -> bool:
    places = read_places(text)
    return bool(places) and (places.is_pure or ("," in text and not places.unread))


def labels_in(line: str) -> list[tuple[Role, int, str]]:
    """Return (what, where the label begins, value) of the labels that stand in a line: ``Zweck: ...; Ort: ...``."""
    found: list[tuple[Role, int, int]] = []
    begin = _FIRST_LABEL.match(line)
    first = label_role(begin[1]) if begin else None
    if begin and first is not None:
        found.append((first, 0, begin.end()))
    for match in _LABEL.finditer(line, found[0][2] if found else 0):
        role = label_role(match[1])
        if role is not None:
            found.append((role, match.start(1), match.end()))
    ends = [*(start for _, start, _ in found[1:]), len(line)]
    labelled: list[tuple[Role, int, str]] = [
        (Role.COUNTRIES if role is Role.PLACE else role, start, line[end:stop].strip(_EDGES.replace(".", "")))
        for (role, start, end), stop in zip(found, ends, strict=False)
    ]
    said = {role for role, _, _ in labelled}
    return labelled if len(said) == len(labelled) else []


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a company: short, no sentence, no label, no place."""
    words = words_of(text[:CELL])
    if not words or len(words) > _MOST_WORDS or len(text) > _LONG_NAME or text.strip()[:1] in f"•,;:([<{DASHES}":
        return False
    if label_role(text) is not None:
        return False
    if (read_places(text).is_pure or is_about(text)) and not has_legal_form(text):
        return False
    fillers = _no_names()
    if any(each.key in fillers and each.text.islower() for each in words):
        return False
    return words[0].key not in fillers or has_legal_form(text)


def is_short_name(text: str) -> bool:
    """Return whether an item is a name and nothing else."""
    return len(words_of(text[:CELL])) <= _SHORT_ITEM and is_name(text)


@cache
def _no_names() -> frozenset[str]:
    return frozenset(folded(each) for each in vocabulary("subprocessors")["no_names"])
