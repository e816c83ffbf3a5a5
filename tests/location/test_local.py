from __future__ import annotations

import ipaddress
import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.location.mmdb_writer import mmdb
from vendor_audit.errors import UsageError
from vendor_audit.location.cache import Cache, Part
from vendor_audit.location.country_table import EmbeddedCountries
from vendor_audit.location.jurisdictions import jurisdictions
from vendor_audit.location.local import LocalSources, Located, UserFiles, load_sources
from vendor_audit.location.model import Claim, Word
from vendor_audit.location.published import published

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOWHERE = Path("/nonexistent")
EMBEDDED = load_sources(Cache(NOWHERE), UserFiles(tor=NOWHERE))
BUILT = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())


def at(sources: LocalSources, address: str, **options: object) -> Located:
    return sources.locate(ipaddress.ip_address(address), TODAY, **options)  # type: ignore[arg-type] # as the test says


def test_without_any_copy_the_embedded_data_answer_and_the_rest_is_named() -> None:
    assert [each.name for each in EMBEDDED.sources] == ["iana-special-purpose", "location-edges", "dbip-country-lite"]
    operators = {each.name for each in published().values() if each.format != "mmdb"}
    assert set(EMBEDDED.not_asked) == {*operators, "tor-geoip"}
    assert "run 'vendor-audit data update'" in EMBEDDED.not_asked["aws"]


@pytest.mark.parametrize(
    ("address", "word", "country"),
    [
        ("213.133.100.1", Word.CONSISTENT, "DE"),
        ("2a01:4f8::1", Word.UNDETERMINED, None),
        ("141.101.90.1", Word.UNDETERMINED, None),
        ("8.8.8.8", Word.UNDETERMINED, None),
        ("192.168.1.1", Word.UNDETERMINED, None),
        ("255.255.255.255", Word.UNDETERMINED, None),
        ("::", Word.UNDETERMINED, None),
    ],
)
def test_embedded_data_alone_never_declare(address: str, word: Word, country: str | None) -> None:
    statement = at(EMBEDDED, address).statement
    assert (statement.word, statement.country) == (word, country)


@given(st.ip_addresses())
def test_embedded_data_answer_for_every_address_and_prove_nothing(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    located = EMBEDDED.locate(address, TODAY, claimed=jurisdictions(TODAY).eea)
    assert located.statement.word in {Word.CONSISTENT, Word.UNDETERMINED}


def test_an_address_in_another_is_located_and_the_form_is_told() -> None:
    located = at(EMBEDDED, "64:ff9b::d585:6401")
    assert (str(located.address), located.carried_by) == ("213.133.100.1", "NAT64 (RFC 6052)")
    assert located.statement.country == "DE"
    assert at(EMBEDDED, "2002:0a00:0001::1").statement.reasons[0].startswith("10.0.0.1 is in 10.0.0.0/8")


def test_the_embedded_database_becomes_too_old_to_decide() -> None:
    later = EmbeddedCountries().edition + timedelta(days=181)
    statement = EMBEDDED.locate(ipaddress.ip_address("213.133.100.1"), later).statement
    assert statement.word is Word.UNDETERMINED
    assert "too old to decide" in " ".join(statement.reasons)


def test_a_copy_of_an_operator_declares(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    prefix = {"ip_prefix": "83.119.128.0/18", "region": "eu-central-1", "service": "EC2"}
    file = {"createDate": "2026-11-20-00-00-00", "prefixes": [{**prefix, "network_border_group": "eu-central-1-ist-1"}]}
    cache.store(published()["aws"], [Part("https://aws.example", json.dumps(file).encode())], NOW)
    sources = load_sources(cache, UserFiles(tor=NOWHERE))
    assert "aws" not in sources.not_asked
    statement = at(sources, "83.119.128.1", claimed=jurisdictions(TODAY).eea).statement
    assert (statement.word, statement.country) == (Word.REFUTED, "TR")
    assert at(sources, "83.119.128.1").statement.word is Word.DECLARED


def test_a_broken_copy_is_not_asked_and_told(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.store(published()["linode"], [Part("x", b"192.0.2.0/24,DE,,,\n")], NOW)
    (tmp_path / "linode.ranges").write_bytes(b"broken")
    assert "is broken" in load_sources(cache).not_asked["linode"]


def test_google_outside_of_its_cloud_is_served_from_wherever_it_chooses(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    everything = {"prefixes": [{"ipv4Prefix": "34.0.0.0/8"}]}
    cache.store(published()["google-global"], [Part("x", json.dumps(everything).encode())], NOW)
    alone = load_sources(cache)
    assert "cannot be told" in alone.not_asked["google-global"]
    cloud = {"prefixes": [{"ipv4Prefix": "34.90.0.0/15", "service": "Google Cloud", "scope": "europe-west4"}]}
    cache.store(published()["google"], [Part("x", json.dumps(cloud).encode())], NOW)
    both = load_sources(cache)
    assert at(both, "34.90.0.1").statement.country == "NL"
    assert "announces it from many places" in at(both, "34.1.0.1").statement.reasons[0]


def test_two_databases_that_agree_are_consistent_and_one_publisher_is_one(tmp_path: Path) -> None:
    names = {"GeoLite2-Country.mmdb": "GeoLite2-Country", "dbip.mmdb": "DBIP-Country", "a.mmdb": "A"}
    for name, kind in names.items():
        content = mmdb({"2a01:4f8::/32": {"country": {"iso_code": "DE"}}}, database_type=kind, built=BUILT)
        (tmp_path / name).write_bytes(content)

    def basis(*files: str) -> str:
        databases = tuple(tmp_path / each for each in files)
        return at(load_sources(Cache(NOWHERE), UserFiles(databases)), "2a01:4f8::1").statement.basis.value

    assert basis("GeoLite2-Country.mmdb") == "databases"
    assert basis("dbip.mmdb") == "none"
    assert basis("a.mmdb") == "databases"


def test_a_geofeed_of_the_user_is_a_declaration(tmp_path: Path) -> None:
    (tmp_path / "acme.csv").write_text("213.133.96.0/19,DE,DE-BY,Nuremberg,\n", encoding="utf-8")
    sources = load_sources(Cache(NOWHERE), UserFiles(geofeeds=(tmp_path / "acme.csv",)))
    statement = sources.locate(ipaddress.ip_address("213.133.100.1"), datetime.now(UTC).date()).statement
    assert (statement.word, statement.country) == (Word.DECLARED, "DE")
    assert "whoever publishes acme.csv declares DE, Nuremberg" in statement.reasons[0]


@pytest.mark.parametrize("content", [b"", b"\xff", b"nothing here\n"])
def test_a_geofeed_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "feed.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"feed\.csv"):
        load_sources(Cache(NOWHERE), UserFiles(geofeeds=(tmp_path / "feed.csv",)))


def test_ten_thousand_addresses_take_less_than_a_second() -> None:
    addresses = [ipaddress.IPv4Address(each * 400_000) for each in range(10_000)]
    began = time.perf_counter()
    answers: list[tuple[Claim, ...]] = [EMBEDDED.claims(each) for each in addresses]
    assert time.perf_counter() - began < 1
    assert sum(1 for each in answers if each) > 8000
