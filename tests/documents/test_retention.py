"""How long data is kept, out of tables, lists and sentences of any kind of paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vendor_audit.documents.clauses.library import load_library
from vendor_audit.documents.reader import read_document
from vendor_audit.documents.retention import MOST_PERIODS, retention_periods

EXAMPLES = Path(__file__).parents[2] / "examples"
HEADING = {"en": "How long we keep it", "de": "Speicherdauer", "fr": "Durées de conservation", "nl": "Bewaartermijnen"}


def periods(text: str, language: str = "en", heading: str = "Notice") -> list[tuple[str, float | None]]:
    document = read_document(f"# {heading}\n\n{text}\n".encode(), name="paper.md")
    return [(each.category, each.days) for each in retention_periods(document, load_library("dpa", language))]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Recordings, transcripts and chat messages are deleted after 90 days.",
         [("recordings", 90), ("transcripts", 90), ("chat", 90)]),
        ("en", "After 30 days we delete recordings, and after 60 days chat messages.",
         [("recordings", 30), ("chat", 60)]),
        ("en", "Log files are kept for thirty (30) days; backups are overwritten after five weeks.",
         [("logs", 30), ("backups", 35)]),
        ("en", "We keep accounts until you close them and invoices for 7 years.",
         [("accounts", None), ("accounts", 2555)]),
        ("en", "Data is deleted within 30 days in the systems and within 35 days in the backups.",
         [("other", 30), ("backups", 35)]),
        ("en", "Each download of a recording is logged and kept for twelve months.", [("logs", 365)]),
        ("de", "Aufzeichnungen und Transkripte werden nach 90 Tagen gelöscht, Chatnachrichten nach 7 Tagen.",
         [("recordings", 90), ("transcripts", 90), ("chat", 7)]),
        ("de", "Server-Logfiles speichern wir für vier Wochen.", [("logs", 28)]),
        ("fr", "Les enregistrements sont supprimés après 90 jours et les journaux au bout d'un an.",
         [("recordings", 90), ("logs", 365)]),
        ("nl", "Opnames bewaren wij 30 dagen en chatberichten een week.", [("recordings", 30), ("chat", 7)]),
    ],
)  # fmt: skip
def test_a_sentence_gives_each_kind_its_own_time(language: str, text: str, expected: list[Any]) -> None:
    assert periods(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We respond within 30 days of receiving your request."),
        ("en", "We delete data of children under 16 years of age."),
        ("en", "An audit takes place once a year, with 30 days' notice, and its records are kept."),
        ("en", "We keep recordings as long as necessary."),
        ("de", "Wir antworten innerhalb von 30 Tagen und löschen dann Ihre Anfrage."),
        ("fr", "Nous répondons dans un délai d'un mois."),
        ("nl", "Wij reageren binnen vier weken op een verzoek om gegevens te wissen."),
    ],
)
def test_other_times_are_no_periods(language: str, text: str) -> None:
    assert periods(text, language) == []


@pytest.mark.parametrize(
    ("language", "row", "expected"),
    [
        ("en", "Recordings | 90 days", [("recordings", 90)]),
        ("de", "Verbindungsdaten | 14 Tage", [("metadata", 14)]),
        ("fr", "Factures | 10 ans", [("accounts", 3650)]),
        ("nl", "Back-ups | 35 dagen", [("backups", 35)]),
    ],
)
def test_a_row_is_read_by_its_heading(language: str, row: str, expected: list[Any]) -> None:
    table = f"| A | B |\n|---|---|\n| {row} |"
    assert periods(table, language, HEADING[language]) == expected


def test_a_row_with_nothing_but_a_kind_and_a_time_needs_no_heading() -> None:
    table = "| A | B |\n|---|---|\n| Recordings | 90 days |\n| Audit | with at least 30 days of notice in writing |"
    assert periods(table) == [("recordings", 90)]


def test_what_is_never_stored_is_an_end_without_a_number() -> None:
    document = read_document(b"# How long we keep data\n\n| Data | Kept for |\n|---|---|\n| Chat | Not stored |\n")
    (period,) = retention_periods(document, load_library("dpa", "en"))
    assert period.days is None
    assert period.to_json() == {
        "category": "chat", "event": True, "quote": "Chat | Not stored", "section": "How long we keep data",
    }  # fmt: skip


def test_a_cookie_is_no_data_that_is_kept() -> None:
    document = read_document(b"# Storage\n\n| Cookie | Stored for |\n|---|---|\n| session_id | 13 months |\n")
    (period,) = retention_periods(document, load_library("dpa", "en"))
    assert (period.category, period.about_cookies) == ("other", True)


def test_the_pages_of_a_contract_annex_are_told() -> None:
    document = read_document((EXAMPLES / "flawless/documents/dpa.pdf").read_bytes(), name="dpa.pdf")
    found = {each.category: each for each in retention_periods(document, load_library("dpa", "en")) if each.days == 90}
    assert set(found) == {"recordings"}
    assert found["recordings"].page > 1
    assert found["recordings"].quote.startswith("Recordings")


def test_a_paper_full_of_periods_does_not_fill_the_report() -> None:
    rows = "\n".join(f"| Recordings {days} | {days} days |" for days in range(1, MOST_PERIODS + 50))
    text = f"| Data | Kept for |\n|---|---|\n{rows}"
    assert len(periods(text, heading="Retention")) == MOST_PERIODS
