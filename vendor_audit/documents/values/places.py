"""What a cell says of a place: countries, regions, regions of clouds, and what in it could not be read.

A town names no country: "Dublin" alone stays unread, "Frankfurt, Germany" is Germany. A place that is denied ("not in
the US") is none, and a country in "US company" is where a company sits, not where data are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.values.countries import PlaceKind, gazetteer
from vendor_audit.documents.values.words import DASHES, cut, folded, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.values.words import Word

_PARTS = re2.compile(rf"(?i)[;|/\n•·()+]|,|\s+[&{DASHES}]\s+|\b(?:and|und|et|en|or|oder|ou|sowie|ainsi que|alsmede)\b")
_NEGATED_WITHIN = 4
_DATA_CENTRE = re2.compile(r"(?i)[a-z]{3}\d{1,2}")
"""How hosts call their data centres: fra1, FSN1."""
_TOWN_WORDS = 4
_ZIP = 5
"""Digits of a postcode of the United States."""
_PREFIXED_POSTCODE = re2.compile(r"\b(A|B|CH|D|DK|F|FIN|FL|I|L|NL|N|S|E|P)-\d{4,5}\b")
_CARS = {"A": "AT", "B": "BE", "D": "DE", "F": "FR", "FIN": "FI", "FL": "LI", "I": "IT", "L": "LU", "N": "NO",
         "S": "SE", "E": "ES", "P": "PT"}  # fmt: skip
"""Letters before a postcode -> country, where they are not its ISO code. The UN's distinguishing signs of vehicles."""


