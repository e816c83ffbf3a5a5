from __future__ import annotations

import pytest

from vendor_audit.documents.values.dates import find_days


def values(text: str, language: str = "") -> list[str]:
    return [each.value for each in find_days(text, language)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Last updated: 3 February 2026", "2026-02-03"),
        ("February 3rd, 2026", "2026-02-03"),
        ("Feb. 3, 2026", "2026-02-03"),
        ("03-Feb-2026", "2026-02-03"),
        ("3. Februar 2026", "2026-02-03"),
        ("11. März 2024", "2024-03-11"),
        ("2. Jänner 2025", "2025-01-02"),
        ("mis à jour le 1er août 2025", "2025-08-01"),
        ("20 déc. 2024", "2024-12-20"),
        ("Laatst bijgewerkt op 4 maart 2026", "2026-03-04"),
        ("12 mrt 2026", "2026-03-12"),
        ("2026-02-03", "2026-02-03"),
        ("03.04.2026", "2026-04-03"),
        ("25/04/2026", "2026-04-25"),
        ("04/25/2026", "2026-04-25"),
        ("04/04/2026", "2026-04-04"),
        ("Stand: Mai 2026", "2026-05"),
        ("05/2026", "2026-05"),
        ("août 2025", "2025-08"),
    ],
)
def test_a_day_is_read_in_four_languages(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize("language", ["", "en"])
def test_a_day_that_may_be_two_stays_unknown(language: str) -> None:
    (day,) = find_days("03/04/2026", language)
    assert (day.value, day.reason) == ("", "'03/04/2026' may be day and month or month and day")


@pytest.mark.parametrize("language", ["de", "fr", "nl"])
def test_europe_writes_the_day_first(language: str) -> None:
    assert values("03/04/2026", language) == ["2026-04-03"]


def test_what_is_no_day_is_told() -> None:
    (day,) = find_days("31.02.2026")
    assert day.reason == "there is no day '31.02.2026'"
    (day,) = find_days("03.02.26")
    assert day.reason == "the year of '03.02.26' has two digits"


def test_numbers_that_are_no_days_are_left_alone() -> None:
    assert values("D-ZM-16031-01-00, version 5.0, ISO/IEC 27001:2022, 1775 ZZ, 10.1.1.1") == []


def test_each_day_says_where_it_stands() -> None:
    text = "15 February 2021 \u2013 14 février 2027"
    assert [text[each.start : each.end] for each in find_days(text)] == [each.text for each in find_days(text)]
    assert values(text) == ["2021-02-15", "2027-02-14"]
