"""A certificate is for a host when RFC 9525 says so, and not otherwise."""

from __future__ import annotations

import pytest

from vendor_audit.probes.tls.names import name_matches


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("meet.acme.example", ["meet.acme.example"]),
        ("meet.acme.example", ["MEET.Acme.Example"]),
        ("meet.acme.example.", ["meet.acme.example"]),
        ("meet.acme.example", ["other.example", "*.acme.example"]),
        ("xn--mnchen-3ya.example", ["*.example", "xn--mnchen-3ya.example"]),
        ("192.0.2.1", ["192.0.2.1"]),
        ("2001:db8::1", ["2001:0db8:0:0::1"]),
        ("[2001:db8::1]", ["2001:db8::1"]),
    ],
)
def test_the_host_is_among_the_names(host: str, names: list[str]) -> None:
    assert name_matches(host, names)


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("meet.acme.example", []),
        ("meet.acme.example", ["acme.example"]),
        ("a.meet.acme.example", ["*.acme.example"]),
        ("acme.example", ["*.acme.example"]),
        ("meet.acme.example", ["m*.acme.example"]),
        ("meet.acme.example", ["*t.acme.example"]),
        ("meet.acme.example", ["meet.*.example"]),
        ("example", ["*"]),
        ("192.0.2.1", ["*.0.2.1"]),
        ("192.0.2.1", ["192.0.2.10"]),
        ("meet.acme.example", ["meet.acme.example\0.evil.example"]),
        ("meet..example", ["*..example"]),
    ],
)
def test_the_host_is_not_among_the_names(host: str, names: list[str]) -> None:
    assert not name_matches(host, names)
