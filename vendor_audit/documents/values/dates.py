"""Days as papers write them, in four languages, to ISO 8601; what can mean two days is told, not guessed.

``03/04/2026`` is the third of April to Europeans and the fourth of March to Americans: it is read only where the
document is German, French or Dutch, or where one of the two numbers is no month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import babel
import re2

from vendor_audit.documents.values.words import PASSAGE, folded

if TYPE_CHECKING:
    import re

_LANGUAGES = ("en", "de", "fr", "nl")
_MORE_MONTHS = {"sept": 9, "mrz": 3, "marz": 3, "janner": 1, "feber": 2, "fevr": 2, "jui": 6, "mrt": 3, "okt": 10}
_DAY_FIRST = frozenset({"de", "fr", "nl"})
_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """A day or a month found in a text."""

    value: str
    """``2026-02-03``, or ``2026-02`` where no day of the month is written; empty: it cannot be read."""
    text: str
    """As written."""
    reason: str
    """Why it cannot be read; else empty."""
    start: int
    end: int
    """Where it stands in the text."""

    @property
    def is_whole(self) -> bool:
        """Whether it is a day and not only a month."""
        return len(self.value) == len("2026-02-03")


def find_days(text: str, language: str = "") -> tuple[Day, ...]:
    """Return the days and months that a text names, in their order.

    Args:
        text: of which the first 2,000 characters are read.
        language: of the document: ``en``, ``de``, ``fr``, ``nl``, or empty.
    """
    return tuple(_read(match, language) for match in _finder().finditer(text[:PASSAGE]))


@cache
def _months() -> dict[str, int]:
    months = dict(_MORE_MONTHS)
    for language in _LANGUAGES:
        named = babel.Locale(language).months
        for context, width in (("format", "wide"), ("format", "abbreviated"), ("stand-alone", "wide")):
            for number, name in named[context][width].items():
                months.setdefault(folded(name).rstrip("."), number)
    return months


@cache
def _finder() -> re2._Regexp:
    accented = {name for language in _LANGUAGES for name in babel.Locale(language).months["format"]["wide"].values()}
    names = sorted({*_months(), *accented, "févr", "août", "déc", "mär", "jänner"}, key=len, reverse=True)
    month = f"(?:{'|'.join(names)})"
    number, year = r"\d{1,2}", r"(?:19|20)\d\d"
    ordinal = r"(?:st|nd|rd|th|er|ère|e|º|\.)?"
    return re2.compile(
        rf"(?i)\b(?:"
        rf"(?P<iso>{year}\s?[-/.]\s?{number}\s?[-/.]\s?{number})"
        rf"|(?P<day_first>{number}{ordinal}\s{{0,2}}[-/]?\s?(?:of\s|de\s)?{month}\.?\s{{0,2}}[-/,]?\s{{0,2}}{year})"
        rf"|(?P<month_first>{month}\.?\s{{0,2}}[-/]?\s?{number}(?:st|nd|rd|th)?\s?[-/,]?\s{{0,2}}{year})"
        rf"|(?P<numeric>{number}\s?[./-]\s?{number}\s?[./-]\s?{year})"
        rf"|(?P<short>{number}[./-]{number}[./-]\d\d)"
        rf"|(?P<named_month>{month}\.?,?\s{{1,2}}{year})"
        rf"|(?P<iso_month>{year}-(?:0[1-9]|1[0-2]))"
        rf"|(?P<number_month>(?:0[1-9]|1[0-2])[/.]{year})"
        rf")\b"
    )


def _read(match: re.Match[str], language: str) -> Day:
    kind, written = next((name, found) for name, found in match.groupdict().items() if found)
    value, reason = _value(kind, written, language)
    return Day(value, written, reason, match.start(), match.end())


def _value(kind: str, written: str, language: str) -> tuple[str, str]:
    """Return the value and an empty reason, or an empty value and the reason."""
    numbers = [int(each) for each in re2.findall(r"\d+", written)]
    match kind:
        case "short":
            return "", f"the year of '{written}' has two digits"
        case "iso":
            return _checked(numbers[0], numbers[1], numbers[2], written)
        case "iso_month":
            return written, ""
        case "number_month":
            return f"{numbers[1]}-{numbers[0]:02}", ""
        case "numeric":
            return _numeric(numbers, written, language)
        case _:
            return _named(kind, numbers, written)


def _named(kind: str, numbers: list[int], written: str) -> tuple[str, str]:
    month = next(
        number for each in re2.findall(r"[^\W\d_]+", folded(written)) if (number := _months().get(each)) is not None
    )
    if kind == "named_month":
        return f"{numbers[0]}-{month:02}", ""
    return _checked(numbers[1], month, numbers[0], written)


def _numeric(numbers: list[int], written: str, language: str) -> tuple[str, str]:
    first, second, year = numbers
    if first > _MONTHS or first == second or language in _DAY_FIRST or "." in written:
        return _checked(year, second, first, written)
    if second > _MONTHS:
        return _checked(year, first, second, written)
    return "", f"'{written}' may be day and month or month and day"


def _checked(year: int, month: int, day: int, written: str) -> tuple[str, str]:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return "", f"'{written}' is no day that a paper of today can mean"
    try:
        return date(year, month, day).isoformat(), ""
    except ValueError:
        return "", f"there is no day '{written}'"
