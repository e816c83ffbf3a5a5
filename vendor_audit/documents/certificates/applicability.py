"""The version and the day of the Statement of Applicability that a certificate refers to (ISO/IEC 27006-1, 8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import Phrases, vocabulary, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.lines import Line

_BEHIND = 140
"""Characters behind the name in which version and day may stand."""
_VERSION = re2.compile(
    r"(?i)\b(?:version|vers\.|ver\.|v|rev\.?|revision|révision|issue|edition|ausgabe|fassung|indice|versie|revisie|"
    r"herziening|stand)\s?[.:]?\s?(?:no\.?|nr\.?|n°)?\s?(\d[\w.]{0,12}\b|[A-Z]\b)"
)
_CAPITALS = 2
"""Capitals of "SoA", by which it is told from a word."""
_DATE_WORD = re2.compile(r"(?i)^(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Applicability:
    """What is said of the Statement of Applicability."""

    version: str
    date: str
    reason: str
    """Why the day is not known; empty: it is, or none is given."""
    line: Line
    said: str
    """The text behind its name, where it was read."""


@cache
def _phrases() -> Phrases[str]:
    return Phrases((each, "soa") for each in vocabulary("certificates")["labels"]["soa"])


def applicability_of(lines: Sequence[Line], language: str) -> Applicability | None:
    """Return version and day, from the line that names the statement or the one below; None: none is named."""
    first: Applicability | None = None
    for index, line in enumerate(lines):
        words = words_of(line.text)
        for _, end, _ in _phrases().all_in(words):
            last = words[end - 1]
            if last.key in {"soa", "dda", "vvt"} and sum(each.isupper() for each in last.text) < _CAPITALS:
                continue
            behind = line.text[words[end - 1].end :][:_BEHIND]
            below = lines[index + 1].text[:_BEHIND] if index + 1 < len(lines) else ""
            found = _read(behind, line, language)
            if not (found.version or found.date) and len(behind.strip(" .:)")) <= len("(SoA):"):
                found = _read(below, line, language)
            if found.version or found.date:
                return found
            first = first or found
    return first


def _read(text: str, line: Line, language: str) -> Applicability:
    version = next((match[1] for match in _VERSION.finditer(text) if not _DATE_WORD.search(match[1])), "")
    days = find_days(text, language)
    day = next((each for each in days if not version or each.text.split(" ")[0] != version), None)
    return Applicability(version.rstrip("."), day.value if day else "", day.reason if day else "", line, text)
