from __future__ import annotations

import ipaddress
from datetime import date
from typing import TYPE_CHECKING

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.location.edges import AnycastCensus, ShippedEdges
from vendor_audit.location.model import ClaimKind

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "kind", "operator"),
    [
        ("104.16.0.1", "anycast", "Cloudflare"),
        ("141.101.90.1", "anycast", "Cloudflare"),
        ("2606:4700::1", "anycast", "Cloudflare"),
        ("1.1.1.1", "anycast", "a public DNS resolver"),
        ("8.8.8.8", "anycast", "a public DNS resolver"),
        ("74.125.250.129", "anycast", "Google's own services"),
        ("3.33.128.1", "anycast", "AWS Global Accelerator"),
        ("151.101.1.1", "cdn", "Fastly"),
        ("13.32.0.1", "cdn", "Amazon CloudFront"),
        ("23.32.0.1", "cdn", "Akamai"),
    ],
)
def test_known_edges_are_told_without_any_fetched_file(address: str, kind: str, operator: str) -> None:
    (claim,) = ShippedEdges().claims(ipaddress.ip_address(address))
    assert (claim.kind.value, claim.operator, claim.country) == (kind, operator, None)


@pytest.mark.parametrize("address", ["3.120.0.1", "213.133.100.1", "34.90.0.1", "172.232.0.1", "2a01:4f8::1"])
def test_servers_of_hosting_operators_are_no_edges(address: str) -> None:
    assert ShippedEdges().claims(ipaddress.ip_address(address)) == ()


def test_the_current_file_of_aws_answers_in_place_of_the_shipped_list() -> None:
    address = ipaddress.ip_address("13.32.0.1")
    assert ShippedEdges(["aws"]).claims(address) == ()
    assert ShippedEdges(["cloudflare"]).claims(address) != ()
    assert ShippedEdges(["aws"]).claims(ipaddress.ip_address("104.16.0.1")) != ()


def test_a_census_gates_what_it_saw_in_several_places(tmp_path: Path) -> None:
    folder = tmp_path / "2026/10/10"
    folder.mkdir(parents=True)
    (folder / "IPv4.csv").write_text("prefix,number_of_sites,backing_prefix\n192.0.2.0/24,72,192.0.2.0/23\n", "utf-8")
    census = AnycastCensus(folder / "IPv4.csv")
    assert census.edition == date(2026, 10, 10)
    (claim,) = census.claims(ipaddress.ip_address("192.0.2.77"))
    assert claim.kind is ClaimKind.ANYCAST
    assert "2026-10-10" in claim.text
    assert census.claims(ipaddress.ip_address("192.0.3.77")) == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"network,sites\n192.0.2.0/24,3\n", "has a column 'prefix'"),
        (b"", "has a column 'prefix'"),
        (b"prefix\n192.0.2.0/24\nnonsense\n", ":3: 'nonsense'"),
        (b"\xff\xfe\x00", "no CSV file"),
        (b"prefix\n" + b'"' + b"x" * 200_000 + b'"\n', ":2: "),
    ],
)
def test_a_census_that_is_none_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "census.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"census\.csv") as caught:
        AnycastCensus(tmp_path / "census.csv")
    assert sentence in str(caught.value)


def test_a_census_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        AnycastCensus(tmp_path / "none.csv")
