"""Physics excludes what it can, and never what it cannot."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.location.borders import borders
from vendor_audit.location.discs import (
    LIGHT_KM_PER_MS,
    Measurement,
    Possible,
    largest_proving_rtt,
    nearest_km,
    nearest_outside,
    possible_countries,
)
from vendor_audit.location.sphere import direction, km_of
from vendor_audit.location.vantages import Vantage, _cities

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
ADEQUATE = EEA | {"CH", "GB", "GG", "JE", "IM", "FO", "AD"}
WITH_MICROSTATES = ADEQUATE | {"MC", "SM", "VA"}

PROVING = [  # the largest round trip in ms that proves: EEA; with adequate countries in Europe; with microstates, too
    ("Frankfurt", 50.11, 8.68, 1.71, 4.75, 5.09),
    ("Amsterdam", 52.37, 4.90, 1.42, 6.50, 6.67),
    ("Paris", 48.86, 2.35, 1.66, 4.58, 7.31),
    ("Brussels", 50.85, 4.35, 1.40, 5.48, 7.05),
    ("Dublin", 53.35, -6.26, 0.51, 9.74, 11.27),
    ("Gravelines", 50.99, 2.13, 0.37, 5.97, 8.00),
    ("Hamburg", 53.55, 9.99, 3.74, 4.24, 4.24),
    ("Berlin", 52.52, 13.41, 3.09, 3.09, 3.09),
    ("Falkenstein", 50.48, 12.37, 2.58, 4.27, 4.27),
    ("Munich", 48.14, 11.58, 1.04, 3.06, 3.06),
    ("Milan", 45.46, 9.19, 0.28, 1.57, 3.44),
    ("Madrid", 40.42, -3.70, 3.23, 3.31, 3.31),
    ("Lisbon", 38.72, -9.14, 2.89, 2.89, 2.89),
    ("Stockholm", 59.33, 18.06, 3.21, 3.21, 3.21),
    ("Oslo", 59.91, 10.75, 4.26, 5.19, 5.19),
    ("Copenhagen", 55.68, 12.57, 3.12, 3.12, 3.12),
    ("Helsinki", 60.17, 24.94, 0.74, 0.74, 0.74),
    ("Warsaw", 52.23, 21.01, 0.98, 0.98, 0.98),
    ("Vienna", 48.21, 16.37, 2.12, 2.12, 2.12),
    ("Prague", 50.08, 14.44, 3.03, 3.67, 3.67),
    ("Budapest", 47.50, 19.04, 1.02, 1.02, 1.02),
    ("Sofia", 42.70, 23.32, 0.35, 0.35, 0.35),
    ("Bucharest", 44.43, 26.10, 1.34, 1.34, 1.34),
    ("Athens", 37.98, 23.73, 1.48, 1.48, 1.48),
    ("Riga", 56.95, 24.11, 1.37, 1.37, 1.37),
    ("Zurich", 47.37, 8.54, 0.0, 2.74, 4.05),
    ("London", 51.51, -0.13, 0.0, 6.86, 9.05),
]
FROM_FRANKFURT = [(1.71, "CH"), (4.75, "MC"), (5.09, "BA")]

PLACES = sorted({place for names in _cities().values() for place in names.values()}, key=lambda each: each.name)
VANTAGES = st.one_of(
    st.sampled_from(PLACES).map(lambda place: (place.lat, place.lon)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)


def geodesic_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the length of the geodesic on WGS 84, by Lambert's formula: right to 10 m in thousands of km.

    An independent measure: the code under test never computes a length on the ellipsoid.
    """
    flattening = 1 / 298.257223563
    beta1 = math.atan((1 - flattening) * math.tan(math.radians(lat1)))
    beta2 = math.atan((1 - flattening) * math.tan(math.radians(lat2)))
    half = math.radians(lon2 - lon1) / 2
    hav = math.sin((beta2 - beta1) / 2) ** 2 + math.cos(beta1) * math.cos(beta2) * math.sin(half) ** 2
    angle = 2 * math.asin(min(1.0, math.sqrt(hav)))
    if not 1e-9 < angle < math.pi - 0.05:  # the same place; or almost opposite ones, where the formula fails
        return 6378.137 * angle
    p, q = (beta1 + beta2) / 2, (beta2 - beta1) / 2
    x = (angle - math.sin(angle)) * (math.sin(p) * math.cos(q) / math.cos(angle / 2)) ** 2
    y = (angle + math.sin(angle)) * (math.cos(p) * math.sin(q) / math.sin(angle / 2)) ** 2
    return 6378.137 * (angle - flattening / 2 * (x + y))


