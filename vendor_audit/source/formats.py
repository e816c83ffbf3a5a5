"""The text formats that our schemas use, checked strictly: a date is a day that the calendar has."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

import jsonschema

FORMATS = jsonschema.FormatChecker(formats=())
"""Only these formats are checked: ``date``, ``date-time``, ``uri``."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,./:;=?@\[\]_~A-Za-z0-9-]+", re.ASCII)
"""Scheme and the characters that a URI may have (RFC 3986, 2 and 3)."""


def date_trouble(text: str) -> str:
    """Return what is wrong with a day such as ``2026-11-23`` (RFC 3339, full-date); empty: nothing."""
    if not _DATE.fullmatch(text):
        return f"'{text}' is not a date: write year-month-day, such as 2026-11-23"
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"'{text}' is no day that the calendar has"
    return ""


def date_time_trouble(text: str) -> str:
    """Return what is wrong with a moment such as ``2026-11-23T09:00:00Z`` (RFC 3339, date-time); empty: nothing."""
    if not _DATE_TIME.fullmatch(text):
        return f"'{text}' is not a time: write it as 2026-11-23T09:00:00Z"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return f"'{text}' is no time that the calendar has"
    return ""


def uri_trouble(text: str) -> str:
    """Return what is wrong with an absolute URI (RFC 3986) whose host may be written in any script; empty: nothing."""
    if any(each.isspace() for each in text):
        return f"'{text}' is not a URL: it has a space"
    if ":" not in text or not _URI.match(text):
        return f"'{text}' is not a URL: write it with its scheme, such as https://{text.lstrip('/') or 'acme.example'}"
    ascii_only = "".join(each if each.isascii() else "x" for each in text)
    if not _URI.fullmatch(ascii_only):
        return f"'{text}' is not a URL: it has a character that a URL must not have"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return f"'{text}' is not a URL: look at its port and its brackets"
    if "//" in text and parts.scheme in {"http", "https", "ws", "wss"} and not parts.hostname:
        return f"'{text}' is not a URL: it has no host"
    return ""


TROUBLE = {"date": date_trouble, "date-time": date_time_trouble, "uri": uri_trouble}
"""Format -> what says what is wrong with a text, empty where nothing is."""


@FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or not date_trouble(value)


@FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or not date_time_trouble(value)


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or not uri_trouble(value)
