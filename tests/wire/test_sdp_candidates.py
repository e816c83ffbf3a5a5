"""Candidate lines are read by RFC 8839, and no text raises anything but a WireError."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import parse_candidate

RELAY = "candidate:842163049 1 UDP 41885439 203.0.113.9 54400 typ relay raddr 198.51.100.2 rport 5000 generation 0"


@pytest.mark.parametrize("prefix", ["", "a=", "  a="])
def test_a_candidate_is_read_with_and_without_its_attribute(prefix: str) -> None:
    found = parse_candidate(prefix + RELAY + "\r\n")
    assert (found.foundation, found.component, found.transport, found.priority) == ("842163049", 1, "udp", 41885439)
    assert (found.address, found.port, found.type) == ("203.0.113.9", 54400, "relay")
    assert (found.related_address, found.related_port, found.tcptype) == ("198.51.100.2", 5000, None)
    assert found.ip == ipaddress.ip_address("203.0.113.9")


def test_a_candidate_over_tcp_says_who_connects() -> None:
    assert parse_candidate("candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active").tcptype == "active"


def test_a_name_of_multicast_dns_is_no_address() -> None:
    found = parse_candidate("candidate:1 1 udp 1 3f1a2b.local 9 typ host")
    assert found.is_mdns
    assert found.ip is None
    assert not parse_candidate(RELAY).is_mdns


def test_an_ipv6_address_is_read() -> None:
    assert parse_candidate("candidate:1 1 udp 1 2001:db8::1 9 typ host").ip == ipaddress.ip_address("2001:db8::1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate:",
        "candidate 1 1 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 host",
        "candidate:1 0 udp 1 192.0.2.1 9 typ host",
        "candidate:1 257 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp -1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 4294967296 192.0.2.1 9 typ host",
        "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
        "candidate:1 1 udp 1 192.0.2.1 \N{ARABIC-INDIC DIGIT ONE} typ host",
        "candidate:1 1 udp 1 192.0.2.1 9 typ relay rport 70000",
        "candidate:" + "1" * 2_000,
    ],
)
def test_what_is_no_candidate_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        parse_candidate(text)


@given(st.text(max_size=200))
def test_no_text_raises_anything_but_a_wire_error(text: str) -> None:
    for each in (text, "candidate:" + text, RELAY + text, RELAY[: len(text)] + text):
        try:
            parse_candidate(each)
        except WireError:
            continue
