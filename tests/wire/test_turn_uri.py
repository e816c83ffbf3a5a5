"""STUN and TURN URIs are read as RFC 7064 and RFC 7065 write them, and nothing else is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.turn_uri import TurnUri, parse_turn_uri


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of RFC 7064, appendix A, and RFC 7065, appendix A.
        ("stun:example.org", TurnUri("stun", "example.org", 3478)),
        ("stuns:example.org", TurnUri("stuns", "example.org", 5349)),
        ("stun:example.org:8000", TurnUri("stun", "example.org", 8000)),
        ("turn:example.org", TurnUri("turn", "example.org", 3478)),
        ("turns:example.org", TurnUri("turns", "example.org", 5349)),
        ("turn:example.org:8000", TurnUri("turn", "example.org", 8000)),
        ("turn:example.org?transport=udp", TurnUri("turn", "example.org", 3478, "udp")),
        ("turn:example.org?transport=tcp", TurnUri("turn", "example.org", 3478, "tcp")),
        ("turns:example.org?transport=tcp", TurnUri("turns", "example.org", 5349, "tcp")),
        # And what else is right.
        ("TURNS:Example.ORG.:443?Transport=TCP", TurnUri("turns", "example.org", 443, "tcp")),
        ("turn:192.0.2.1", TurnUri("turn", "192.0.2.1", 3478)),
        ("turn:[2001:db8:0::1]:3479?transport=udp", TurnUri("turn", "2001:db8::1", 3479, "udp")),
        ("stun:[::1]", TurnUri("stun", "::1", 3478)),
        ("turn:xn--mnchen-3ya.example", TurnUri("turn", "xn--mnchen-3ya.example", 3478)),
    ],
)
def test_uris_are_read(text: str, expected: TurnUri) -> None:
    assert parse_turn_uri(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins with"),
        ("example.org", "begins with"),
        ("https:example.org", "begins with"),
        ("turn://example.org", "write turn:host, not turn://host"),
        ("turn:user@example.org", "no user name or password"),
        ("turn:user:pass@example.org", "no user name or password"),
        ("turn:", "names no host"),
        ("turn::3478", "names no host"),
        ("turn:example.org:", "port is missing"),
        ("turn:example.org:0", "port is missing"),
        ("turn:example.org:65536", "port is missing"),
        ("turn:example.org:+80", "port is missing"),
        ("turn:example.org:\u0663", "plain ASCII"),
        ("turn:2001:db8::1", "stands in brackets"),
        ("turn:[2001:db8::1", "not closed"),
        ("turn:[2001:db8::1]3478", "something follows"),
        ("turn:[192.0.2.1]", "no IPv6 address"),
        ("turn:[fe80::1%eth0]", "no IPv6 address"),
        ("turn:127.1", "neither a name nor an IPv4 address"),
        ("turn:0x7f000001", "neither a name nor an IPv4 address"),
        ("turn:exa mple.org", "without spaces"),
        ("turn:m\u00fcnchen.example", "xn--"),
        ("turn:a..b", "no host name"),
        ("turn:-a.b", "no host name"),
        ("turn:example.org/path", "neither a path"),
        ("turn:example.org#x", "neither a path"),
        ("turn:example.org?", "only parameter"),
        ("turn:example.org?transport=", "neither udp nor tcp"),
        ("turn:example.org?transport=sctp", "neither udp nor tcp"),
        ("turn:example.org?transport=udp&x=1", "neither udp nor tcp"),
        ("turn:example.org?foo=udp", "only parameter"),
        ("stun:example.org?transport=udp", "STUN URI has no query"),
        ("turn:" + "a" * 600, "characters"),
        ("turn:" + ".".join(["a" * 60] * 5), "characters"),
    ],
)
def test_what_is_none_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        parse_turn_uri(text)


def test_a_secret_in_a_uri_is_not_repeated() -> None:
    with pytest.raises(WireError) as caught:
        parse_turn_uri("turn:canary-user:canary-pass@example.org")
    assert "canary" not in str(caught.value)


@given(st.text(max_size=40), st.sampled_from(["", "turn:", "stuns:", "turn:[", "turn:a:"]))
def test_no_text_raises_anything_but_a_wire_error(text: str, head: str) -> None:
    try:
        found = parse_turn_uri(head + text)
    except WireError:
        return
    assert 1 <= found.port <= 65_535
    assert found.host


def test_a_scheme_says_whether_it_relays_and_whether_it_is_secure() -> None:
    assert parse_turn_uri("turns:a").secure
    assert parse_turn_uri("turns:a").relays
    assert not parse_turn_uri("stun:a").secure
    assert not parse_turn_uri("stun:a").relays
