"""Where the vendor's candidates lead: only to public addresses, or to those that the operator allowed or wrote."""

from __future__ import annotations

import ipaddress

import pytest

from vendor_audit.probes.media.session.candidates import MOST_CONTACTED, MOST_KEPT, AddressPolicy, sort_candidates
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.wire.ice_candidate import Candidate

PUBLIC = "8.8.8.8"


def policy(host: str = "sfu.acme.example", **settings: object) -> AddressPolicy:
    return AddressPolicy(Network(NetworkSettings(**settings)), host)  # type: ignore[arg-type] # of a test's own choice


def candidate(
    address: str, *, port: int = 5000, transport: str = "udp", kind: str = "host", priority: int = 1, component: int = 1
) -> Candidate:
    return Candidate("1", component, transport, priority, address, port, kind)


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "127.0.0.1", "10.0.0.1", "192.168.1.1", "224.0.0.1", "255.255.255.255"),
        *("::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0"),
        *("localhost", "a.local", ""),
    ],
)
def test_a_candidate_that_leads_inside_is_told_but_never_contacted(address: str) -> None:
    found = sort_candidates([candidate(address), candidate(PUBLIC)], policy())
    assert [each.host for each in found.contacted] == [PUBLIC]
    assert found.not_contacted or found.left_out


def test_what_is_not_contacted_is_named_with_the_remedy() -> None:
    found = sort_candidates([candidate("10.0.0.1")], policy())
    assert found.facts == [{"type": "host", "address": "10.0.0.1", "port": 5000, "protocol": "udp"}]
    assert "10.0.0.1" in found.not_contacted
    assert "network: {allow:" in found.not_contacted


def test_what_the_operator_allows_pins_or_writes_is_contacted() -> None:
    inside = [candidate("10.0.0.1")]
    assert sort_candidates(inside, policy(allow=(ipaddress.ip_network("10.0.0.0/8"),))).contacted
    assert sort_candidates(inside, policy(resolve={"sfu.acme.example": (ipaddress.ip_address("10.0.0.1"),)})).contacted
    assert sort_candidates(inside, policy("10.0.0.1")).contacted
    assert not sort_candidates(inside, policy("10.0.0.2")).contacted


def test_a_pin_of_another_host_allows_nothing() -> None:
    pins = {"other.example": (ipaddress.ip_address("10.0.0.1"),)}
    assert not sort_candidates([candidate("10.0.0.1")], policy(resolve=pins)).contacted


@pytest.mark.parametrize(
    "other",
    [
        candidate(PUBLIC, transport="tcp"),
        candidate(PUBLIC, kind="prflx"),
        candidate(PUBLIC, component=2),
        candidate(PUBLIC, port=0),
    ],
)
def test_what_ice_cannot_use_stands_in_the_facts_alone(other: Candidate) -> None:
    found = sort_candidates([other], policy())
    assert not found.contacted
    assert len(found.facts) == 1


def test_names_are_counted_and_never_among_the_addresses() -> None:
    found = sort_candidates([candidate("4b1f.local"), candidate("metadata.internal")], policy())
    assert found.facts == []
    assert "2 candidates have a name" in found.left_out


def test_of_a_flood_those_of_the_greatest_priority_are_contacted() -> None:
    flood = [candidate(PUBLIC, port=1000 + number, priority=number) for number in range(1, 500)]
    found = sort_candidates(flood, policy())
    assert len(found.facts) == MOST_KEPT
    assert len(found.contacted) == MOST_CONTACTED
    assert found.left_out
    assert found.not_contacted
    assert found.contacted[0].priority == max(each.priority for each in found.contacted)
