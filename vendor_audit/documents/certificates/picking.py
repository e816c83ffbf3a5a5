"""Picks the value of each field from what the labels of a certificate say; of two different ones none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.certificates.labels import number_in
from vendor_audit.documents.certificates.model import MOST_SITES, SCOPE, Place
from vendor_audit.documents.certificates.patterns import as_written
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import PASSAGE, cut

if TYPE_CHECKING:
    from vendor_audit.documents.certificates.fields import Fields, Found
    from vendor_audit.documents.certificates.lines import Line

_SITE_BREAK = re2.compile(r"\s*[·•;|\n]\s*")
_PLAIN_NUMBER = re2.compile(
    r"(?i)^\W*(?:no|nr|n°|number|nummer|numéro)\b\s*[.:°]?\s*([A-Z0-9][A-Z0-9./_-]{2,40}(?: \d{2,10})?)\W*"
    r"(?:(?:replaces|ersetzt|remplace|vervangt)\b.*)?$"
)
_ACCREDITED = re2.compile(r"accredit|akkredit")
_TOP = 60
"""Lines in which a number may stand by itself."""


class Picker:
    """Picks values, and notes where each was found or why it is not known."""

    def __init__(self, lines: list[Line], fields: Fields, language: str) -> None:
        """Take the lines of the certificate, what its labels say, and its language."""
        self._lines = lines
        self._fields = fields
        self._language = language
        self.places: dict[str, Place] = {}
        self.unknown: dict[str, str] = {}

    def place(self, name: str, line: Line, around: str = "") -> None:
        """Note where a field was found."""
        self.places[name] = line.place(around)

    def number(self) -> str:
        """Return the number of the certificate; a bare "registration number" counts where no other is given."""
        for name in ("number", "registration"):
            found: dict[str, Found] = {}
            for each in self._fields.values.get(name, ()):
                number = number_in(each.text)
                if number and not (name == "registration" and _is_of_accreditation(self._lines, each.line)):
                    found.setdefault(number, each)
            if len(found) > 1 and len({key.replace(" ", "") for key in found}) > 1:
                self.unknown["number"] = f"it gives several numbers: {', '.join(list(found)[:5])}"
                return ""
            if found:
                number, where = next(iter(found.items()))
                self.place("number", where.line, number)
                return number
        return self._plain_number()

    def _plain_number(self) -> str:
        """Return the number of a line such as ``No. NZC-ISMS-20871``."""
        for line in self._lines[:_TOP]:
            match = _PLAIN_NUMBER.match(line.text)
            if match and any(each.isdigit() for each in match[1]):
                self.place("number", line)
                return str(match[1])
        return ""

    def date(self, name: str) -> str:
        """Return the day of a field; of two different ones none."""
        values: dict[str, Found] = {}
        reasons: list[str] = []
        for each in self._fields.values.get(name, ()):
            days = find_days(each.text, self._language)
            if days and days[0].value:
                values.setdefault(days[0].value, each)
            elif days:
                reasons.append(days[0].reason)
        if len(values) > 1:
            self.unknown[name] = f"it gives several days: {', '.join(sorted(values)[:5])}"
            return ""
        if values:
            day, where = next(iter(values.items()))
            self.place(name, where.line, where.text)
            return day
        if reasons:
            self.unknown[name] = reasons[0]
        return ""

    def end_of_range(self, dates: dict[str, str]) -> None:
        """Take the expiry from "valid from ... to ..."."""
        if dates["expires"] or "expires" in self.unknown:
            return
        for each in self._fields.values.get("valid_from", ()):
            days = find_days(each.text, self._language)
            if len(days) > 1:
                if days[1].value:
                    dates["expires"] = days[1].value
                    self.place("expires", each.line, each.text)
                else:
                    self.unknown["expires"] = days[1].reason
                return

    def scope(self) -> str:
        """Return the scope statement: what its label says, else the sentence that begins with it."""
        found = self._fields.values.get("scope", ())
        if not found:
            for line in self._lines:
                for each in as_written("scope_sentences"):
                    match = each.search(line.text)
                    if match:
                        self.place("scope", line, match[1])
                        return cut(match[1], SCOPE)
            return ""
        self.place("scope", found[0].line, found[0].text)
        return cut(" ".join(each.text for each in found), SCOPE)

    def sites(self) -> tuple[str, ...]:
        """Return the sites, each once."""
        found = self._fields.values.get("sites", ())
        if found:
            self.place("sites", found[0].line, found[0].text)
        sites = [
            cut(part) for each in found for part in _SITE_BREAK.split(each.text[:PASSAGE]) if part and part.strip()
        ]
        if len(sites) > MOST_SITES:
            self.unknown["sites"] = f"only the first {MOST_SITES} were kept"
        return tuple(dict.fromkeys(sites))[:MOST_SITES]


def _is_of_accreditation(lines: list[Line], line: Line) -> bool:
    """Return whether a line, or one of the two before it, speaks of an accreditation."""
    at = next((index for index, each in enumerate(lines) if each is line), 0)
    return any(_ACCREDITED.search(each.lower) for each in lines[max(0, at - 2) : at + 1])
