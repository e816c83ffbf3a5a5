"""Durations as contracts write them: "within seventy-two (72) hours", "binnen 30 dagen", "zwei Wochen"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_audit.documents.clauses.model import Library

_IN_HOURS = {
    "hours": 1.0,
    "days": 24.0,
    "working_days": 24.0,
    "weeks": 168.0,
    "months": 730.0,
    "years": 8_760.0,
}
"""A month is the twelfth part of a year of 365 days; working days are counted as days, and told apart by the caller."""


def durations_in(text: str, library: Library, unit: str) -> Iterator[float]:
    """Yield every duration of a folded text, in ``hours`` or ``days``.

    Numbers in digits and in words; where both stand ("thirty (30) days") the digits count.
    """
    for number, name in _found(text, library):
        hours = number * _IN_HOURS[name]
        yield hours if unit == "hours" else hours / 24


def _found(text: str, library: Library) -> Iterator[tuple[float, str]]:
    pattern = _pattern(tuple(library.units), tuple(library.numbers))
    for match in pattern.finditer(text):
        digits, word = match["digits"], match["word"]
        number = float(digits) if digits else _worded(word, library.numbers)
        yield number, library.units[match["unit"]]


def _worded(words: str, numbers: Mapping[str, float]) -> float:
    """Return the number that words say: a single word, or tens and units with a hyphen."""
    return numbers[words] if words in numbers else sum(numbers[each] for each in re.split(r"[ -]", words))


@lru_cache(maxsize=16)
def _pattern(units: tuple[str, ...], numbers: tuple[str, ...]) -> re.Pattern[str]:
    unit = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    word = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
    words = rf"(?:{word})(?:[ -](?:{word}))?"
    digits = r"\(?(?P<digits>\d{1,4})\)?(?: ?\([^()]{1,30}\))?"
    return re.compile(rf"\b(?:(?:{words} ?)?{digits}|(?P<word>{words}))[ -]?(?P<unit>{unit})\b")
