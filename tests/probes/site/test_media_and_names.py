"""Addresses in scripts, and likely names in the DNS."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING

import pytest

from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.site.media import media_addresses
from vendor_audit.probes.site.names import likely_names

if TYPE_CHECKING:
    from vendor_audit.lab.dns_server import LabDnsServer

LOOPBACK = ipaddress.ip_address("127.0.0.1")


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ('a="wss://signal.acme.example:8443/ws?v=2"', ["wss://signal.acme.example:8443/ws?v=2"]),
        (r'{"u":"wss:\/\/signal.acme.example\/ws"}', ["wss://signal.acme.example/ws"]),
        ("connect-src 'self' wss://signal.acme.example;", ["wss://signal.acme.example"]),
        ("urls: ['turn:t.acme.example:3478?transport=udp']", ["turn:t.acme.example:3478?transport=udp"]),
        ('"stuns:s.acme.example"', ["stuns:s.acme.example"]),
        ('"wss://signal." + zone', []),
        ("`wss://${host}/ws`", []),
        ("wss://*.acme.example", []),
        ("`turn:${host}:3478`", []),
        ("return:left.right", []),
        ("turn:left;", []),
        ("wss://10.0.0.1/", []),
        ('"turn:user@t.acme.example"', []),
    ],
)
def test_an_address_is_taken_whole_or_not_at_all(text: str, addresses: list[str]) -> None:
    assert list(media_addresses(text)) == addresses


@pytest.mark.parametrize(
    "piece", ["wss://", "turn:", "wss://a.b/" + "c" * 600, "stun:" + "a." * 200, "turn:a.b?transport="]
)
def test_a_script_that_is_nothing_but_beginnings_costs_little(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    begin = time.perf_counter()
    media_addresses(text)
    assert time.perf_counter() - begin < 3


def network(names: LabDnsServer) -> Network:
    return Network(NetworkSettings(nameservers=((LOOPBACK, names.port),), timeout=0.3))


async def test_names_that_exist_are_told_with_their_addresses(names: LabDnsServer) -> None:
    found, doubt = await likely_names(network(names), "konferix.example")
    assert [(each.host, str(each.addresses[0])) for each in found] == [
        ("meet.konferix.example", "8.8.4.4"),
        ("stun.konferix.example", "2606:4700::1111"),
        ("status.konferix.example", "8.8.8.8"),
    ]
    assert doubt == ""


async def test_of_a_wildcard_nothing_remains(names: LabDnsServer) -> None:
    found, doubt = await likely_names(network(names), "visioclair.example")
    assert found == ()
    assert "every name below visioclair.example exists" in doubt


async def test_a_dns_that_refuses_leaves_a_doubt_and_no_names(names: LabDnsServer) -> None:
    found, doubt = await likely_names(network(names), "unknown.test")
    assert found == ()
    assert doubt.startswith("the DNS did not say whether these names exist below unknown.test: meet, app,")


@pytest.mark.parametrize("domain", ["127.0.0.1", "::1", "localhost"])
async def test_an_address_has_no_names_below_it(names: LabDnsServer, domain: str) -> None:
    assert await likely_names(network(names), domain) == ((), "")
