"""The nouns of a certificate or report that was read. Each turns into facts; what is not known is absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json

QUOTE = 300
"""Characters that are kept of the line in which a field was found."""
SCOPE = 1_000
"""Characters that are kept of a scope statement."""
MOST_SITES = 100
EXPECTED = ("number", "holder", "scope", "certification_body", "accreditation", "issued", "expires", "soa")
"""What a certificate of a management system has to state besides its standard."""


class Kind(StrEnum):
    """What a paper really is, whatever its file is called."""

    ISO27001_CERTIFICATE = "iso27001_certificate"
    ISO27701_CERTIFICATE = "iso27701_certificate"
    ISO27018_CERTIFICATE = "iso27018_certificate"
    ISO27017_CERTIFICATE = "iso27017_certificate"
    ISO_CERTIFICATE = "iso_certificate"
    """To another standard, such as ISO 9001."""
    SOC1_REPORT = "soc1_report"
    SOC2_REPORT = "soc2_report"
    SOC3_REPORT = "soc3_report"
    C5_ATTESTATION = "c5_attestation"
    BRIDGE_LETTER = "bridge_letter"
    """The vendor's own word for the time since the end of a report's period."""
    STATEMENT_OF_APPLICABILITY = "statement_of_applicability"
    STATEMENT_OF_COMPLIANCE = "statement_of_compliance"
    """The vendor's own word: "aligned with ISO 27001", "our data centre is certified"."""
    AUDIT_LETTER = "audit_letter"
    """A letter about an audit, or about a certificate that is to come."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field was found."""

    page: int
    """0: the format has no pages."""
    section: str
    quote: str

    def to_json(self) -> dict[str, Json]:
        """Return the place as JSON."""
        return {"page": self.page, "section": self.section, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard that the paper names as met."""

    name: str
    """``ISO/IEC 27001``."""
    edition: str
    """The year as printed; empty: none is printed."""
    amendments: tuple[str, ...] = ()
    """``Amd 1:2024``."""
    text: str = ""
    """As printed: ``EN ISO/IEC 27001:2023``."""

    def to_json(self) -> dict[str, Json]:
        """Return the standard as JSON; ``edition`` and ``amendments`` only where they are printed."""
        shape: dict[str, Json] = {"name": self.name, "text": self.text}
        if self.edition:
            shape["edition"] = self.edition
        if self.amendments:
            shape["amendments"] = list(self.amendments)
        return shape


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Who accredited the certification body, as far as it stands in text."""

    body: str
    """The short name of a known body (``DAkkS``), else as printed; empty: only that there is none, or a mark."""
    is_known: bool = False
    """Whether the body is one of our list; which of them count, the dated data say."""
    country: str = ""
    """Of a known body, ISO 3166-1 alpha-2."""
    number: str = ""
    mark: str = ""
    """The mark of the recognition arrangement, where it stands in text: ``IAF MLA``."""
    is_denied: bool = False
    """Whether the paper says that it was issued without accreditation."""

    def to_json(self) -> dict[str, Json]:
        """Return the accreditation as JSON."""
        shape: dict[str, Json] = {"denied": self.is_denied}
        if self.body:
            shape |= {"body": self.body, "known": self.is_known}
        for name in ("country", "number", "mark"):
            if value := getattr(self, name):
                shape[name] = value
        return shape


@dataclass(frozen=True, slots=True)
class Report:
    """What an auditor's report says: SOC 2, SOC 3, C5."""

    type: int = 0
    """1: design on a day; 2: working over a period; 0: unknown."""
    period_start: str = ""
    period_end: str = ""
    as_of: str = ""
    """The day of a report of type 1."""
    auditor: str = ""
    organisation: str = ""
    system: str = ""
    """What was looked at, in the words of the title: the product."""
    opinion: str = ""
    """``unqualified``, ``qualified``, ``adverse`` or ``disclaimer``."""
    categories: tuple[str, ...] = ()
    """``security``, ``availability``, ``processing_integrity``, ``confidentiality``, ``privacy``."""
    subservice_method: str = ""
    """``carve_out``, ``inclusive`` or ``none_used``."""
    subservice_organisations: tuple[str, ...] = ()
    edition: str = ""
    """Of the C5 catalogue: ``2020``."""
    bridge_until: str = ""
    """Of a bridge letter: the last day that it speaks of, which may be the day of its signature."""

    def to_json(self) -> dict[str, Json]:
        """Return the report as JSON."""
        shape: dict[str, Json] = {}
        if self.type:
            shape["type"] = self.type
        period = {"start": self.period_start, "end": self.period_end}
        if any(period.values()):
            shape["period"] = {key: value for key, value in period.items() if value}
        for name in (
            "as_of",
            "auditor",
            "organisation",
            "system",
            "opinion",
            "subservice_method",
            "edition",
            "bridge_until",
        ):
            if value := getattr(self, name):
                shape[name] = value
        if self.categories:
            shape["categories"] = list(self.categories)
        if self.subservice_organisations:
            shape["subservice_organisations"] = list(self.subservice_organisations)
        return shape


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate, report or statement says."""

    kind: Kind
    standards: tuple[Standard, ...] = ()
    edition: str = ""
    """Of ISO/IEC 27001, as ISO counts: "2022" for EN ISO/IEC 27001:2023; empty: none, or several."""
    number: str = ""
    holder: str = ""
    address: str = ""
    scope: str = ""
    sites: tuple[str, ...] = ()
    certification_body: str = ""
    accreditation: Accreditation | None = None
    original_issue: str = ""
    issued: str = ""
    valid_from: str = ""
    expires: str = ""
    soa_version: str = ""
    soa_date: str = ""
    report: Report | None = None
    """Of SOC 2, SOC 3 and C5."""
    host_hints: tuple[str, ...] = ()
    """Why it may be a host's and not the vendor's own: ``holder``, ``scope``, ``certified_host`` (the paper says that
    the data centre is certified)."""
    missing: tuple[str, ...] = ()
    """Of a certificate of a management system: what it surely does not state, of ``issued`` and ``expires`` (its text
    has no day that could be it) and ``soa``. Empty if not all of the paper is text. What else was not found is only
    unknown."""
    places: Mapping[str, Place] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Dotted path of a fact -> why it could not be established."""

    def to_json(self) -> dict[str, Json]:
        """Return the facts without what is unknown."""
        shape: dict[str, Json] = {"kind": self.kind.value, "standards": [each.to_json() for each in self.standards]}
        for name in ("edition", "number", "holder", "address", "scope", "certification_body"):
            if value := getattr(self, name):
                shape[name] = value
        if self.sites:
            shape["sites"] = list(self.sites)
        if self.accreditation is not None:
            shape["accreditation"] = self.accreditation.to_json()
        for name in ("original_issue", "issued", "valid_from", "expires"):
            if value := getattr(self, name):
                shape[name] = value
        soa = {"version": self.soa_version, "date": self.soa_date}
        if any(soa.values()):
            shape["soa"] = {key: value for key, value in soa.items() if value}
        if self.report is not None:
            shape["c5" if self.kind is Kind.C5_ATTESTATION else "soc2"] = self.report.to_json()
        shape["host_hints"] = list(self.host_hints)
        if self.kind.value.startswith("iso"):
            shape["missing"] = list(self.missing)
        shape["places"] = {name: place.to_json() for name, place in self.places.items()}
        return shape
