"""SOC 2, SOC 3 and C5 reports: type, period, who looked at what, and with which opinion.

SOC: AICPA, AT-C section 205 with the Trust Services Criteria; C5: BSI, by ISAE 3000.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.certificates.model import Kind, Place, Report
from vendor_audit.documents.certificates.patterns import any_says, as_written, says
from vendor_audit.documents.values.companies import Likeness, find_form, names_match
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import any_of, cut, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.lines import Line

_TITLE_LINES = 40
_OPINION_LINES = 400
"""Lines in which the auditor's report stands."""
_NEAR = 120
"""Characters behind "for the period" in which the days stand."""
_LONGEST = 120
_MOST_NAMES = 20
_C5_EDITION = re2.compile(r"\bc5\W{0,3}(20\d\d)\b|\bc5\b.{0,40}\b(20(?:16|20|26))\b")
_AND = re2.compile(r",\s*(?:and\s+)?|\s+and\s+")
_BOTH = 2


class ReportReader:
    """Reads one report, and notes where each thing was found and why something is not known."""

    def __init__(self, lines: Sequence[Line], kind: Kind, language: str) -> None:
        """Take the lines of the document, what it is, and its language."""
        self._lines = lines
        self._kind = kind
        self._language = language
        self.places: dict[str, Place] = {}
        self.unknown: dict[str, str] = {}

    def read(self) -> Report:
        """Return what the report says."""
        start, end, as_of = self._period()
        organisation, system = self._title()
        kind = self._type(start)
        report = Report(
            type=kind,
            period_start=start,
            period_end=end,
            as_of="" if end else as_of,
            auditor=self._auditor(organisation),
            organisation=organisation,
            system=system,
            opinion=self._opinion(),
            categories=self._categories(),
            subservice_method=self._method(),
            subservice_organisations=self._subservice(),
            edition=self._edition(),
            bridge_until=self._bridge_until(end),
        )
        self._note_gaps(report)
        return report

    def _note(self, name: str, line: Line, around: str = "") -> None:
        self.places.setdefault(name, line.place(around))

    def _note_gaps(self, report: Report) -> None:
        prefix = "c5" if self._kind is Kind.C5_ATTESTATION else "soc2"
        gaps = {
            "type": report.type or "the report does not say its type",
            "auditor": report.auditor or "no firm of auditors was found in the text",
            "system": report.system or "the title names no system",
            "opinion": report.opinion or "no opinion was found in the text",
            "period.end": report.period_end or report.as_of or "no period and no day was found",
        }
        fulfilled = (report.type, report.auditor, report.system, report.opinion, report.period_end or report.as_of)
        for (name, why), has in zip(gaps.items(), fulfilled, strict=True):
            is_asked = self._kind is not Kind.BRIDGE_LETTER or name == "period.end"
            if not has and is_asked:
                self.unknown.setdefault(f"{prefix}.{name}", str(why))

    def _type(self, start: str) -> int:
        """Return the type that the title names; of both in one line neither."""
        for line in self._lines[:_TITLE_LINES]:
            found = [number for number in (1, 2) if says(line, "reports", "types", str(number))]
            if len(found) == 1:
                self._note("type", line)
                return found[0]
        return 2 if start else 0

    def _period(self) -> tuple[str, str, str]:
        """Return first day, last day, and the day of a report of type 1."""
        wanted = any_of("certificates", "reports", "period")
        for line in self._lines[:_OPINION_LINES]:
            for match in wanted.finditer(line.lower):
                days = find_days(line.text[match.end() : match.end() + _NEAR], self._language)
                if len(days) >= _BOTH and days[0].value and days[1].value:
                    self._note("period", line, line.text[match.start() : match.end()])
                    return days[0].value, days[1].value, ""
        for line in self._lines[:_TITLE_LINES]:
            days = find_days(line.text, self._language)
            if len(days) == _BOTH and all(each.is_whole for each in days) and days[0].value < days[1].value:
                self._note("period", line)
                return days[0].value, days[1].value, ""
        as_of = any_of("certificates", "reports", "as_of")
        for line in self._lines[:_OPINION_LINES]:
            for match in as_of.finditer(line.lower):
                days = find_days(line.text[match.end() : match.end() + len(" 30 September 2026")], self._language)
                if days and days[0].is_whole and not line.text[match.end() : match.end() + days[0].start].strip():
                    self._note("as_of", line)
                    return "", "", days[0].value
        return "", "", ""

    def _title(self) -> tuple[str, str]:
        """Return whose system it is and what it is called."""
        first, second, third = as_written("reports", "titles")
        for line in self._lines[:_OPINION_LINES]:
            match = first.search(line.text) or second.search(line.text)
            if match and match[1][:1].isupper():
                self._note("system", line)
                return _tidy(match[1]), _tidy(match[2])
            other = third.search(line.text)
            if other and other[1][:1].isupper() and other[2][:1].isupper():
                self._note("system", line)
                return _tidy(other[2]), _tidy(other[1])
        service = as_written("reports", "service_titles")[0]
        for line in self._lines[:_TITLE_LINES]:
            named = service.search(line.text)
            if named and named[1][:1].isupper():
                self._note("system", line)
                return "", _tidy(named[1])
        return "", ""

    def _auditor(self, organisation: str) -> str:
        """Return the firm: by its label, else the first short line that is a firm of auditors."""
        lines = self._lines[:_OPINION_LINES]
        for line in lines:
            for each in as_written("reports", "auditor_labels"):
                match = each.search(line.text)
                if match:
                    self._note("auditor", line)
                    return _tidy(match[1])
        firms = as_written("reports", "firms")[0]
        for line in lines:
            firm = firms.search(line.text) or _known_firms().search(line.text)
            if not firm or len(line.text) > _LONGEST or not line.text[:1].isupper():
                continue
            form = find_form(line.text)
            name = _tidy(line.text[: max(firm.end(), form.end if form else 0)])
            if names_match(name, organisation) is not Likeness.SAME:
                self._note("auditor", line)
                return name
        return ""

    def _opinion(self) -> str:
        """Return the opinion: a modified one shows itself by its words, an unmodified one by the lack of them."""
        lines = self._lines[:_OPINION_LINES]
        for name in ("adverse", "disclaimer", "qualified"):
            for line in lines:
                if says(line, "reports", name) and not says(line, "reports", "unqualified_words"):
                    self._note("opinion", line)
                    return name
        given = any_says(lines, "reports", "opinion") or any_says(lines, "reports", "unqualified_words")
        if given is None:
            return ""
        self._note("opinion", given)
        return "unqualified"

    def _categories(self) -> tuple[str, ...]:
        """Return the categories of the Trust Services Criteria that the scope names."""
        if self._kind is Kind.C5_ATTESTATION:
            return ()
        names = list(vocabulary("certificates")["reports"]["categories"])
        for line in self._lines[:_OPINION_LINES]:
            if "relevant to" in line.lower or "trust services c" in line.lower:
                found = tuple(each for each in names if says(line, "reports", "categories", each))
                if found:
                    self._note("categories", line)
                    return found
        return ()

    def _method(self) -> str:
        for name in ("none_used", "carve_out", "inclusive"):
            line = any_says(self._lines[:_OPINION_LINES], "reports", name)
            if line:
                self._note("subservice_method", line)
                return name
        return ""

    def _subservice(self) -> tuple[str, ...]:
        """Return the subservice organisations that a sentence names as such."""
        used = as_written("reports", "subservice")[0]
        names: list[str] = []
        for line in self._lines[:_OPINION_LINES]:
            match = used.search(line.text)
            if match and match[1][:1].isupper():
                self._note("subservice_organisations", line, match[0])
                names += [_tidy(each) for each in _AND.split(match[1]) if each and each.strip()[:1].isupper()]
        return tuple(dict.fromkeys(each for each in names if each))[:_MOST_NAMES]

    def _bridge_until(self, end: str) -> str:
        """Return the last day that a bridge letter speaks of, after the period of the report."""
        if self._kind is not Kind.BRIDGE_LETTER or not end:
            return ""
        days = [
            each.value
            for line in self._lines[:_OPINION_LINES]
            for each in find_days(line.text, self._language)
            if each.is_whole and each.value > end
        ]
        return max(days, default="")

    def _edition(self) -> str:
        if self._kind is not Kind.C5_ATTESTATION:
            return ""
        for line in self._lines[:_OPINION_LINES]:
            match = _C5_EDITION.search(line.lower)
            if match:
                self._note("edition", line)
                return str(match[1] or match[2])
        self.unknown["c5.edition"] = "the report names no edition of the C5 catalogue"
        return ""


def _tidy(text: str) -> str:
    kept = cut(text.strip(" ,;:\u201c\u201d\u201e\"'\u2019()"), _LONGEST)
    kept = kept.removesuffix("'s").removesuffix("\u2019s")
    form = find_form(kept)
    return kept if form and form.end == len(kept) else kept.rstrip(". ")


@cache
def _known_firms() -> re2._Regexp:
    names = sorted(vocabulary("certificates")["reports"]["known_firms"], key=len, reverse=True)
    return re2.compile(rf"(?:^|\W)({'|'.join(re2.escape(each) for each in names)})(?:$|\W)")
