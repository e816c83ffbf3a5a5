"""Reads a document as a certificate or report: what it is, and the fields that such a paper has.

Every step takes time linear in the text; what is kept is bounded. Nothing is guessed: two days for one field, a number
that may be another's, a mark that is a picture stay unknown, with the reason.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.certificates.accrediting import accreditation_of
from vendor_audit.documents.certificates.applicability import applicability_of
from vendor_audit.documents.certificates.fields import Fields
from vendor_audit.documents.certificates.issuers import body_of, holder_of
from vendor_audit.documents.certificates.kinds import Signs, kind_of
from vendor_audit.documents.certificates.lines import OF_A_CERTIFICATE, lines_of
from vendor_audit.documents.certificates.model import (
    EXPECTED,
    Accreditation,
    Certificate,
    Kind,
)
from vendor_audit.documents.certificates.patterns import any_says
from vendor_audit.documents.certificates.picking import Picker
from vendor_audit.documents.certificates.reports import ReportReader
from vendor_audit.documents.certificates.standards import edition_of_27001, standards_in, summed_up
from vendor_audit.documents.values.companies import Likeness, names_match
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import any_of, cut, folded, vocabulary

if TYPE_CHECKING:
    from vendor_audit.documents.model import Document

_REPORTS = frozenset({Kind.SOC1_REPORT, Kind.SOC2_REPORT, Kind.SOC3_REPORT, Kind.C5_ATTESTATION, Kind.BRIDGE_LETTER})
_WITH_SOA = frozenset(
    {Kind.ISO27001_CERTIFICATE, Kind.ISO27701_CERTIFICATE, Kind.ISO27017_CERTIFICATE, Kind.ISO27018_CERTIFICATE}
)
_DATES = ("original_issue", "issued", "valid_from", "expires")
_WHAT = {
    "number": "certificate number",
    "holder": "holder",
    "scope": "scope statement",
    "certification_body": "certification body",
    "accreditation": "accreditation body or mark",
    "issued": "date of issue",
    "expires": "date of expiry",
    "soa": "Statement of Applicability",
}


def read_certificate(document: Document) -> Certificate:
    """Return what a document says as a certificate, a report or a statement."""
    return _Reader(document).read()


class _Reader:
    """Reads one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._all = lines_of(document)
        self._lines = self._all[:OF_A_CERTIFICATE]
        self._fields = Fields(language=document.language)
        self._fields.take(self._lines)
        self._picked = Picker(self._lines, self._fields, document.language)

    def read(self) -> Certificate:
        """Return what the document says."""
        named = standards_in(self._lines)
        body = body_of(self._lines, self._fields)
        holder = holder_of(self._lines, self._fields, body)
        number = self._picked.number()
        dates = {name: self._picked.date(name) for name in _DATES}
        self._picked.end_of_range(dates)
        is_own = holder is not None and body is not None and names_match(holder.name, body.name) is Likeness.SAME
        signs = Signs(bool(number), bool(dates["expires"]), body is not None, holder is not None, is_own)
        kind = kind_of(self._all, self._document.title, named, signs)
        if kind in _REPORTS:
            return self._report(kind)
        edition, why, edition_line = edition_of_27001(named)
        if edition_line:
            self._picked.place(
                "edition", edition_line, next((each.standard.text for each in named if each.line is edition_line), "")
            )
        elif kind is Kind.ISO27001_CERTIFICATE:
            self._picked.unknown["edition"] = why
        accreditation, accreditor = accreditation_of(self._lines)
        for name, company in (("holder", holder), ("certification_body", body)):
            if company:
                self._picked.place(name, company.line, company.name)
        if accreditor:
            self._picked.place("accreditation", accreditor, accreditation.body if accreditation else "")
        soa = applicability_of(self._lines, self._document.language)
        if soa:
            self._picked.place("soa", soa.line, soa.said)
            if not soa.version:
                self._picked.unknown["soa.version"] = "the Statement of Applicability is named without a version"
            if soa.reason:
                self._picked.unknown["soa.date"] = soa.reason
        scope, sites = self._picked.scope(), self._picked.sites()
        labelled = self._fields.first("address")
        found: dict[str, object] = {
            "number": number,
            "holder": holder,
            "scope": scope,
            "certification_body": body,
            "accreditation": accreditation,
            "issued": dates["issued"],
            "expires": dates["expires"],
            "soa": soa or kind not in _WITH_SOA,
        }
        missing = self._missing(kind, found, accreditation)
        return Certificate(
            kind=kind,
            standards=summed_up(named),
            edition=edition,
            number=number,
            holder=holder.name if holder else "",
            address=(holder.address if holder else "") or (cut(labelled.text) if labelled else ""),
            scope=scope,
            sites=sites,
            certification_body=body.name if body else "",
            accreditation=accreditation,
            original_issue=dates["original_issue"],
            issued=dates["issued"],
            valid_from=dates["valid_from"],
            expires=dates["expires"],
            soa_version=soa.version if soa else "",
            soa_date=soa.date if soa else "",
            host_hints=self._host_hints(holder.name if holder else "", scope),
            missing=missing,
            places=self._picked.places,
            unknown=self._picked.unknown,
        )

    def _report(self, kind: Kind) -> Certificate:
        reader = ReportReader(self._all, kind, self._document.language)
        report = reader.read()
        return Certificate(
            kind=kind,
            holder=report.organisation,
            report=report,
            places=reader.places,
            unknown=reader.unknown,
        )

    def _missing(self, kind: Kind, found: dict[str, object], accreditation: Accreditation | None) -> tuple[str, ...]:
        """Say what was not found; return what of it the text surely does not have."""
        if not kind.value.startswith("iso"):
            return ()
        absent = [name for name in EXPECTED if not found[name] and name not in self._picked.unknown]
        why = self._document.unread
        for name in absent:
            self._picked.unknown[name] = f"no {_WHAT[name]} was found in the text" + (f": {why}" if why else "")
        if "accreditation" in absent:
            self._picked.unknown["accreditation"] += "; a mark that is a picture is not read"
        elif accreditation is not None and not accreditation.body and not accreditation.is_denied:
            self._picked.unknown["accreditation.body"] = "a mark is named, but no accreditation body"
        surely = (
            {"soa"} if self._has_spare_day() or "valid_from" in self._picked.places else {"soa", "issued", "expires"}
        )
        return () if why else tuple(each for each in absent if each in surely)

    def _has_spare_day(self) -> bool:
        """Return whether the text has a day that no field took: it may be the one that was not found."""
        taken = {
            day.text
            for found in self._fields.values.values()
            for each in found
            for day in find_days(each.text, self._document.language)
        }
        return any(
            day.text not in taken for line in self._lines for day in find_days(line.text, self._document.language)
        )

    def _host_hints(self, holder: str, scope: str) -> tuple[str, ...]:
        hints = []
        if holder and _hosts().search(folded(holder)):
            hints.append("holder")
        if scope and any_of("certificates", "host_scopes").search(folded(scope)):
            hints.append("scope")
        if any_says(self._lines, "kinds", "certified_host"):
            hints.append("certified_host")
        return tuple(hints)


@cache
def _hosts() -> re2._Regexp:
    names = "|".join(re2.escape(folded(each)) for each in vocabulary("certificates")["hosts"])
    return re2.compile(rf"(?:^|\W)(?:{names})(?:$|\W)")
