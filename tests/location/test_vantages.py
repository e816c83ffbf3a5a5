"""A vantage is read as a person writes it, and what cannot be read is answered with what to write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.errors import UsageError
from vendor_audit.location.discs import Measurement, possible_countries
from vendor_audit.location.vantages import vantage


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Frankfurt, DE", "Frankfurt am Main, DE"),
        ("frankfurt am main,de", "Frankfurt am Main, DE"),
        ("München, DE", "Munich, DE"),
        ("Munchen, DE", "Munich, DE"),
        ("Muenchen, DE", "Munich, DE"),
        ("  Dublin ,  IE ", "Dublin, IE"),
        ("Falkenstein, DE", "Falkenstein, DE"),
        ("Gravelines, FR", "Gravelines, FR"),
        ("Oslo, NO", "Oslo, NO"),
        ("LODZ, PL", "Łódź, PL"),
        ("københavn, dk", "Copenhagen, DK"),
        ("Ashburn, US", "Ashburn, US"),
        ("Saint Helier, JE", "Saint Helier, JE"),
    ],
)
def test_a_city_is_found_with_its_country(text: str, name: str) -> None:
    assert vantage(text).name == name


def test_ashburn_is_the_one_in_virginia() -> None:
    assert vantage("Ashburn, US").lon == pytest.approx(-77.5, abs=0.1)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [("50.11,8.68", 50.11, 8.68), (" -33.87 , +151.21 ", -33.87, 151.21), ("90,-180", 90, -180), ("0,0", 0, 0)],
)
def test_coordinates_are_read(text: str, lat: float, lon: float) -> None:
    place = vantage(text)
    assert (place.lat, place.lon) == (lat, lon)


def test_a_city_is_less_exact_than_coordinates() -> None:
    assert vantage("50.11,8.68").tolerance_km == 5
    assert vantage("Frankfurt, DE").tolerance_km == 20
    by_name = vantage("Frankfurt, DE").measured(1.6)
    assert by_name == Measurement(50.12, 8.68, 1.6, 20)
    assert "CH" in possible_countries([by_name]).countries
    assert "CH" not in possible_countries([vantage("50.11,8.68").measured(1.6)]).countries


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Frankfurt", "did you mean 'Frankfurt am Main, DE'?"),
        ("Berlin, Germany", "did you mean 'Berlin, DE'?"),
        ("Franfurt, DE", "did you mean 'Frankfurt am Main, DE'?"),
        ("Xyzzy, DE", "large cities and data-centre towns only; write a city with its country"),
        ("Paris, XX", "no city of a country XX is known; write a city with its country, 'Frankfurt, DE'"),
        ("London, UK", "the country's ISO 3166-1 code is GB"),
        ("Athens, EL", "the country's ISO 3166-1 code is GR"),
        ("91,0", "a latitude is at most 90 degrees, a longitude at most 180"),
        ("0,180.5", "a latitude is at most 90 degrees, a longitude at most 180"),
        ("50,11,8,68", "latitude and longitude in degrees, '50.11,8.68'"),
        ("nan,0", "latitude and longitude in degrees, '50.11,8.68'"),
        ("\u0665\u0660,\u0668", "latitude and longitude in degrees, '50.11,8.68'"),
        ("", "write a city with its country, 'Frankfurt, DE'"),
        (", DE", "write a city with its country, 'Frankfurt, DE'"),
        ("5" * 5000, "a vantage of 5000 characters: write a city"),
    ],
)
def test_what_names_no_place_is_answered_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        vantage(text)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 400


@given(st.text(max_size=120))
def test_no_text_does_anything_but_name_a_place_or_be_refused(text: str) -> None:
    try:
        place = vantage(text)
    except UsageError:
        return
    assert -90 <= place.lat <= 90
    assert -180 <= place.lon <= 180


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_can_be_written(lat: float, lon: float) -> None:
    place = vantage(f"{lat:.6f},{lon:.6f}")
    assert place.lat == pytest.approx(lat, abs=1e-6)
    assert place.lon == pytest.approx(lon, abs=1e-6)