def test_the_independent_measure_is_right() -> None:
    assert geodesic_km(50.06639, -5.71472, 58.64389, -3.07) == pytest.approx(969.954, abs=0.05)
    assert geodesic_km(0, 0, 0, 90) == pytest.approx(10018.754, abs=0.1)
    assert geodesic_km(0, 0, 90, 0) == pytest.approx(10001.966, abs=0.1)


@pytest.mark.parametrize(("name", "lat", "lon", "eea", "adequate", "microstates"), PROVING)
def test_the_table_of_largest_proving_round_trips_is_reproduced_within_two_per_cent(
    name: str, lat: float, lon: float, eea: float, adequate: float, microstates: float
) -> None:
    for expected, allowed in ((eea, EEA), (adequate, ADEQUATE), (microstates, WITH_MICROSTATES)):
        bare = largest_proving_rtt(lat, lon, allowed, tolerance_km=0, clock_ms=0)
        assert bare == pytest.approx(expected, rel=0.02), name


@pytest.mark.parametrize(("name", "lat", "lon", "eea", "adequate", "microstates"), PROVING)
def test_the_largest_proving_round_trip_proves_and_a_larger_one_does_not(
    name: str, lat: float, lon: float, eea: float, adequate: float, microstates: float
) -> None:
    for allowed in (EEA, ADEQUATE, WITH_MICROSTATES):
        largest = largest_proving_rtt(lat, lon, allowed)
        if largest:
            assert possible_countries([Measurement(lat, lon, largest)]).countries <= allowed
        assert not possible_countries([Measurement(lat, lon, largest + 0.01)]).countries <= allowed


def test_what_stands_in_the_way_of_a_proof_is_named() -> None:
    for (rtt, code), allowed in zip(FROM_FRANKFURT, (EEA, ADEQUATE, WITH_MICROSTATES), strict=True):
        territory, km = nearest_outside(50.11, 8.68, allowed)
        assert territory is not None
        assert territory.codes[0] == code
        assert km == pytest.approx(rtt * LIGHT_KM_PER_MS / 2, rel=0.02)


def test_if_every_country_is_allowed_every_round_trip_proves() -> None:
    assert largest_proving_rtt(50, 8, borders().codes) == math.inf
    assert nearest_outside(50, 8, borders().codes) == (None, math.inf)


def test_one_and_a_half_ms_from_frankfurt_prove_the_eea() -> None:
    assert from_frankfurt(1.5).countries == {"BE", "DE", "FR", "LU", "NL"}


def test_five_ms_from_frankfurt_prove_nothing_but_exclude_the_united_states() -> None:
    found = from_frankfurt(5)
    assert {"CH", "GB", "MC", "SM"} <= found.countries
    assert not found.may_be("US")


@pytest.mark.parametrize(
    ("city", "rtt"), [((53.35, -6.26), 28), ((52.37, 4.90), 33), ((50.11, 8.68), 35), ((52.23, 21.01), 39)]
)
def test_the_united_states_are_excluded_from_europe_below_some_thirty_ms(city: tuple[float, float], rtt: float) -> None:
    assert not possible_countries([Measurement(*city, rtt)]).may_be("US")
    assert possible_countries([Measurement(*city, rtt + 1.5)]).may_be("US")


def test_in_fibre_less_is_possible() -> None:
    fibre = from_frankfurt(5, speed="fibre")
    assert fibre.countries < from_frankfurt(5).countries
    assert fibre.radius_km[0] == pytest.approx(5 * 103.4 + 7, abs=1)
    assert fibre.speed == "fibre"


