"""Where a sentence ends, in the four languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.documents.sentences import split


def sentences(text: str) -> list[str]:
    return [sentence for _, sentence in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Notice under Art. 28 para. 2 is given to Acme Inc. by e-mail, e.g. to the address in No. 5.",
        "Der Auftragsverarbeiter beachtet Art. 28 Abs. 3 S. 2 lit. a DSGVO, z. B. bei Nr. 4 bzw. Ziff. 5.",
        "Die Frist endet am 3. Februar 2026 bzw. am 1. April des Folgejahres.",
        "Le sous-traitant respecte l'art. 28, al. 3 du RGPD, par ex. en cas de violation.",
        "De verwerker houdt zich aan art. 28, lid 3 AVG, bijv. bij een inbreuk, cf. nr. 4.",
        "The Processor shall: (a) keep records; (b) train its staff; and (c) report breaches.",
        "Acme Video B.V. acts for J. P. Smith and the U.S. parent i.e. Acme Holding Inc. of Delaware.",
        "It stays below 99.5 % and version 1.2 of the tool.",
        "2. The Processor",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The Processor informs the Controller. It does so in writing.", 2),
        ("This follows from Article 28. The Processor agrees.", 2),
        ("The contract is with Acme Video B.V. The Processor deletes the data.", 2),
        ("Who is it? We are. Write to us!", 3),
        ("He said “stop.” Then he left.", 2),
        (
            (
                "Der Verantwortliche widerspricht. Die Parteien einigen sich innerhalb von 30 Tagen. Sonst "
                "endet der Vertrag."
            ),
            3,
        ),
        ("Le sous-traitant informe. Il supprime les données.", 2),
        ("De verwerker meldt dit. Hij wist de gegevens.", 2),
        ("It covers logs, backups, etc. The Processor deletes them.", 2),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_each_sentence_says_where_it_begins() -> None:
    text = "One is here. Two is there.  Three."
    assert [text[place : place + len(sentence)] for place, sentence in split(text)] == sentences(text)
    assert [place for place, _ in split(text)] == [0, 13, 28]


@given(st.text(alphabet='aA1. !?"”()Nr', max_size=200))
def test_no_letter_is_lost_or_moved(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
