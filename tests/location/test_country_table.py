from __future__ import annotations

import ipaddress
import re

import pytest

from vendor_audit.location.country_table import ATTRIBUTION, EmbeddedCountries, _table


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("213.133.100.1", "DE"),
        ("52.215.127.1", "IE"),
        ("3.80.0.1", "US"),
        ("1.0.1.0", "CN"),
        ("2001:200::1", "JP"),
        ("2a05:d014::1", "DE"),
    ],
)
def test_the_embedded_database_says_what_its_publisher_said_of_some_addresses(address: str, country: str) -> None:
    (claim,) = EmbeddedCountries().claims(ipaddress.ip_address(address))
    assert (claim.country, claim.publisher, claim.licence) == (country, "DB-IP", "CC BY 4.0")


def test_the_table_is_whole_and_its_labels_are_countries() -> None:
    table = _table()
    assert len(table) > 700_000
    assert [each for each in table.labels[1:] if not re.fullmatch("[A-Z]{2}", each)] == []
    assert list(table.starts_4) == sorted(table.starts_4)
    starts = list(zip(table.upper_6, table.lower_6, strict=True))
    assert starts == sorted(starts)


def test_the_attribution_that_the_licence_asks_for_is_in_the_data_and_names_the_publisher() -> None:
    assert _table().about["attribution"] == ATTRIBUTION
    assert "IP Geolocation by DB-IP" in ATTRIBUTION
    assert "https://db-ip.com" in ATTRIBUTION
