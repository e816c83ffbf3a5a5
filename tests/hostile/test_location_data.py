"""Files about locations that are huge, broken or made to mislead: refused in bounded time, and never a wrong place."""

from __future__ import annotations

import ipaddress
import json
import time
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.errors import UsageError
from vendor_audit.location.cache import Cache
from vendor_audit.location.local import UserFiles, load_sources
from vendor_audit.location.operators import declared, geofeed
from vendor_audit.location.operators.declared import InvalidOperatorFileError
from vendor_audit.location.operators.formats import PARSERS
from vendor_audit.location.operators.source import OperatorRanges, table_of

DEEP = b"[" * 200_000 + b"]" * 200_000
NOWHERE = Cache(Path("/nonexistent"))


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_deeply_nested_file_is_refused_quickly(name: str) -> None:
    began = time.perf_counter()
    for content in (DEEP, b'{"prefixes":' + DEEP + b"}", b'{"values":' + DEEP + b"}"):
        with pytest.raises(InvalidOperatorFileError):
            PARSERS[name](content)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("name", ["aws", "google", "azure", "geofeed"])
def test_more_networks_than_anybody_has_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (declared, geofeed, __import__("vendor_audit.location.operators.azure", fromlist=["x"])):
        monkeypatch.setattr(module, "MOST_NETWORKS", 100)
    entry = {"ip_prefix": "10.0.0.0/8", "ipv4Prefix": "10.0.0.0/8"}
    tag = {"properties": {"region": "x", "addressPrefixes": [f"10.0.{each}.0/24" for each in range(101)]}}
    content = {
        "aws": json.dumps({"prefixes": [entry] * 101}),
        "google": json.dumps({"prefixes": [entry] * 101}),
        "azure": json.dumps({"values": [tag]}),
        "geofeed": "".join(f"10.0.{each}.0/24,DE,,,\n" for each in range(101)),
    }[name]
    with pytest.raises(InvalidOperatorFileError, match="more than 100"):
        PARSERS[name](content.encode())


def test_a_large_geofeed_is_read_in_bounded_time_and_memory() -> None:
    content = "".join(f"10.{a}.{b}.0/24,{('DE', 'US')[b % 2]},,City {b},\n" for a in range(256) for b in range(256))
    tracemalloc.start()
    began = time.perf_counter()
    table = table_of(geofeed.parse(content.encode()))
    seconds = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert table.find(ipaddress.ip_address("10.255.254.1")) == {"country": "DE", "region": "City 254"}
    assert seconds < 20  # traced, which makes it several times as slow
    assert peak < 200_000_000


def test_more_different_places_than_a_table_holds_are_refused_as_a_usage_error(tmp_path: Path) -> None:
    lines = (f"10.{a}.{b}.{c}/32,DE,,City {a} {b} {c},\n" for a in range(2) for b in range(256) for c in range(130))
    (tmp_path / "feed.csv").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(UsageError, match=r"feed\.csv"):
        load_sources(NOWHERE, UserFiles(geofeeds=(tmp_path / "feed.csv",)))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("10.0.0.0/8")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                [
                    "prefixes",
                    "ipv6_prefixes",
                    "values",
                    "regions",
                    "addresses",
                    "ipv6_addresses",
                    "properties",
                    "addressPrefixes",
                    "cidrs",
                    "cidr",
                    "region",
                    "scope",
                    "ip_prefix",
                    "ipv4Prefix",
                    "network_border_group",
                    "service",
                    "createDate",
                    "systemService",
                ]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=20,
)


@given(st.sampled_from(sorted(PARSERS)), json_values)
def test_any_json_is_read_or_refused_with_our_own_error(name: str, shape: Any) -> None:
    try:
        file = PARSERS[name](json.dumps(shape).encode())
    except InvalidOperatorFileError:
        return
    source = OperatorRanges(name, name, table_of(file), file.edition, date(2026, 11, 24))
    source.claims(ipaddress.ip_address("10.0.0.1"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_a_geofeed(content: bytes) -> None:
    try:
        table_of(geofeed.parse(content))
    except InvalidOperatorFileError:
        return


def test_a_feed_cannot_make_an_operators_own_address_its_own(tmp_path: Path) -> None:
    """Two who declare different countries are a disagreement, not a choice."""
    (tmp_path / "a.csv").write_text("198.18.0.0/15,DE,,,\n213.133.96.0/19,DE,,,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("213.133.96.0/19,US,,,\n", encoding="utf-8")
    sources = load_sources(NOWHERE, UserFiles(geofeeds=(tmp_path / "a.csv", tmp_path / "b.csv")))
    today = datetime.fromtimestamp((tmp_path / "a.csv").stat().st_mtime, UTC).date()
    assert sources.locate(ipaddress.ip_address("213.133.100.1"), today).statement.word.value == "undetermined"
    assert sources.locate(ipaddress.ip_address("198.18.0.1"), today).statement.word.value == "undetermined"
