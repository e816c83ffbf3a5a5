"""Dates, times and URLs are checked as the calendar and the RFCs have them."""

from __future__ import annotations

import pytest

from vendor_audit.source.formats import date_time_trouble, date_trouble, uri_trouble


@pytest.mark.parametrize("text", ["2026-11-23", "2024-02-29", "0001-01-01"])
def test_a_day_of_the_calendar_is_a_date(text: str) -> None:
    assert date_trouble(text) == ""


@pytest.mark.parametrize("text", ["2026-13-45", "2026-02-29", "2026-00-01", "2026-11-31", "0000-01-01"])
def test_a_day_that_the_calendar_lacks_is_told_so(text: str) -> None:
    assert date_trouble(text) == f"'{text}' is no day that the calendar has"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20261123",
        "2026-W47-1",
        "2026-1-1",
        "23.11.2026",
        "2026-11-23T00:00:00Z",
        "\u0662026-11-23",  # a digit of another script
    ],
)
def test_what_is_not_written_as_a_date_is_told_how(text: str) -> None:
    assert "write year-month-day" in date_trouble(text)


@pytest.mark.parametrize("text", ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00.123+01:00"])
def test_a_moment_with_its_zone_is_a_time(text: str) -> None:
    assert date_time_trouble(text) == ""


@pytest.mark.parametrize("text", ["2026-11-23T09:00:00", "2026-11-23 09:00:00Z", "2026-02-30T09:00:00Z", "noon"])
def test_what_is_no_moment_is_told(text: str) -> None:
    assert date_time_trouble(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.example",
        "https://acme.example:8443/a%20b?c=d#e",
        "https://[2001:db8::1]/",
        "https://bücher.example/straße",
        "turns:turn.acme.example:5349?transport=tcp",
        "mailto:a@b.example",
    ],
)
def test_a_url_is_a_url(text: str) -> None:
    assert uri_trouble(text) == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("acme.example", "such as https://acme.example"),
        ("//acme.example", "such as https://acme.example"),
        ("", "such as https://acme.example"),
        ("https://acme example", "it has a space"),
        ("https://acme.example/<x>", "a character that a URL must not have"),
        ("https://acme.example:port", "look at its port"),
        ("https://acme.example:99999", "look at its port"),
        ("https://[::1", "look at its port and its brackets"),
        ("https:///path", "it has no host"),
    ],
)
def test_what_is_wrong_with_a_url_is_told(text: str, part: str) -> None:
    assert part in uri_trouble(text)
