from __future__ import annotations

import pytest

from vendor_audit.checklist.moments import is_before, moment_of


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-01-01", "2026-01-02", True),
        ("2026-01-01", "2026-01-01", False),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z", True),
        ("2026-01-01T10:00:00.5Z", "2026-01-01T10:00:00Z", False),
        ("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z", True),
        ("2026-01-01T23:59:59Z", "2026-01-01", False),
        ("2026-01-01", "2026-01-01T23:59:59Z", False),
        ("2026-01-02T00:30:00+01:00", "2026-01-02", True),
    ],
)
def test_the_earlier_is_before_the_later_by_the_day_where_one_has_no_time(
    first: str, second: str, expected: object
) -> None:
    one, other = moment_of(first), moment_of(second)
    assert one
    assert other
    assert is_before(one, other) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30",
        "20260101",
        "2026-W01-1",
        "2026-1-1",
        "2026-01-01 10:00:00Z",
        "2026-01-01T10:00:00",
        "2026-01-01T25:00:00Z",
        "2026-01-01T10:00:60Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "\uff12\uff10\uff12\uff16-01-01",
        "2026-01-01" + " " * 100_000,
    ],
)
def test_what_is_no_day_and_no_moment_is_nothing(text: str) -> None:
    assert moment_of(text) is None
