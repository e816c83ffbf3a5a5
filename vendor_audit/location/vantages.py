"""Where a measurement is made from, as a person writes it: ``Frankfurt, DE`` or ``50.11,8.68``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vendor_audit.errors import UsageError
from vendor_audit.location.discs import MAP_KM, Measurement
from vendor_audit.source.strict_yaml import read_yaml
from vendor_audit.source.words import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).parent / "data" / "cities.yaml"

CITY_KM = 20.0
"""The tolerance where only a city is named: most data centres that bear its name are that near to its middle."""

_NUMBERS = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*", re.ASCII)
_LONGEST = 100
_HOW = "write a city with its country, 'Frankfurt, DE', or latitude and longitude in degrees, '50.11,8.68'"
_LETTERS = str.maketrans("łøđ\u0131", "lodi")  # letters that are no base letter with a mark; the last is a dotless i
_NOT_ISO = {"UK": "GB", "EL": "GR"}


@dataclass(frozen=True, slots=True)
class Vantage:
    """A place from which round trips are measured. It is declared: if it is wrong, so is what follows from it."""

    name: str
    """What the report calls it: ``Frankfurt am Main, DE``, or the coordinates."""
    lat: float
    """Degrees north (WGS 84)."""
    lon: float
    """Degrees east."""
    tolerance_km: float
    """How far off the place may be, the map's own error included."""

    def measured(self, rtt_ms: float) -> Measurement:
        """Return the measurement of a round trip from here.

        Raises:
            ValueError: the time is not finite, or negative.
        """
        return Measurement(self.lat, self.lon, rtt_ms, self.tolerance_km)


def vantage(text: str) -> Vantage:
    """Return the place that a text names.

    Upper and lower case and accents do not matter. A city's name stands for a point in its middle, with a tolerance of
    CITY_KM; coordinates have the map's, MAP_KM.

    Raises:
        UsageError: it names none; the sentence says what to write.
    """
    if len(text) > _LONGEST:
        raise UsageError(f"a vantage of {len(text)} characters: {_HOW}")
    if found := _NUMBERS.fullmatch(text):
        return _at(float(found[1]), float(found[2]))
    name, comma, country = (part.strip() for part in text.rpartition(","))
    if comma and name and re.fullmatch(r"[A-Za-z]{2}", country):
        return _city(name, country.upper())
    raise UsageError(f"vantage {text!r}: {_sense(text)}{_HOW}")


def _at(lat: float, lon: float) -> Vantage:
    if abs(lat) > 90.0 or abs(lon) > 180.0:  # noqa: PLR2004 -- the poles, and around the globe
        raise UsageError(
            f"vantage '{lat:g},{lon:g}': a latitude is at most 90 degrees, a longitude at most 180; {_HOW}"
        )
    return Vantage(f"{lat:g},{lon:g}", lat, lon, MAP_KM)


def _city(name: str, country: str) -> Vantage:
    cities = _cities()
    if country in _NOT_ISO:
        raise UsageError(f"vantage '{name}, {country}': the country's ISO 3166-1 code is {_NOT_ISO[country]}")
    if country not in cities:
        raise UsageError(f"vantage '{name}, {country}': no city of a country {country} is known; {_HOW}")
    known = cities[country]
    if (place := known.get(_plain(name))) is not None:
        return place
    close = nearest(_plain(name), known)
    hint = (
        f"did you mean '{known[close].name}'? "
        if close
        else "the gazetteer has large cities and data-centre towns only; "
    )
    raise UsageError(f"vantage '{name}, {country}': no such city is known; {hint}{_HOW}")


def _sense(text: str) -> str:
    """Return what a text without a two-letter country was probably meant to be, as the start of a sentence."""
    plain = _plain(text.partition(",")[0])
    meant = [names[plain].name for names in _cities().values() if plain in names]
    return f"did you mean {' or '.join(repr(each) for each in meant)}? " if meant else ""


def _plain(name: str) -> str:
    """Return a name without case, accents and marks, for comparing."""
    name = name.casefold().translate(_LETTERS)
    letters = (each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in letters).split())


@cache
def _cities() -> Mapping[str, Mapping[str, Vantage]]:
    """Return the gazetteer: of every country the cities by every name."""
    shape: dict[str, Any] = read_yaml(FILE, name=FILE.name).data
    countries: dict[str, dict[str, Vantage]] = {}
    for country, cities in shape["cities"].items():
        names = countries.setdefault(country, {})
        for name, entry in cities.items():
            place = Vantage(f"{name}, {country}", entry["at"][0], entry["at"][1], CITY_KM)
            for each in entry.get("also", []):
                names.setdefault(_plain(each), place)
            names[_plain(name)] = place
    return countries
