"""Every place is in its country: microstates, islands, overseas territories, poles and the date line."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.location.borders import FILE, Borders, borders
from vendor_audit.location.discs import nearest_km
from vendor_audit.location.sphere import chord_to_segment, direction
from vendor_audit.location.vantages import _cities

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)

IN_THE_EEA = [
    ("Frankfurt", 50.11, 8.68, "DE"),
    ("Helgoland", 54.18, 7.88, "DE"),
    ("Vaduz", 47.14, 9.52, "LI"),
    ("Valletta", 35.90, 14.51, "MT"),
    ("Luxembourg", 49.61, 6.13, "LU"),
    ("Reykjavik", 64.14, -21.94, "IS"),
    ("Las Palmas", 28.12, -15.43, "ES"),
    ("Ceuta", 35.89, -5.32, "ES"),
    ("Melilla", 35.29, -2.94, "ES"),
    ("Ponta Delgada", 37.74, -25.67, "PT"),
    ("Corvo", 39.70, -31.11, "PT"),
    ("Funchal", 32.65, -16.91, "PT"),
    ("Lampedusa", 35.50, 12.61, "IT"),
    ("Kastellorizo", 36.15, 29.59, "GR"),
    ("Bornholm", 55.10, 14.70, "DK"),
    ("Nicosia, south", 35.15, 33.36, "CY"),
    ("Mariehamn", 60.10, 19.94, "AX"),
    ("Pointe-a-Pitre", 16.24, -61.53, "GP"),
    ("Marigot", 18.07, -63.08, "MF"),
    ("Fort-de-France", 14.61, -61.07, "MQ"),
    ("Cayenne", 4.94, -52.33, "GF"),
    ("Saint-Denis", -20.88, 55.45, "RE"),
    ("Mamoudzou", -12.78, 45.23, "YT"),
]
OUTSIDE_OF_IT = [
    ("Monaco", 43.74, 7.42, "MC"),
    ("San Marino", 43.94, 12.45, "SM"),
    ("Vatican City", 41.903, 12.453, "VA"),
    ("Andorra la Vella", 42.51, 1.52, "AD"),
    ("Gibraltar", 36.14, -5.35, "GI"),
    ("Saint Helier", 49.19, -2.11, "JE"),
    ("Saint Peter Port", 49.46, -2.54, "GG"),
    ("Sark", 49.43, -2.36, "GG"),
    ("Alderney", 49.71, -2.20, "GG"),
    ("Douglas", 54.15, -4.48, "IM"),
    ("Torshavn", 62.01, -6.77, "FO"),
    ("Nuuk", 64.18, -51.72, "GL"),
    ("Longyearbyen", 78.22, 15.65, "SJ"),
    ("Jan Mayen", 71.00, -8.50, "SJ"),
    ("Kyrenia", 35.34, 33.32, "XN"),
    ("Famagusta", 35.12, 33.94, "XN"),
    ("Akrotiri", 34.59, 32.98, "XD"),
    ("Pristina", 42.67, 21.17, "XK"),
    ("Kaliningrad", 54.71, 20.51, "RU"),
    ("Sevastopol", 44.60, 33.53, "RU"),
    ("Sevastopol", 44.60, 33.53, "UA"),
    ("Belfast", 54.60, -5.93, "GB"),
    ("Lerwick", 60.16, -1.15, "GB"),
    ("Gustavia", 17.90, -62.85, "BL"),
    ("Philipsburg", 18.03, -63.05, "SX"),
    ("Kralendijk", 12.15, -68.27, "BQ"),
    ("Saint-Pierre", 46.78, -56.17, "PM"),
    ("Noumea", -22.27, 166.45, "NC"),
    ("San Juan", 18.47, -66.11, "PR"),
    ("Honolulu", 21.31, -157.86, "US"),
    ("Guantanamo Bay", 19.94, -75.14, "US"),
    ("Christmas Island", -10.45, 105.65, "CX"),
    ("Nukunonu", -9.20, -171.85, "TK"),
    ("Taveuni", -16.80, 180.0, "FJ"),
    ("Wrangel Island", 71.20, -179.90, "RU"),
    ("South Pole", -90.0, 77.0, "AQ"),
]


@pytest.mark.parametrize(("name", "lat", "lon", "code"), IN_THE_EEA + OUTSIDE_OF_IT)
def test_a_place_is_in_its_country(name: str, lat: float, lon: float, code: str) -> None:
    assert nearest_km(lat, lon, {code}) < 3


@pytest.mark.parametrize(("name", "lat", "lon", "code"), IN_THE_EEA)
def test_places_of_the_eea_count_as_the_eea(name: str, lat: float, lon: float, code: str) -> None:
    assert _law_at(lat, lon) <= EEA


@pytest.mark.parametrize(("name", "lat", "lon", "code"), OUTSIDE_OF_IT)
def test_no_place_outside_of_the_eea_counts_as_the_eea(name: str, lat: float, lon: float, code: str) -> None:
    assert not _law_at(lat, lon) <= EEA


def _law_at(lat: float, lon: float) -> frozenset[str]:
    """Return what the nearest territory counts as."""
    world = borders()
    here = direction(lat, lon)
    at = world.at(lat, lon)
    if not at:  # a harbour that the map puts into the sea
        points = ((piece, line) for piece in range(len(world.pieces)) for line in [world.directions(piece)])
        near = min(points, key=lambda each: min(chord_to_segment(here, point, point) for point in each[1]))
        at = frozenset(world.owners[near[0]])
    return frozenset(code for number in at for code in world.territories[number].counts_as)


def test_every_country_with_a_say_in_the_law_is_on_the_map() -> None:
    adequate = set("AD AR BR CA CH FO GB GG IL IM JE JP KR NZ US UY".split())  # noqa: SIM905
    assert adequate | EEA | {"AX", "GP", "MQ", "GF", "RE", "YT", "MF", "SJ", "MC", "SM", "VA"} <= borders().codes
    assert len(borders().codes) > 249  # all of ISO 3166-1, and XK, XN, XD


def test_every_city_of_the_gazetteer_is_in_its_country_or_at_its_coast() -> None:
    places = {place for names in _cities().values() for place in names.values()}
    astray = {place.name: nearest_km(place.lat, place.lon, {place.name[-2:]}) for place in places}
    assert {name: km for name, km in astray.items() if km > 3.5} == {}
    assert len(places) > 800


def test_every_outline_is_closed() -> None:
    world = borders()
    for territory in world.territories:
        for ring in territory.rings:
            arcs = [world.arc(number) for number in ring]
            for before, after in zip([arcs[-1], *arcs[:-1]], arcs, strict=True):
                gap = abs(before[-1][0] - after[0][0]) % 360
                assert min(gap, 360 - gap) < 1e-6, territory.name
                assert before[-1][1] == pytest.approx(after[0][1])


def test_every_piece_lies_in_the_cap_and_box_that_it_is_said_to_lie_in() -> None:
    world = borders()
    for number in range(0, len(world.pieces), 7):
        piece = world.pieces[number]
        for point in world.directions(number):
            assert chord_to_segment(piece.middle, point, point) <= piece.reach + 1e-9
        for lon, lat in world.points(number):
            assert piece.west - 1e-9 <= lon <= piece.east + 1e-9
            assert piece.south - 1e-9 <= lat <= piece.north + 1e-9


def test_no_edge_is_longer_than_sixteen_km() -> None:
    world = borders()
    for number in range(0, len(world.pieces), 11):
        line = world.directions(number)
        assert all(chord_to_segment(a, b, b) < 16 / 6378 for a, b in pairwise(line))


@settings(max_examples=100, deadline=None)
@given(LATITUDES, LONGITUDES)
def test_a_place_is_in_one_territory_at_most_however_one_asks(lat: float, lon: float) -> None:
    world = borders()
    found = world.at(lat, lon)
    assert len(found) <= 1
    assert found == {number for number, each in enumerate(world.territories) if world.holds(each, lat, lon)}


@settings(max_examples=100, deadline=None)
@given(LATITUDES)
def test_east_and_west_meet_at_180_degrees(lat: float) -> None:
    assert borders().at(lat, 180.0) == borders().at(lat, -180.0)


def test_the_file_is_small_and_read_in_a_tenth_of_a_second() -> None:
    packed = FILE.read_bytes()
    assert len(packed) < 1_500_000
    assert min(_seconds_to_read(packed) for _ in range(5)) < 0.1


def _seconds_to_read(packed: bytes) -> float:
    before = time.process_time()
    Borders(packed)
    return time.process_time() - before
