"""security.txt as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vendor_audit.probes.http.exchange import Answer
from vendor_audit.probes.http.security_txt import looks_like_one, parse_expires, parse_security_txt, security_txt_facts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = "https://acme.example/.well-known/security.txt"
GOOD = "# hello\r\nContact: mailto:security@acme.example\r\nExpires: 2027-06-01T00:00:00Z\r\nPolicy: https://acme.example/p\r\n"


def facts(
    text: str, url: str = ASKED, asked: str = ASKED, media_type: str = "text/plain; charset=utf-8"
) -> dict[str, Any]:
    answer = Answer(url, 200, "HTTP/1.1", (("Content-Type", media_type),), "192.0.2.1", text.encode())
    found, _ = security_txt_facts(parse_security_txt(text), answer, asked, NOW)
    return found


def test_a_good_file_has_no_problems() -> None:
    assert facts(GOOD) == {
        "found": True,
        "url": ASKED,
        "contacts": ["mailto:security@acme.example"],
        "signed": False,
        "policy": "https://acme.example/p",
        "expires": "2027-06-01T00:00:00Z",
        "days_left": 189,
        "problems": [],
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Expires: 2027-06-01T00:00:00Z", "the field Contact is missing"),
        ("Contact: mailto:a@b", "the field Expires is missing"),
        (GOOD + "Expires: 2027-07-01T00:00:00Z", "the field Expires is there more than once"),
        (GOOD.replace("2027-06", "2026-06"), "it has expired"),
        (GOOD.replace("2027-06", "2029-06"), "Expires lies more than a year ahead"),
        (GOOD.replace("2027-06-01T00:00:00Z", "next year"), "Expires is no date and time of RFC 3339: 'next year'"),
        (GOOD.replace("mailto:", ""), "Contact is no https, mailto or tel URI: 'security@acme.example'"),
        (GOOD.replace("https://", "http://"), "Policy is no https, mailto or tel URI: 'http://acme.example/p'"),
        (GOOD + "what is this", "1 lines are neither a field nor a comment"),
        (GOOD + "Canonical: https://acme.example/s.txt", "no Canonical field names a /.well-known/security.txt"),
    ],
)
def test_a_departure_from_the_rfc_is_told(text: str, problem: str) -> None:
    assert problem in facts(text)["problems"]


def test_how_it_came_can_be_a_problem_too() -> None:
    assert "it is not served over https" in facts(GOOD, url=ASKED.replace("https", "http"))["problems"]
    assert (
        "it stands at /security.txt and not under /.well-known/"
        in facts(GOOD, asked="https://acme.example/security.txt")["problems"]
    )
    assert (
        "a redirect leads to another host, www.acme.example"
        in facts(GOOD, url=ASKED.replace("acme", "www.acme"))["problems"]
    )
    assert "its media type is 'text/html' and not text/plain" in facts(GOOD, media_type="text/html")["problems"]


def test_a_signed_file_is_read_inside_its_signature() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
        + GOOD.replace("\r", "")
        + "-----BEGIN PGP SIGNATURE-----\n\niQ: AAAA\n-----END PGP SIGNATURE-----\n"
    )
    assert facts(signed)["signed"] is True
    assert facts(signed)["problems"] == []


def test_a_page_that_a_site_shows_for_everything_is_none() -> None:
    assert not looks_like_one(parse_security_txt("<html><title>Contact us</title></html>"))


@pytest.mark.parametrize(
    "text",
    [
        "2027-06-01",
        "2027-13-01T00:00:00Z",
        "2027-06-01T00:00:00",
        "",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_what_is_no_date_and_time_is_none(text: str) -> None:
    assert parse_expires(text) is None


@pytest.mark.parametrize("text", ["2027-06-01t00:00:00z", "2027-06-01T02:00:00+02:00", "2027-06-01T00:00:00.000Z"])
def test_all_forms_of_rfc_3339_are_read(text: str) -> None:
    assert parse_expires(text) == datetime(2027, 6, 1, tzinfo=UTC)
