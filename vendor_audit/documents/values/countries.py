"""Names of countries and of what vendors write in their place, in four languages: `gazetteer` knows them all.

Source of the names: CLDR through Babel, in English, German, French and Dutch, and
``checklists/documents/countries.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import babel
import re2

from vendor_audit.documents.values.words import Phrases, folded, keys_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LANGUAGES = ("en", "de", "fr", "nl")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


class PlaceKind(StrEnum):
    """What a name of a place stands for."""

    COUNTRY = "country"
    STATE = "state"
    """Of the United States, by its full name."""
    REGION = "region"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a name means."""

    kind: PlaceKind
    value: str
    """The ISO 3166-1 alpha-2 code, the name of the region, or why it is ambiguous."""
    only_capitals: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names, ready for use."""

    names: Phrases[PlaceName]
    capitals: Mapping[str, PlaceName]
    """Read wherever they stand in capitals: US, UK, EU."""
    lone: Mapping[str, str]
    """Code -> country; read only where they are all that stands between two commas."""
    state_codes: frozenset[str]
    towns: Phrases[str]
    """Towns of the United States, for codes of states that are also codes of countries."""
    negations: frozenset[str]
    company_words: frozenset[str]
    fillers: frozenset[str]
    clouds: Phrases[str]
    cloud_regions: re2._Regexp

    def is_country(self, code: str) -> bool:
        """Return whether it is the ISO code of a country."""
        return self.lone.get(code) == code


@cache
def gazetteer() -> Gazetteer:
    """Return the names, read once."""
    data = vocabulary("countries")
    capitals = {each.replace(".", ""): PlaceName(PlaceKind.COUNTRY, code) for code, each in _flat(data["codes"])}
    regions = {each.replace(".", ""): name for name, each in _flat(data["regions"])}
    for written in data["region_codes"]:
        short = written.replace(".", "")
        capitals[short] = PlaceName(PlaceKind.REGION, regions[short])
    lone = {code: code for code in _cldr_codes()} | {each: code for code, each in _flat(data["lone_codes"])}
    patterns = "|".join(f"(?:{each})" for each in data["cloud_regions"])
    return Gazetteer(
        names=Phrases(_names(data)),
        capitals=capitals,
        lone=lone,
        state_codes=frozenset(data["us_state_codes"]),
        towns=Phrases((each, each) for each in data["us_towns"]),
        negations=_keys(data["negations"]),
        company_words=_keys(data["company_words"]),
        fillers=_keys(data["fillers"]),
        clouds=Phrases((each, each) for each in data["clouds"]),
        cloud_regions=re2.compile(rf"\b(?:{patterns})\b"),
    )


def _names(data: Mapping[str, Any]) -> Iterator[tuple[str, PlaceName]]:
    """Yield every name that is read without regard to case; of equal ones the first counts."""
    short = {keys_of(each) for each in data["region_codes"]} | {keys_of(each) for _, each in _flat(data["codes"])}
    short |= {keys_of(each) for code, each in _flat(data["names"]) if len(each.replace(".", "")) <= len("US")}
    for name, reason in data["ambiguous"].items():
        yield name, PlaceName(PlaceKind.AMBIGUOUS, reason)
    for code, name in _flat(data["names"]):
        if keys_of(name) not in short or name == "USA":
            yield name, PlaceName(PlaceKind.COUNTRY, code)
    for state in data["us_states"]:
        yield state, PlaceName(PlaceKind.STATE, "US")
    for region, name in _flat(data["regions"]):
        if keys_of(name) not in short:
            yield name, PlaceName(PlaceKind.REGION, region)
    yield "USA", PlaceName(PlaceKind.COUNTRY, "US")
    for code, name in _cldr_names():
        yield name, PlaceName(PlaceKind.COUNTRY, code)


def _cldr_codes() -> Iterator[str]:
    for code in map(str, babel.Locale("en").territories):
        if len(code) == len("US") and code.isalpha() and code not in _NO_COUNTRIES:
            yield code


def _cldr_names() -> Iterator[tuple[str, str]]:
    """Yield (code, name), also without what stands in brackets or after "SAR"."""
    codes = set(_cldr_codes())
    for language in _LANGUAGES:
        for code, name in babel.Locale(language).territories.items():
            if code in codes:
                yield code, name.replace(" & ", " and ")
                bare, _, inner = name.partition(" (")
                if inner:
                    yield code, bare
                    yield code, inner.rstrip(")")


def _flat(node: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(key, each) for key, values in node.items() for each in values]


def _keys(words: list[str]) -> frozenset[str]:
    return frozenset(folded(each) for each in words)
