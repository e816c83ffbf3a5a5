from __future__ import annotations

import pytest

from vendor_audit.documents.values.places import Places, read_places


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Netherlands", "NL"),
        ("the Netherlands", "NL"),
        ("Pays-Bas", "NL"),
        ("Nederland", "NL"),
        ("NL", "NL"),
        ("Norway", "NO"),
        ("NO", "NO"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("United States of America", "US"),
        ("Vereinigte Staaten", "US"),
        ("Verenigde Staten", "US"),
        ("VS", "US"),
        ("États-Unis", "US"),
        ("Delaware", "US"),
        ("Californië", "US"),
        ("Atlanta, Georgia, USA", "US"),
        ("San Francisco, CA", "US"),
        ("San Francisco, CA 94105", "US"),
        ("12 Main Street, Wilmington, DE 19801, USA", "US"),
        ("UK", "GB"),
        ("Northern Ireland", "GB"),
        ("Frankfurt, Germany", "DE"),
        ("Germany, Frankfurt", "DE"),
        ("20457 Hamburg, DE", "DE"),
        ("D-91710 Gunzenhausen", "DE"),
        ("Österreich", "AT"),
        ("België", "BE"),
        ("Česko", "CZ"),
        ("République tchèque", "CZ"),
        ("Türkei", "TR"),
        ("Côte d\u2019Ivoire", "CI"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Congo - Kinshasa", "CD"),
        ("Trinidad and Tobago", "TT"),
        ("New Jersey", "US"),
        ("Jersey", "JE"),
        ("12 Canal Walk, Dublin 2, D02 X285, Ireland", "IE"),
        ("US, CA, DE", "US CA DE"),
        ("United States, Iceland, Germany", "US IS DE"),
        ("Bosnia and Herzegovina and Serbia", "BA RS"),
        ("Dublin, Ireland and Ashburn, Virginia", "IE US"),
    ],
)
def test_a_country_is_read_however_it_is_written(text: str, countries: str) -> None:
    read = read_places(text)
    assert (list(read.countries), read.unread, read.regions) == (countries.split(), (), ())


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Global", ["worldwide"]),
        ("weltweit", ["worldwide"]),
        ("Réseau mondial", ["worldwide"]),
        ("European Union", ["eu"]),
        ("UE", ["eu"]),
        ("EWR", ["eea"]),
        ("EER", ["eea"]),
        ("EEA", ["eea"]),
        ("Europe", ["europe"]),
        ("various", ["various"]),
        ("verschiedene Länder", ["various"]),
        ("Asia Pacific", ["asia"]),
    ],
)
def test_what_is_no_country_is_a_region(text: str, regions: list[str]) -> None:
    assert read_places(text) == Places(regions=tuple(regions), is_pure=True)


def test_a_region_and_a_country_stand_side_by_side() -> None:
    assert read_places("EU/US").countries == ("US",)
    assert read_places("EU/US").regions == ("eu",)
    assert read_places("USA, with EU edge locations").regions == ("eu",)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("AWS eu-central-1", "eu-central-1"),
        ("us-east-1", "us-east-1"),
        ("GCP europe-west4", "europe-west4"),
        ("Azure germanywestcentral", "germanywestcentral"),
    ],
)
def test_the_region_of_a_cloud_is_no_country(text: str, region: str) -> None:
    read = read_places(text)
    assert (read.cloud_regions, read.countries, read.regions) == ((region,), (), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Dublin", "'Dublin' names no country"),
        ("AWS", "'AWS' names a provider, not a place"),
        ("Georgia", "'Georgia' is not clear: Georgia is a country and a state of the United States"),
        ("Korea", "'Korea' is not clear: Korea may be either of two countries"),
        ("not in the US", "'not in the US' says only where it is not"),
        ("hors UE", "'hors UE' says only where it is not"),
        ("Data never leave the EU", "'Data never leave the EU' says only where it is not"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    read = read_places(text)
    assert not read
    assert read.unread == (reason,)


def test_a_state_and_a_country_with_one_code_are_not_guessed_between() -> None:
    assert read_places("Toronto, CA").countries == ()
    assert "CA is a state of the United States" in read_places("Toronto, CA").unread[0]


def test_a_part_of_a_list_that_was_not_read_is_told() -> None:
    read = read_places("Amsterdam, Netherlands; Frankfurt; Paris, France")
    assert (read.countries, read.unread) == (("NL", "FR"), ("'Frankfurt' names no country",))


def test_where_a_company_sits_is_not_where_data_are() -> None:
    read = read_places("Hosted in Germany by a US company")
    assert (read.countries, read.seats) == (("DE",), ("US",))


def test_a_place_among_other_words_is_not_pure() -> None:
    assert read_places("located in the European Union").is_pure
    assert not read_places("payments for customers in Germany").is_pure
