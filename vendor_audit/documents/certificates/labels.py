"""Labels and their values in a line: ``Certificate No.: 123``, ``Geltungsbereich / Scope``, ``valid until 3 May``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import DASHES, Phrases, vocabulary, words_of

if TYPE_CHECKING:
    from vendor_audit.documents.values.words import Word

DATES = frozenset({"issued", "valid_from", "expires", "original_issue", "other_date"})
_NUMBERS = frozenset({"number", "registration"})
_BESIDE = 20
"""Characters that may stand between a label in running text and its day."""
_EDGES = f" \t:.,;|/()°#*·•\u2022{DASHES}\"'\u201c\u201d\u201e"
_NUMBER = re2.compile(r"^[A-Z]{0,12}[ -]?[A-Z0-9][A-Z0-9./_-]*(?: [A-Z]{0,6}[-/]?\d[A-Z0-9./_-]*){0,4}")
_LIKE_NUMBER = re2.compile(
    r"(?i)^(?:(?:no|nr|n|number|nummer|num)\b)?[\W_]*([A-Z]{0,12}[-_ ./]{0,2}(?:[A-Z]+[-_./ ])*[A-Z]*\d)"
)
_FILLERS = frozenset({"no", "nr", "n", "the", "of", "der", "des", "du", "de", "van", "het", "und", "and", "et", "en"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A label, or labels side by side, with what follows up to the next."""

    fields: tuple[str, ...]
    """Empty: text before the first label."""
    value: str
    """Empty: the label is all, and the value follows elsewhere."""


@cache
def _phrases() -> Phrases[str]:
    labels = vocabulary("certificates")["labels"]
    return Phrases((phrase, name) for name, phrases in labels.items() for phrase in phrases)


@dataclass(slots=True)
class _Hit:
    start: int
    """Where the label begins in the text."""
    end: int
    field: str


def pieces_of(text: str) -> list[Piece]:
    """Return the labels of a line with their values, in their order."""
    words = words_of(text)
    hits = _labels_among(text, words)
    if not hits:
        return [Piece((), text)]
    pieces: list[Piece] = []
    before = text[: hits[0].start].strip(_EDGES)
    if before:
        pieces.append(Piece((), before))
    index = 0
    while index < len(hits):
        last = index
        while last + 1 < len(hits) and not _has_words(text[hits[last].end : hits[last + 1].start]):
            last += 1
        end = hits[last + 1].start if last + 1 < len(hits) else len(text)
        fields = tuple(dict.fromkeys(each.field for each in hits[index : last + 1]))
        pieces.append(Piece(fields, _value(text[hits[last].end : end])))
        index = last + 1
    return pieces


def _labels_among(text: str, words: list[Word]) -> list[_Hit]:
    """Return the phrases that are labels here and not words of a sentence."""
    accepted: list[_Hit] = []
    for first, behind, field in _phrases().all_in(words):
        hit = _Hit(words[first].start, words[behind - 1].end, field)
        between = text[accepted[-1].end if accepted else 0 : hit.start]
        if _is_label(hit, text, is_beside=not _has_words(between)):
            accepted.append(hit)
    return accepted


def _is_label(hit: _Hit, text: str, *, is_beside: bool) -> bool:
    behind = text[hit.end :]
    after = behind.lstrip(" .°)")
    if hit.field in DATES:
        return (is_beside and _only_labels(after)) or _date_follows(behind) or (after[:1] == ":" and is_beside)
    if after[:1] == ":" or (is_beside and not _has_words(after)):
        return True
    if not is_beside:
        return hit.field == "number" and _LIKE_NUMBER.match(after) is not None
    if hit.field in _NUMBERS:
        return _LIKE_NUMBER.match(after) is not None
    begins = after.lstrip(_EDGES)[:1]
    is_next_label = _phrases().at(words_of(after[: _BESIDE * 4]), 0) is not None
    return hit.field == "soa" or begins.isupper() or begins.isdigit() or is_next_label


def _date_follows(behind: str) -> bool:
    days = find_days(behind[: _BESIDE * 3])
    return bool(days) and days[0].start <= _BESIDE and "." not in behind[: days[0].start].strip(" .:")


def _only_labels(text: str) -> bool:
    """Return whether nothing stands in a text but labels: the headers of columns without a table."""
    if len(text) > _BESIDE * 5:
        return False
    words = words_of(text)
    labels = sum(behind - first for first, behind, _ in _phrases().all_in(words))
    return labels + sum(each.key in _FILLERS for each in words) >= len(words)


def _has_words(text: str) -> bool:
    return any(each.key not in _FILLERS for each in words_of(text))


def _value(text: str) -> str:
    words = words_of(text)
    if not any(each.key not in _FILLERS for each in words):
        return ""
    return text.strip(" \t:|/°#*·•")


def number_in(text: str) -> str:
    """Return the number at the beginning of a value: at most a few groups, with a digit; empty: there is none."""
    bare = text.strip(_EDGES)
    for prefix in ("no.", "nr.", "no", "nr", "n°", "number", "nummer"):
        if bare.lower().startswith(prefix) and not bare[len(prefix) : len(prefix) + 1].isalpha():
            bare = bare[len(prefix) :].strip(_EDGES)
            break
    match = _NUMBER.match(bare)
    found = match[0].strip(_EDGES) if match else ""
    return found if any(each.isdigit() for each in found) and len(found) <= _BESIDE * 3 else ""
