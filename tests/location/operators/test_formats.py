"""Each operator's format, on small files written by hand in the shape of the real ones."""

from __future__ import annotations

import ipaddress
import json
from datetime import date
from typing import Any

import pytest

from vendor_audit.location.model import ClaimKind
from vendor_audit.location.operators import aws, azure, geofeed, google, lists, oracle
from vendor_audit.location.operators.declared import InvalidOperatorFileError, OperatorFile
from vendor_audit.location.operators.formats import PARSERS
from vendor_audit.location.operators.source import OperatorRanges, table_of

AWS = {
    "syncToken": "1787411825",
    "createDate": "2026-08-22-15-17-05",
    "prefixes": [
        {
            "ip_prefix": "3.120.0.0/14",
            "region": "eu-central-1",
            "service": "AMAZON",
            "network_border_group": "eu-central-1",
        },
        {
            "ip_prefix": "3.120.0.0/14",
            "region": "eu-central-1",
            "service": "EC2",
            "network_border_group": "eu-central-1",
        },
        {
            "ip_prefix": "83.119.128.0/18",
            "region": "eu-central-1",
            "service": "EC2",
            "network_border_group": "eu-central-1-ist-1",
        },
        {"ip_prefix": "13.32.0.0/15", "region": "GLOBAL", "service": "CLOUDFRONT", "network_border_group": "GLOBAL"},
        {"ip_prefix": "13.32.0.0/15", "region": "GLOBAL", "service": "AMAZON", "network_border_group": "GLOBAL"},
        {"ip_prefix": "52.93.0.0/24", "region": "GLOBAL", "service": "AMAZON", "network_border_group": "GLOBAL"},
        {
            "ip_prefix": "99.83.109.0/24",
            "region": "eu-south-1",
            "service": "AMAZON",
            "network_border_group": "eu-south-1",
        },
        {
            "ip_prefix": "99.83.109.0/24",
            "region": "eu-south-1",
            "service": "GLOBALACCELERATOR",
            "network_border_group": "eu-south-1",
        },
        {"ip_prefix": "5.5.5.0/24", "region": "eu-moon-1", "service": "EC2", "network_border_group": "eu-moon-1"},
        {"ip_prefix": "no network", "region": "eu-west-1", "service": "EC2", "network_border_group": "eu-west-1"},
    ],
    "ipv6_prefixes": [
        {
            "ipv6_prefix": "2a05:d014::/35",
            "region": "eu-central-1",
            "service": "EC2",
            "network_border_group": "eu-central-1",
        }
    ],
}
GOOGLE = {
    "creationTime": "2025-07-24T19:16:28.780563",
    "prefixes": [
        {"ipv4Prefix": "34.90.0.0/15", "service": "Google Cloud", "scope": "europe-west4"},
        {"ipv6Prefix": "2600:1900:8000::/44", "service": "Google Cloud", "scope": "africa-south1"},
        {"ipv4Prefix": "34.96.64.0/18", "service": "Google Cloud", "scope": "global"},
    ],
}
AZURE = {
    "changeNumber": 363,
    "values": [
        {"name": "AzureCloud", "properties": {"region": "", "systemService": "", "addressPrefixes": ["13.69.0.0/17"]}},
        {
            "name": "AzureCloud.westeurope",
            "properties": {
                "region": "westeurope",
                "systemService": "",
                "addressPrefixes": ["13.69.0.0/17", "2603:1020:200::/46"],
            },
        },
        {
            "name": "Storage.germanywc",
            "properties": {
                "region": "germanywc",
                "systemService": "AzureStorage",
                "addressPrefixes": ["20.38.118.0/24"],
            },
        },
        {
            "name": "AzureFrontDoor.Frontend",
            "properties": {"region": "", "systemService": "AzureFrontDoor", "addressPrefixes": ["13.107.246.0/24"]},
        },
        {
            "name": "AzureCloud.northeurope2",
            "properties": {"region": "northeurope2", "systemService": "", "addressPrefixes": ["20.50.0.0/24"]},
        },
    ],
}
ORACLE = {
    "last_updated_timestamp": "2025-07-21T07:13:25.457838",
    "regions": [
        {"region": "eu-frankfurt-1", "cidrs": [{"cidr": "130.61.0.0/16", "tags": ["OCI"]}]},
        {"region": "eu-jovanovac-1", "cidrs": [{"cidr": "207.127.96.0/20", "tags": ["OCI"]}]},
        {"region": "uk-london-1", "cidrs": [{"cidr": "132.145.0.0/18", "tags": ["OCI"]}]},
        {"region": "eu-zurich-1", "cidrs": [{"cidr": "140.86.192.0/18", "tags": ["OCI"]}]},
    ],
}
GEOFEED = """\
# This file contains a self-published geofeed as defined in RFC 8805
# Last modified: 2025-07-24 10:00:06.525037
2a01:7e01::/32,DE,DE-HE,Frankfurt,
139.162.128.0/19,de,DE-HE,"Frankfurt am Main",
192.0.2.0/25,ZZ,,,
198.51.100.0/24,,,,
# a comment of 2026-01-01 that is no edition
not a prefix,DE,,,
"""


