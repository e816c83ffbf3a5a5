"""Days and moments, compared as a person would: by the day where either of two has no time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_LONGEST = 40


class Moment(NamedTuple):
    """A day, or a moment in it."""

    day: date
    """In UTC."""
    time: datetime | None
    """In UTC; None: only the day is known."""


@lru_cache(maxsize=1024)
def _moment(text: str) -> Moment | None:
    try:
        if _DAY.fullmatch(text):
            return Moment(date.fromisoformat(text), None)
        if _MOMENT.fullmatch(text):
            time = datetime.fromisoformat(text).astimezone(UTC)
            return Moment(time.date(), time)
    except (ValueError, OverflowError):  # no such day; or beyond the years 1 to 9999 in UTC
        return None
    return None


def moment_of(text: str) -> Moment | None:
    """Return the day or moment of an RFC 3339 text: ``2026-11-23`` or ``2026-11-23T09:00:00Z``; None: it is neither.

    A time without an offset from UTC is no moment: nobody knows when it was.
    """
    return _moment(text) if len(text) <= _LONGEST else None


def is_before(first: Moment, second: Moment) -> bool:
    """Return whether the first is earlier; on the same day it is not, unless both have a time."""
    if first.time and second.time:
        return first.time < second.time
    return first.day < second.day
