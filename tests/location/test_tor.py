from __future__ import annotations

import ipaddress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vendor_audit.location.tor import TorCountries

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "# Last updated based on 2026-06-25\n# CC BY-SA 4.0\n"


def files(folder: Path, geoip: str, geoip6: str = "") -> TorCountries:
    (folder / "geoip").write_text(geoip, encoding="ascii")
    (folder / "geoip6").write_text(geoip6, encoding="ascii")
    return TorCountries(folder)


def country(source: TorCountries, address: str) -> str | None:
    claims = source.claims(ipaddress.ip_address(address))
    return claims[0].country if claims else None


def test_the_line_that_holds_an_address_is_found_without_reading_the_file(tmp_path: Path) -> None:
    number = int(ipaddress.IPv4Address("10.0.0.0"))
    lines = [f"{number + each * 256},{number + each * 256 + 255},{('DE', 'FR', 'US')[each % 3]}" for each in range(500)]
    source = files(tmp_path, HEAD + "\n".join(lines) + "\n", "# x\n2001:db8::,2001:db8::ffff,NO\n")
    assert source.edition == date(2026, 6, 25)
    for each in range(500):
        expected = ("DE", "FR", "US")[each % 3]
        first = ipaddress.IPv4Address(number + each * 256)
        assert country(source, str(first)) == expected
        assert country(source, str(first + 255)) == expected
    assert country(source, "9.255.255.255") is None
    assert country(source, "10.1.244.0") is None
    assert country(source, "2001:db8::1") == "NO"
    assert country(source, "2001:db8::1:0") is None


def test_a_range_without_a_country_says_nothing(tmp_path: Path) -> None:
    source = files(tmp_path, HEAD + "16777216,16777471,??\n16777472,16777727,EU\n16777728,16777983,AU\n")
    assert [country(source, each) for each in ("1.0.0.1", "1.0.1.1", "1.0.2.1")] == [None, None, "AU"]


def test_the_older_way_to_write_the_day_is_read(tmp_path: Path) -> None:
    source = files(tmp_path, "# Last updated based on Dec 7 2021 Maxmind\n16777216,16777471,AU\n")
    assert source.edition == date(2021, 12, 7)


def test_one_of_the_files_is_enough(tmp_path: Path) -> None:
    (tmp_path / "geoip").write_text(HEAD + "16777216,16777471,AU\n", encoding="ascii")
    source = TorCountries(tmp_path)
    assert country(source, "1.0.0.1") == "AU"
    assert country(source, "2001:db8::1") is None


def test_without_the_files_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="geoip"):
        TorCountries(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    content=st.one_of(st.binary(min_size=1, max_size=400), st.text("0123456789,\n#DEU?", min_size=1).map(str.encode))
)
def test_whatever_stands_in_the_file_the_search_ends(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "geoip").write_bytes(content)
    source = TorCountries(tmp_path)
    for address in ("0.0.0.1", "1.0.0.1", "255.255.255.255"):
        source.claims(ipaddress.ip_address(address))