def test_two_vantages_leave_less_than_each_alone() -> None:
    frankfurt, warsaw = Measurement(50.11, 8.68, 3), Measurement(52.23, 21.01, 6)
    both = possible_countries([frankfurt, warsaw], speed="fibre")
    alone = [possible_countries([each], speed="fibre").countries for each in (frankfurt, warsaw)]
    assert both.countries == {"CZ", "DE"}
    assert both.countries < alone[0] & alone[1]


def test_a_disc_larger_than_a_hemisphere_still_excludes_what_is_opposite() -> None:
    assert "NZ" in from_frankfurt(100).excluded
    near_new_zealand = Measurement(-36.85, 174.76, 30)
    assert possible_countries([near_new_zealand]).may_be("NZ")
    both = possible_countries([near_new_zealand, Measurement(50.11, 8.68, 100)])
    assert "NZ" in both.excluded
    assert both.may_be("PG")
    assert not both.contradiction


def test_vantages_that_nothing_can_be_near_to_at_once_contradict_each_other() -> None:
    found = possible_countries([Measurement(50.11, 8.68, 1), Measurement(39.04, -77.49, 1)])
    assert found.contradiction
    assert {"DE", "US"} <= found.countries  # one machine is near the one, another near the other
    assert not found.may_be("JP")


def test_three_discs_may_contradict_each_other_though_every_two_overlap() -> None:
    corners = [(0.0, 0.0), (0.0, 20.0), (17.0, 10.0)]
    km = [Measurement(lat, lon, 1150 * 2 / LIGHT_KM_PER_MS) for lat, lon in corners]
    for two in ((0, 1), (1, 2), (0, 2)):
        assert not possible_countries([km[number] for number in two]).contradiction
    assert possible_countries(km).contradiction


def test_a_vantage_on_the_high_sea_is_a_contradiction_and_no_proof() -> None:
    found = possible_countries([Measurement(45.0, -35.0, 0.1)])
    assert found.contradiction
    assert found.countries == frozenset()


def test_without_measurements_everything_is_possible() -> None:
    assert possible_countries([]).excluded == frozenset()


@pytest.mark.parametrize("rtt", [134.0, 1e6, 1e300])
def test_a_huge_round_trip_excludes_nothing(rtt: float) -> None:
    assert from_frankfurt(rtt).excluded == frozenset()


@pytest.mark.parametrize("rtt", [math.nan, math.inf, -math.inf, -0.001])
def test_a_round_trip_that_cannot_be_measured_is_refused(rtt: float) -> None:
    with pytest.raises(ValueError, match="round-trip time is a finite number and not negative"):
        Measurement(50, 8, rtt)


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-91, 0), (0, 181), (0, -180.5), (math.nan, 0), (0, math.nan)])
def test_a_place_that_is_none_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="itude is a number from"):
        Measurement(lat, lon, 1)
    with pytest.raises(ValueError, match="itude is a number from"):
        nearest_km(lat, lon, {"DE"})


def test_a_code_that_no_map_knows_is_never_excluded_and_nowhere_near() -> None:
    assert from_frankfurt(1).may_be("QQ")
    assert nearest_km(50, 8, {"QQ"}) == math.inf


def test_parts_of_the_union_count_as_their_member_state_and_keep_their_own_code() -> None:
    found = possible_countries([Measurement(-21.1, 55.5, 0.3)])  # Réunion
    assert found.countries == {"FR"}
    assert found.codes == {"FR", "RE"}
    assert found.may_be("RE")


def test_svalbard_is_not_the_eea_though_it_is_norwegian() -> None:
    found = possible_countries([Measurement(78.22, 15.65, 0.3)])
    assert found.countries == {"SJ", "NO"}
    assert not found.countries <= EEA


def test_northern_cyprus_spoils_a_proof_and_saves_the_claim_of_cyprus() -> None:
    found = possible_countries([Measurement(35.34, 33.32, 0.02)])
    assert {"XN", "CY"} <= found.countries
    assert not found.countries <= EEA
    assert found.may_be("CY")


