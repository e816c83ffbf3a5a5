"""Numbers printed before a text, and what only looks like one."""

from __future__ import annotations

import pytest

from vendor_audit.documents.counters import letters, roman
from vendor_audit.documents.numbering import split_number, style_of


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("7.2 The Processor informs", "7.2", "The Processor informs"),
        ("10.1.3. “Data” means", "10.1.3", "“Data” means"),
        ("1. Definitions", "1", "Definitions"),
        ("12.Contacting us", "12", "Contacting us"),
        ("3.1.1Roles of the parties", "3.1.1", "Roles of the parties"),
        ("(a) names;", "(a)", "names;"),
        ("b) Orte", "b)", "Orte"),
        ("(iv) logs", "(iv)", "logs"),
        ("Annex II: Measures", "Annex II", "Measures"),
        ("ANNEX 1 - SUBJECT MATTER", "ANNEX 1", "SUBJECT MATTER"),
        ("Anlage 1 \u2013 Auftragsgegenstand", "Anlage 1", "Auftragsgegenstand"),
        ("Bijlage 2: Maatregelen", "Bijlage 2", "Maatregelen"),
        ("Annexe III : Sous-traitants", "Annexe III", "Sous-traitants"),
        ("Article 12: Deletion", "Article 12", "Deletion"),
        ("• one thing", "", "one thing"),
        ("- another", "", "another"),
    ],
)
def test_a_number_is_split_off(text: str, number: str, rest: str) -> None:
    numbered = split_number(text)
    assert numbered is not None
    assert (numbered.number, numbered.text) == (number, rest)
    assert text[numbered.length :].strip() == rest


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("7 Sub-processors", "7", "Sub-processors"),
        ("Article 12 Deletion", "Article 12", "Deletion"),
        ("Artikel 3 Pflichten", "Artikel 3", "Pflichten"),
        ("§ 3 Vergütung", "§ 3", "Vergütung"),
        ("Annex II", "Annex II", ""),
        ("IV. Rights", "IV", "Rights"),
        ("4. Separation and minimisation", "4", "Separation and minimisation"),
    ],
)
def test_in_a_heading_more_is_a_number(text: str, number: str, rest: str) -> None:
    numbered = split_number(text, heading=True)
    assert numbered is not None
    assert (numbered.number, numbered.text) == (number, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Annex II describes the measures.",
        "Article 28 of the GDPR requires a contract.",
        "3. Februar 2026",
        "27.04.2016 was the day.",
        "30 days after the request",
        "99.9 % of the time",
        "1.5 million users",
        "annex ii: as a word in a sentence",
        "\u2013 und \u2013",
        "27001 certified",
        "",
        "the Processor",
    ],
)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert split_number(text) is None


def test_items_of_one_list_have_one_style() -> None:
    assert style_of("(a)") == style_of("(b)") == "(a)"
    assert style_of("(ii)") == "(i)"
    assert style_of("3)") == "1)"
    assert style_of("") == ""


def test_letters_and_roman_numerals_count_as_lists_do() -> None:
    assert [letters(number) for number in (1, 26, 27, 0, 999)] == ["a", "z", "aa", "0", "999"]
    assert [roman(number) for number in (4, 9, 14, 40, 0, 4000)] == ["iv", "ix", "xiv", "xl", "0", "4000"]