def source(name: str, file: OperatorFile) -> OperatorRanges:
    return OperatorRanges(name, name.title(), table_of(file), file.edition, date(2026, 11, 24))


def said(name: str, file: OperatorFile, address: str) -> tuple[str, str | None, str] | None:
    claims = source(name, file).claims(ipaddress.ip_address(address))
    return (claims[0].kind.value, claims[0].country, claims[0].region) if claims else None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("3.120.0.1", ("operator_declared", "DE", "eu-central-1")),
        ("2a05:d014::1", ("operator_declared", "DE", "eu-central-1")),
        ("83.119.128.1", ("operator_declared", "TR", "eu-central-1-ist-1")),
        ("83.119.191.255", ("operator_declared", "TR", "eu-central-1-ist-1")),
        ("13.32.0.1", ("cdn", None, "")),
        ("52.93.0.9", ("anycast", None, "")),
        ("99.83.109.9", ("anycast", None, "")),
        ("5.5.5.5", ("operator_declared", None, "eu-moon-1")),
        ("8.8.8.8", None),
    ],
)
def test_an_aws_address_is_where_its_border_group_is(address: str, expected: Any) -> None:
    file = aws.parse(json.dumps(AWS).encode())
    assert said("aws", file, address) == expected


def test_an_aws_file_says_its_day_and_what_could_not_be_read() -> None:
    file = aws.parse(json.dumps(AWS).encode())
    assert (file.edition, file.skipped) == (date(2026, 8, 22), 1)


def test_an_unknown_region_is_told_as_such() -> None:
    file = aws.parse(json.dumps(AWS).encode())
    (claim,) = source("aws", file).claims(ipaddress.ip_address("5.5.5.5"))
    assert claim.text == "Aws declares region eu-moon-1, which we do not know"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("34.90.0.1", ("operator_declared", "NL", "europe-west4")),
        ("2600:1900:8000::1", ("operator_declared", "ZA", "africa-south1")),
        ("34.96.64.1", ("anycast", None, "")),
    ],
)
def test_a_google_address_is_where_its_scope_is(address: str, expected: Any) -> None:
    file = google.parse(json.dumps(GOOGLE).encode())
    assert file.edition == date(2025, 7, 24)
    assert said("google", file, address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("13.69.0.1", ("operator_declared", "NL", "westeurope")),
        ("2603:1020:200::1", ("operator_declared", "NL", "westeurope")),
        ("20.38.118.7", ("operator_declared", "DE", "germanywc")),
        ("13.107.246.7", ("cdn", None, "")),
        ("20.50.0.7", ("operator_declared", None, "northeurope2")),
    ],
)
def test_an_azure_address_is_where_its_region_is(address: str, expected: Any) -> None:
    assert said("azure", azure.parse(json.dumps(AZURE).encode()), address) == expected


