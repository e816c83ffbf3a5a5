"""Listeners of a URI, the form of credentials, and what a challenge agrees on."""

from __future__ import annotations

import datetime as dt
import ipaddress

import pytest

from tests.probes.turn.fake_server import NOW
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.turn.listeners import listeners_of
from vendor_audit.probes.turn.login import Challenge, Login, form_facts, without_secrets
from vendor_audit.probes.turn.trying import special_addresses
from vendor_audit.secret import Secret
from vendor_audit.wire.stun_attributes import PasswordAlgorithm, password_algorithms_value
from vendor_audit.wire.stun_integrity import Algorithm
from vendor_audit.wire.turn_uri import parse_turn_uri


@pytest.mark.parametrize(
    ("uri", "transports"),
    [
        ("stun:h", ["udp"]),
        ("stuns:h", ["tls"]),
        ("turn:h", ["udp", "tcp"]),
        ("turn:h?transport=udp", ["udp"]),
        ("turn:h?transport=tcp", ["tcp"]),
        ("turns:h", ["tls", "dtls"]),
        ("turns:h?transport=tcp", ["tls"]),
        ("turns:h?transport=udp", ["dtls"]),
    ],
)
def test_a_uri_means_these_transports(uri: str, transports: list[str]) -> None:
    found = listeners_of(parse_turn_uri(uri), [ipaddress.ip_address("192.0.2.1")])
    assert [each.transport.value for each in found] == transports
    assert all(each.explicit == (len(transports) == 1) for each in found)


def test_at_most_four_addresses_of_a_family_are_looked_at() -> None:
    many = [ipaddress.ip_address(f"192.0.2.{number}") for number in range(9)]
    many += [ipaddress.ip_address(f"2001:db8::{number}") for number in range(9)]
    found = listeners_of(parse_turn_uri("stun:h"), many)
    assert [each.address.version for each in found] == [4] * 4 + [6] * 4
    assert found[-1].label == "udp [2001:db8::3]:3478"


def login(name: str, password: str = "secret-password") -> Login:  # noqa: S107 # a test's
    return Login(Secret(name), Secret(password))


def test_a_time_limited_name_says_until_when() -> None:
    expiry = int((NOW + dt.timedelta(hours=24)).timestamp())
    for name in (f"{expiry}:alice", f"{expiry}", f"{expiry}:"):
        assert form_facts(login(name), NOW) == {
            "given": True,
            "form": "time_limited",
            "expires": "2026-11-25T12:00:00Z",
            "hours_left": 24.0,
        }
    past = int((NOW - dt.timedelta(minutes=30)).timestamp())
    assert form_facts(login(f"{past}:alice"), NOW)["hours_left"] == -0.5


@pytest.mark.parametrize(
    "name", ["alice", "alice:1700000000", "12345", "12345678901234:x", "1700000000x", "\u0661" * 10]
)
def test_another_name_says_nothing(name: str) -> None:
    assert form_facts(login(name), NOW) == {"given": True, "form": "other"}
    assert form_facts(None, NOW) == {"given": False}


def test_secrets_are_taken_out_of_what_a_server_says() -> None:
    assert without_secrets("hello alice-1: secret-password!", login("alice-1")) == "hello ***: ***!"
    assert without_secrets("a realm", login("a", "b")) == "a realm"
    assert without_secrets("as it is", None) == "as it is"


def test_sha_256_needs_both_the_list_and_the_nonce_that_vouches_for_it() -> None:
    both = password_algorithms_value((PasswordAlgorithm(1), PasswordAlgorithm(2)))
    only_md5 = password_algorithms_value((PasswordAlgorithm(1),))
    vouched = b"obMatJos2gAAAx"
    assert Challenge(b"r", vouched, both).algorithm is Algorithm.SHA256
    assert Challenge(b"r", vouched, only_md5).algorithm is Algorithm.MD5
    assert Challenge(b"r", vouched, only_md5).modern
    assert Challenge(b"r", vouched, None).algorithm is Algorithm.MD5
    assert not Challenge(b"r", b"plain", both).modern
    assert Challenge(b"r", b"plain", both).algorithm is Algorithm.MD5


def test_no_address_that_is_tried_as_a_peer_is_a_public_one() -> None:
    policy = Network(NetworkSettings())
    for each in special_addresses():
        address = ipaddress.ip_address(each["address"])
        assert address in ipaddress.ip_network(each["block"]), each
        assert not policy.is_allowed(address), each
    assert {ipaddress.ip_address(each["address"]).version for each in special_addresses()} == {4, 6}