@pytest.mark.parametrize(
    ("lat", "lon", "code"), [(-90, 0, "AQ"), (-16.8, 180, "FJ"), (-16.8, -180, "FJ"), (68, 180, "RU")]
)
def test_discs_at_the_pole_and_at_the_date_line_are_whole(lat: float, lon: float, code: str) -> None:
    assert possible_countries([Measurement(lat, lon, 0.1)]).countries == {code}


def test_from_the_north_pole_what_is_near_lies_in_every_direction() -> None:
    found = possible_countries([Measurement(90, 0, 10)])
    assert {"GL", "CA", "RU", "SJ"} <= found.codes
    assert not found.may_be("DE")


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), vantages=st.lists(VANTAGES, min_size=1, max_size=4), slower=st.floats(1, 3))
def test_where_the_answer_comes_from_is_never_excluded(
    place: Vantage, vantages: list[tuple[float, float]], slower: float
) -> None:
    """The law of this room: light on the shortest way from a place of a country never excludes the country."""
    measured = [
        Measurement(lat, lon, slower * 2 * geodesic_km(lat, lon, place.lat, place.lon) / LIGHT_KM_PER_MS)
        for lat, lon in vantages
    ]
    found = possible_countries(measured)
    assert not found.contradiction
    assert found.may_be(place.name[-2:])


@settings(max_examples=60, deadline=None)
@given(st.data(), VANTAGES)
def test_no_point_of_any_border_is_excluded_by_the_time_that_light_needs_to_it(
    data: st.DataObject, vantage: tuple[float, float]
) -> None:
    world = borders()
    number = data.draw(st.integers(0, len(world.pieces) - 1))
    lon, lat = data.draw(st.sampled_from(world.points(number)))
    lon = (lon + 180) % 360 - 180
    rtt = 2 * geodesic_km(*vantage, lat, lon) / LIGHT_KM_PER_MS
    found = possible_countries([Measurement(*vantage, rtt, tolerance_km=0.1)])
    assert all(set(world.territories[owner].codes) <= found.codes for owner in world.owners[number])


@settings(max_examples=40, deadline=None)
@given(VANTAGES, st.floats(0.01, 150), st.sampled_from(sorted(borders().codes)))
def test_a_country_is_possible_exactly_if_its_nearest_place_is_within_the_radius(
    vantage: tuple[float, float], rtt: float, code: str
) -> None:
    measured = Measurement(*vantage, rtt)
    km = nearest_km(*vantage, {code})
    if abs(km - measured.radius_km()) > 0.001:
        assert possible_countries([measured]).may_be(code) == (km < measured.radius_km())


@settings(max_examples=100, deadline=None)
@given(VANTAGES, VANTAGES)
def test_a_distance_is_never_overstated_and_understated_by_less_than_one_per_cent(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    true = geodesic_km(*one, *other)
    ours = km_of(math.dist(direction(*one), direction(*other)))
    assert ours <= true + 0.02
    if true < 19_000:
        assert ours >= 0.99 * true - 0.02


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(VANTAGES, st.floats(0.1, 150)), min_size=1, max_size=4), st.floats(0, 50))
def test_more_time_never_excludes_more(measured: list[tuple[tuple[float, float], float]], more: float) -> None:
    quick = possible_countries([Measurement(*place, rtt) for place, rtt in measured])
    slow = possible_countries([Measurement(*place, rtt + more) for place, rtt in measured])
    if not quick.contradiction:
        assert quick.codes <= slow.codes


def test_one_vantage_takes_less_than_fifty_ms() -> None:
    borders()
    for rtt in (0.5, 2, 8, 30, 90):
        assert min(_seconds(rtt) for _ in range(4)) < 0.05


def _seconds(rtt: float) -> float:
    before = time.process_time()
    from_frankfurt(rtt)
    return time.process_time() - before


def from_frankfurt(rtt: float, speed: str = "vacuum") -> Possible:
    return possible_countries([Measurement(50.11, 8.68, rtt)], speed="fibre" if speed == "fibre" else "vacuum")