@dataclass(frozen=True, slots=True)
class Places:
    """What a text says of places."""

    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, in the order of the text, each once."""
    regions: tuple[str, ...] = ()
    """``worldwide``, ``eu``, ``eea``, ``europe``, ``various``, ...: the keys of ``regions`` in countries.yaml."""
    cloud_regions: tuple[str, ...] = ()
    """As the provider writes them, in lower case: ``eu-central-1``. They are no country."""
    seats: tuple[str, ...] = ()
    """Countries of a company, not of a place: "US company"."""
    unread: tuple[str, ...] = ()
    """Why a part was not read, one sentence a part."""
    is_pure: bool = False
    """Whether nothing but places, and words that go with them, stands in the text."""

    def __bool__(self) -> bool:
        """Whether any place was read."""
        return bool(self.countries or self.regions or self.cloud_regions)


@dataclass(slots=True)
class _Part:
    """What stands between two separators."""

    text: str
    words: list[Word]
    joint: str
    """What separates it from the part before: "," or another sign."""
    countries: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    clouds: list[str] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)
    ambiguous: str = ""
    is_denied: bool = False
    rest: list[Word] = field(default_factory=list)
    """Words that name no place."""

    @property
    def is_placed(self) -> bool:
        return bool(self.countries or self.regions or self.clouds)

    @property
    def is_mute(self) -> bool:
        """Whether it has no word that could be a place."""
        fillers = gazetteer().fillers
        return all(each.key in fillers or each.key.isdigit() or _DATA_CENTRE.fullmatch(each.text) for each in self.rest)


def read_places(text: str) -> Places:
    """Return what a cell, of which the first 500 characters are read, says of places."""
    parts = list(_parts(cut(text)))
    for index, part in enumerate(parts):
        _scan(part)
        _scan_codes(part, parts, index)
    return Places(
        countries=_once(each for part in parts for each in part.countries),
        regions=_once(each for part in parts for each in part.regions),
        cloud_regions=_once(each for part in parts for each in part.clouds),
        seats=_once(each for part in parts for each in part.seats),
        unread=_once(_unread(parts)),
        is_pure=any(part.is_placed for part in parts) and all(part.is_mute for part in parts),
    )


def _parts(text: str) -> Iterator[_Part]:
    words = words_of(text)
    names = [(words[start].start, words[end - 1].end) for start, end, _ in gazetteer().names.all_in(words)]
    start, joint = 0, ""
    for match in [*_PARTS.finditer(text), None]:
        if match and any(begin < match.start() and match.end() < end for begin, end in names):
            continue  # "Trinidad and Tobago"
        end = match.start() if match else len(text)
        piece = text[start:end].strip()
        words = words_of(piece)
        if words:
            yield _Part(piece, words, joint)
            joint = ""
        if match:
            # Between "Frankfurt" and "Germany" a comma or a bracket says that they belong together.
            joint = "," if match[0] in {",", "(", ")"} and joint in {"", ","} else match[0]
            start = match.end()


def _scan(part: _Part) -> None:
    known = gazetteer()
    lower = folded(part.text)
    part.clouds += [match[0] for match in known.cloud_regions.finditer(lower)]
    in_cloud = {word for each in part.clouds for word in each.split("-")} | set(part.clouds)
    part.countries += [_CARS.get(match[1], match[1]) for match in _PREFIXED_POSTCODE.finditer(part.text)]
    index = 0
    while index < len(part.words):
        word = part.words[index]
        found = known.capitals.get(word.text)
        length = 1
        if found is None or word.key in in_cloud:
            found = None
            here = known.names.at(part.words, index)
            if here and not (here[0] == 1 and word.key in in_cloud):
                length, found = here
        if found is None:
            if word.key not in in_cloud:
                part.rest.append(word)
        elif _is_denied(part.words, index, known.negations):
            part.is_denied = True
        else:
            after = part.words[index + length].key if index + length < len(part.words) else ""
            _take(part, found.kind, found.value, is_seat=after in known.company_words)
        index += length


def _take(part: _Part, kind: PlaceKind, value: str, *, is_seat: bool) -> None:
    if kind is PlaceKind.AMBIGUOUS:
        part.ambiguous = value
    elif kind is PlaceKind.REGION:
        part.regions.append(value)
    else:
        (part.seats if is_seat else part.countries).append(value)


def _is_denied(words: Sequence[Word], index: int, negations: frozenset[str]) -> bool:
    return any(each.key in negations for each in words[max(0, index - _NEGATED_WITHIN) : index])


def _scan_codes(part: _Part, parts: Sequence[_Part], index: int) -> None:
    """Read a code of a country or of a state of the US where it is all that stands in the part."""
    known = gazetteer()
    if part.ambiguous or part.countries or part.regions or part.clouds:
        return
    codes = [each for each in part.words if each.text.isupper() and len(each.text) in {2, 3}]
    others = [each for each in part.words if each not in codes and each.key not in known.fillers]
    if len(codes) != 1 or any(not each.key.isdigit() for each in others):
        return
    code = codes[0].text
    before = parts[index - 1] if index and part.joint == "," and not parts[index - 1].is_placed else None
    has_zip = any(len(each.text) == _ZIP for each in others)
    if code in known.state_codes and (before or has_zip):
        _take_state(part, before, "".join(each.text for each in parts[index + 1 :]), code, has_zip=has_zip)
    elif code in known.lone and not others:
        part.countries.append(known.lone[code])
    if part.countries:
        part.rest = [each for each in part.rest if each not in codes]


def _take_state(part: _Part, before: _Part | None, behind: str, code: str, *, has_zip: bool) -> None:
    """Decide between a state of the US and a country for ``San Francisco, CA`` and ``20457 Hamburg, DE``."""
    known = gazetteer()
    is_also_country = known.is_country(code)
    town = bool(before and known.towns.all_in(before.words))
    is_american = has_zip or town or any(each.text in {"US", "USA"} for each in words_of(behind))
    has_postcode = bool(before and before.words[0].text.isdigit())
    if is_american or (not is_also_country and code != "WA"):
        part.countries.append("US")
    elif is_also_country and (has_postcode or code == "DE"):
        part.countries.append(code)
    else:
        part.ambiguous = f"{code} is a state of the United States and also stands for another place"


def _unread(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield why a part was not read. A part beside a place, with a comma between them, is a town of it."""
    is_any_placed = any(part.is_placed for part in parts)
    behind_comma: list[bool] = [False] * len(parts)
    for index in range(len(parts) - 2, -1, -1):
        later = parts[index + 1]
        is_place = later.is_placed or bool(later.seats) or bool(later.ambiguous)
        behind_comma[index] = later.joint == "," and (is_place or behind_comma[index + 1])
    for index, part in enumerate(parts):
        shown = f"'{cut(part.text, 60)}'"
        if part.is_placed or part.seats or behind_comma[index]:
            continue  # a state or a town, if it is no place itself: its country follows
        if part.ambiguous:
            yield f"{shown} is not clear: {part.ambiguous}"
        elif _only_clouds(part):
            if not is_any_placed:
                yield f"{shown} names a provider, not a place"
        elif not part.is_mute and not (index > 0 and part.joint == "," and parts[index - 1].is_placed):
            if part.is_denied and not is_any_placed:
                yield f"{shown} says only where it is not"
            elif not part.is_denied and (_may_be_place(part) or not is_any_placed):
                yield f"{shown} names no country"


def _may_be_place(part: _Part) -> bool:
    """Return whether it looks like the name of a place and not like an explanation."""
    return len(part.words) <= _TOWN_WORDS and part.words[0].text[:1].isupper()


def _only_clouds(part: _Part) -> bool:
    found = gazetteer().clouds.all_in(part.words)
    return bool(found) and sum(end - start for start, end, _ in found) == len(part.words)


def _once(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
