from __future__ import annotations

import pytest

from vendor_audit.documents.clauses.durations import durations_in
from vendor_audit.documents.clauses.library import load_library
from vendor_audit.documents.values.words import folded


@pytest.mark.parametrize(
    ("language", "text", "hours"),
    [
        ("en", "within 72 hours", [72]),
        ("en", "within seventy-two (72) hours", [72]),
        ("en", "within 48 (forty-eight) hours", [48]),
        ("en", "within two business days", [48]),
        ("en", "at least thirty days, and after 2 weeks", [720, 336]),
        ("en", "a 30-day notice", [720]),
        ("en", "section 72 of the hourly rates", []),
        ("de", "innerhalb von 24 Stunden", [24]),
        ("de", "binnen drei Werktagen", [72]),
        ("fr", "dans un délai de quarante-huit (48) heures", [48]),
        ("fr", "sous trente jours", [720]),
        ("nl", "binnen 24 uur", [24]),
        ("nl", "uiterlijk vijf werkdagen", [120]),
    ],
)
def test_durations_are_read_as_contracts_write_them(language: str, text: str, hours: list[float]) -> None:
    library = load_library("dpa", language)
    assert list(durations_in(folded(text), library, "hours")) == hours


def test_the_same_in_days() -> None:
    assert list(durations_in("within 72 hours", load_library("dpa", "en"), "days")) == [3]
