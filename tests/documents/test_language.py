"""Which language a text is in."""

from __future__ import annotations

import pytest

from vendor_audit.documents.language import language_of

TEXTS = {
    "en": "The Processor shall notify the Controller of any breach without undue delay, and assist with such requests.",
    "de": "Der Auftragsverarbeiter meldet dem Verantwortlichen die Verletzung und unterstützt ihn bei der Meldung, die "
    "er nach Artikel 33 an die Behörde zu richten hat.",
    "fr": "Le sous-traitant informe le responsable de toute violation dans les meilleurs délais et l'aide pour la "
    "notification à une autorité, en ce qui concerne les données.",
    "nl": "De verwerker stelt de verantwoordelijke in kennis van een inbreuk en helpt hem bij de melding die hij aan "
    "de autoriteit moet doen, met inachtneming van het contract.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_paragraph_is_enough(language: str) -> None:
    assert language_of(TEXTS[language] * 2) == language


@pytest.mark.parametrize(
    "text", ["", "Acme Video B.V.", "0 1 2 3", "Il fornitore notifica al titolare ogni violazione."]
)
def test_what_is_unclear_is_left_open(text: str) -> None:
    assert language_of(text) == ""


def test_two_languages_in_equal_parts_are_left_open() -> None:
    assert language_of(TEXTS["en"] * 3 + TEXTS["de"] * 3) == ""
