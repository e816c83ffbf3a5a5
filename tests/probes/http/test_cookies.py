"""Cookies without their values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.probes.http.cookies import cookie_facts, parse_set_cookie

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def facts(header: str) -> dict[str, Any]:
    found, _ = cookie_facts([("meet.acme.example", header, False)], NOW)
    return dict(found[0])


def test_the_attributes_are_read_without_regard_to_case() -> None:
    cookie = facts("sid=CANARY; SECURE; httponly; samesite=STRICT; Path=/; Domain=.Acme.example")
    assert cookie == {
        "name": "sid",
        "secure": True,
        "http_only": True,
        "same_site": "Strict",
        "persistent": False,
        "host": "meet.acme.example",
        "domain": "acme.example",
        "third_party": False,
    }


def test_an_invalid_same_site_is_absent() -> None:
    assert "same_site" not in facts("a=b; SameSite=Whatever")
    assert "same_site" not in facts("a=b; SameSite")


@pytest.mark.parametrize(
    ("attributes", "persistent"),
    [
        ("", False),
        ("Max-Age=60", True),
        ("Max-Age=0", False),
        ("Max-Age=-5", False),
        ("Max-Age=abc", False),
        ("Expires=Wed, 01 Jan 2031 00:00:00 GMT", True),
        ("Expires=Wed, 01-Jan-2031 00:00:00 GMT", True),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("Expires=never", False),
        ("Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT", False),
    ],
)
def test_a_cookie_is_persistent_when_it_outlives_the_session(attributes: str, *, persistent: bool) -> None:
    assert facts(f"a=b; {attributes}")["persistent"] is persistent


@pytest.mark.parametrize(
    "header",
    [
        "sid=CANARY; Secure",
        "CANARY; Secure",
        "=CANARY",
        'sid="x; CANARY"; Secure',
        "sid=a=CANARY",
        "sid=x; CANARY=1",
        "sid=x; other=CANARY",
        "sid=x; Path=/<CANARY>",
    ],
)
def test_no_part_of_a_value_reaches_facts_or_evidence(header: str) -> None:
    assert "CANARY" not in str(facts(header))
    assert "CANARY" not in parse_set_cookie(header).shown()


@given(st.text(min_size=12, max_size=30, alphabet="XYZ0123456789"), st.text(max_size=60))
def test_whatever_surrounds_it_a_value_is_not_kept(value: str, rest: str) -> None:
    header = f"sid={value}{rest}"
    assert value not in str(facts(header))
    assert value not in parse_set_cookie(header).shown()


def test_of_one_name_and_host_the_last_cookie_counts() -> None:
    found, dropped = cookie_facts([("h", "a=1", False), ("h", "a=2; Secure", False), ("other", "a=3", True)], NOW)
    assert [(each["host"], each["secure"]) for each in found] == [("h", True), ("other", False)]
    assert dropped == ""


def test_many_cookies_are_cut_and_it_is_said() -> None:
    found, dropped = cookie_facts([("h", f"a{number}=1", False) for number in range(300)], NOW)
    assert len(found) == 200
    assert dropped == "only the first 200 of 300 were kept"