@pytest.mark.parametrize(
    ("address", "country"),
    [("130.61.0.1", "DE"), ("207.127.96.1", "RS"), ("132.145.0.1", "GB"), ("140.86.192.1", "CH")],
)
def test_an_oracle_region_that_begins_with_eu_need_not_be_in_the_union(address: str, country: str) -> None:
    file = oracle.parse(json.dumps(ORACLE).encode())
    found = said("oracle", file, address)
    assert found is not None
    assert found[1] == country


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("2a01:7e01::1", ("operator_declared", "DE", "Frankfurt")),
        ("139.162.128.1", ("operator_declared", "DE", "Frankfurt am Main")),
        ("192.0.2.1", ("operator_declared", None, "")),
        ("198.51.100.1", ("operator_declared", None, "")),
    ],
)
def test_a_geofeed_says_country_and_city(address: str, expected: Any) -> None:
    file = geofeed.parse(GEOFEED.encode())
    assert (file.edition, file.skipped) == (date(2025, 7, 24), 1)
    assert said("linode", file, address) == expected


def test_a_geofeed_that_gives_one_prefix_two_countries_gives_it_none() -> None:
    file = geofeed.parse(b"192.0.2.0/24,DE,,,\n192.0.2.0/24,US,,,\n")
    (claim,) = source("feed", file).claims(ipaddress.ip_address("192.0.2.1"))
    assert claim.country is None
    assert "two different places" in claim.text


def test_lists_of_edges_have_no_place() -> None:
    cloudflare = lists.parse_anycast_list(b"104.16.0.0/13\n2606:4700::/32\n")
    fastly = lists.parse_fastly(
        json.dumps({"addresses": ["151.101.0.0/16"], "ipv6_addresses": ["2a04:4e42::/32"]}).encode()
    )
    assert said("cloudflare", cloudflare, "104.16.0.1") == ("anycast", None, "")
    assert said("cloudflare", cloudflare, "2606:4700::1") == ("anycast", None, "")
    assert said("fastly", fastly, "151.101.1.1") == ("cdn", None, "")


def test_half_a_list_of_edges_is_refused() -> None:
    with pytest.raises(InvalidOperatorFileError):
        lists.parse_anycast_list(b"104.16.0.0/13\n<html>\n")
    with pytest.raises(InvalidOperatorFileError):
        lists.parse_fastly(b'{"addresses": ["151.101.0.0/16", 7], "ipv6_addresses": []}')


def test_all_of_the_internet_is_no_network_of_an_operator() -> None:
    file = geofeed.parse(b"0.0.0.0/0,DE,,,\n::/0,DE,,,\n192.0.2.0/24,FR,,,\n")
    assert (len(file.networks), file.skipped) == (1, 2)


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"prefixes": 7}',
        b"<html>no such page</html>",
        b'{"values": "x"}',
    ],
)
def test_what_is_in_no_operators_format_is_refused_with_a_sentence(name: str, content: bytes) -> None:
    with pytest.raises(InvalidOperatorFileError) as caught:
        PARSERS[name](content)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("aws", {"prefixes": [7, None, {}, {"ip_prefix": 7}, {"ip_prefix": "10.0.0.0/8", "service": []}]}),
        ("google", {"prefixes": [[], {"ipv4Prefix": {}}, {"ipv4Prefix": "10.0.0.0/8", "scope": 7}]}),
        (
            "azure",
            {"values": [{}, {"properties": 7}, {"properties": {"region": "x", "addressPrefixes": [7, {}, "y"]}}]},
        ),
        ("oracle", {"regions": [{"cidrs": 7}, {"region": "x", "cidrs": [7, {"cidr": None}, {"cidr": "10.0.0.0/8"}]}]}),
    ],
)
def test_entries_of_the_wrong_shape_are_left_out_and_counted(name: str, shape: Any) -> None:
    file = PARSERS[name](json.dumps(shape).encode())
    assert file.skipped > 0
    assert len(file.networks) <= 1


def test_every_claim_says_who_when_and_of_what_kind() -> None:
    file = aws.parse(json.dumps(AWS).encode())
    for address in ("3.120.0.1", "13.32.0.1"):
        (claim,) = source("aws", file).claims(ipaddress.ip_address(address))
        assert claim.kind in {ClaimKind.OPERATOR_DECLARED, ClaimKind.CDN}
        assert (claim.source, claim.operator, claim.edition) == ("aws", "Aws", date(2026, 8, 22))
        assert claim.as_of == date(2026, 11, 24)
