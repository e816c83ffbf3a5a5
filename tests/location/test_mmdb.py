from __future__ import annotations

import ipaddress
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.location.mmdb_writer import mmdb
from vendor_audit.errors import UsageError
from vendor_audit.location.mmdb import MmdbCountries, country_of

if TYPE_CHECKING:
    from pathlib import Path

BUILT = 1_790_000_000
"""2026-09-21."""


def database(folder: Path, record: dict[str, Any], name: str = "some.mmdb", **options: Any) -> MmdbCountries:
    path = folder / name
    path.write_bytes(mmdb({"192.0.2.0/24": record, "2001:db8::/32": record}, **options))
    return MmdbCountries(path)


@pytest.mark.parametrize(
    ("record", "country"),
    [
        ({"country": {"iso_code": "DE", "geoname_id": 1}, "registered_country": {"iso_code": "US"}}, "DE"),
        ({"registered_country": {"iso_code": "US"}}, ""),
        ({"country": "DE", "country_name": "Germany"}, "DE"),
        ({"country_code": "de"}, "DE"),
        ({"country_short": "DE"}, "DE"),
        ({"country": {"names": {"en": "Germany"}}, "country_code": "DE"}, "DE"),
        ({"country": "Germany", "country_code": "DE"}, "DE"),
        ({"country_code": "ZZ"}, ""),
        ({"country_code": "EU"}, ""),
        ({"country": 7}, ""),
        ({}, ""),
        (None, ""),
        ("DE", ""),
    ],
)
def test_nested_and_flat_records_are_read_and_the_registered_country_is_not(record: Any, country: str) -> None:
    assert country_of(record) == country


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_an_address_is_where_the_file_says(tmp_path: Path, address: str) -> None:
    source = database(tmp_path, {"country": {"iso_code": "DE"}}, database_type="GeoLite2-Country")
    (claim,) = source.claims(ipaddress.ip_address(address))
    assert (claim.country, claim.publisher, claim.edition) == ("DE", "MaxMind", date(2026, 9, 21))
    assert claim.text == "some.mmdb (MaxMind, 2026-09-21) says DE"


def test_an_address_that_is_not_in_the_file_gets_no_claim(tmp_path: Path) -> None:
    source = database(tmp_path, {"country_code": "DE"})
    assert source.claims(ipaddress.ip_address("198.51.100.1")) == ()
    assert source.claims(ipaddress.ip_address("2001:db9::1")) == ()


@pytest.mark.parametrize(
    ("kind", "description", "name", "publisher"),
    [
        ("GeoLite2-Country", "", "a.mmdb", "MaxMind"),
        ("ipinfo standard_location.mmdb", "", "a.mmdb", "IPinfo"),
        ("DBIP-Country-Lite (compat=GeoLite2-Country)", "", "a.mmdb", "DB-IP"),
        ("Country", "Country Lite by DB-IP", "a.mmdb", "DB-IP"),
        ("country ipvAll", "", "dbip-country.mmdb", "DB-IP"),
        ("IP2LITE-Country", "ip2location", "a.mmdb", "IP2Location"),
        ("Test", "", "a.mmdb", ""),
    ],
)
def test_who_makes_a_database_is_told_from_its_own_words(
    tmp_path: Path, kind: str, description: str, name: str, publisher: str
) -> None:
    source = database(tmp_path, {"country_code": "DE"}, name, database_type=kind, description=description)
    assert source.publisher == publisher


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xab\xcd\xefMaxMind.com", b"\x00" * 5000, b"<html>"])
def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.mmdb").write_bytes(content)
    with pytest.raises(UsageError, match=r"bad\.mmdb: this is no MaxMind DB"):
        MmdbCountries(tmp_path / "bad.mmdb")


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        MmdbCountries(tmp_path / "none.mmdb")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_a_damaged_database_is_refused_or_answers_and_raises_nothing_else(tmp_path: Path, data: Any) -> None:
    content = bytearray(mmdb({"192.0.2.0/24": {"country": {"iso_code": "DE"}}}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "damaged.mmdb"
    path.write_bytes(bytes(content))
    try:
        source = MmdbCountries(path)
    except UsageError:
        return
    for address in ("192.0.2.1", "198.51.100.1", "2001:db8::1"):
        source.claims(ipaddress.ip_address(address))
