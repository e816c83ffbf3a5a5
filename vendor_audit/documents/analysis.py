"""What a document of a kind says: which readers are asked, and their answers as the facts of the document probe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.library import LANGUAGES, load_library
from vendor_audit.documents.clauses.model import Status
from vendor_audit.documents.clauses.reading import read_clauses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.clauses.model import Json
    from vendor_audit.documents.clauses.reading import Reading as ClauseReading
    from vendor_audit.documents.model import Document

_NOTICE = "privacy_notice"
_AGREEMENTS = frozenset({"dpa", "scc"})
_LIBRARIES = {
    **dict.fromkeys(("dpa", "scc", "terms", "order_form", "toms"), "dpa"),
    **dict.fromkeys(("trust_page", "product_docs", "legal_notice"), "claims"),
}
"""Kind of document -> clause library."""
_LISTS = frozenset({"subprocessors", "dpa", "scc"})
_CERTIFICATES = frozenset({"iso27001", "iso27701", "iso27018", "soc2", "c5", "soa"})
_WITH_PERIODS = frozenset({"dpa", "trust_page", "toms"})


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the parties before the document is read."""

    vendor_names: tuple[str, ...]
    customer_names: tuple[str, ...]
    product_names: tuple[str, ...]
    audit_date: str
    """Of the audit, UTC: year-month-day."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the document says."""

    facts: dict[str, Json]
    """In the shape of schemas/facts/document.schema.json, without what all documents have."""
    unknown: dict[str, str]
    """Dotted path of a fact -> why it could not be established."""


def analyse(document: Document, kind: str, context: Context) -> Reading:
    """Return what a document of this kind says. Pure; the time is linear in the length of the document.

    Args:
        document: as it was read.
        kind: its key in the vendor file: ``dpa``, ``privacy_notice``, ...
        context: who the parties are.
    """
    facts: dict[str, Json] = {}
    unknown: dict[str, str] = {}
    if (kind in _LIBRARIES or kind == _NOTICE) and document.language not in LANGUAGES:
        unknown["requirements"] = "clauses are read in English, German, French and Dutch, and it is in none of these"
    elif kind == _NOTICE:
        _read_notice(document, context, facts, unknown)
    elif kind in _LIBRARIES:
        _read_requirements(document, kind, context, facts, unknown)
    if kind in _LISTS:
        _read_list(document, kind, facts, unknown)
    if kind in _CERTIFICATES:
        _read_certificate(document, context, facts, unknown)
    return Reading(facts, unknown)


def _read_requirements(
    document: Document, kind: str, context: Context, facts: dict[str, Json], unknown: dict[str, str]
) -> None:
    library = load_library(_LIBRARIES[kind], document.language)
    readings = read_clauses(document, library, vendor_names=context.vendor_names, customer_names=context.customer_names)
    if kind in _AGREEMENTS:
        from vendor_audit.documents.agreement import DOUBTFUL, in_doubt, is_agreement, paper_facts, without_duties

        verdict = is_agreement(document, library, readings)
        if verdict is None:
            unknown["is_agreement"] = f"{DOUBTFUL}: a person has to read it"
            readings = in_doubt(readings)
        else:
            facts["is_agreement"] = verdict
            readings = readings if verdict else without_duties(readings)
        facts |= paper_facts(document, context.vendor_names, context.customer_names, context.product_names)
    facts["requirements"] = {reading.requirement.id: reading.to_json() for reading in readings}
    unknown |= _unclear(readings, document)
    unknown |= {f"requirements.{each}": "it is not read in this language yet" for each in library.unworded}
    if kind in _WITH_PERIODS:
        from vendor_audit.documents.retention import retention_periods

        facts["retention"] = [each.to_json() for each in retention_periods(document, library)]
        if unread := document.unread:
            unknown["retention"] = f"{unread}, and more periods may stand there"


def _read_notice(document: Document, context: Context, facts: dict[str, Json], unknown: dict[str, str]) -> None:
    from vendor_audit.documents.notices import read_notice

    vendor = (*context.vendor_names, *context.product_names)
    found = read_notice(document, vendor_names=vendor, customer_names=context.customer_names)
    facts |= found.facts
    unknown |= found.unknown
    unread = document.unread
    if unread:
        unknown["retention"] = f"{unread}, and more periods may stand there"
    for name, each in found.facts["requirements"].items():
        status = Status(each["status"])
        if (reason := _doubt(status, each.get("note", ""), unread)) is not None:
            unknown[f"requirements.{name}.status"] = reason


def _unclear(readings: Sequence[ClauseReading], document: Document) -> dict[str, str]:
    """Return which statuses nobody vouches for: the readings differ, or part of the document was not read."""
    unread = document.unread
    return {
        f"requirements.{reading.requirement.id}.status": reason
        for reading in readings
        if (reason := _doubt(reading.status, reading.note, unread)) is not None
    }


def _doubt(status: Status, note: str, unread: str) -> str | None:
    """Return why nobody vouches for a status; None: it is vouched for."""
    if status is Status.UNCLEAR:
        return f"{note}: a person has to read it"
    return f"{unread}, and it may stand there" if unread and status is not Status.PRESENT else None


def _read_list(document: Document, kind: str, facts: dict[str, Json], unknown: dict[str, str]) -> None:
    from vendor_audit.documents.subprocessors.reading import read_subprocessors

    found = read_subprocessors(document)
    shape = found.to_json()
    if found.rows or found.none_declared:
        shape["found"] = True
    elif kind in _AGREEMENTS and document.language in LANGUAGES and not document.unread:
        shape["found"] = False
    else:
        # A page of sub-processors without one is a page that we cannot read, not a vendor without sub-processors.
        unknown["list.found"] = document.unread or "nothing that could be read as a list was found"
    facts["list"] = shape
    unknown |= {f"list.{path}": reason for path, reason in found.unknown.items()}


def _read_certificate(document: Document, context: Context, facts: dict[str, Json], unknown: dict[str, str]) -> None:
    from vendor_audit.documents.certificates.comparing import scope_names
    from vendor_audit.documents.certificates.model import Kind
    from vendor_audit.documents.certificates.reading import read_certificate
    from vendor_audit.documents.values.companies import names_match

    found = read_certificate(document)
    shape = found.to_json()
    holder = found.holder or (found.report.organisation if found.report else "")
    scope = found.scope or (found.report.system if found.report else "")
    if holder and context.vendor_names:
        order = ("same", "similar", "different")
        matches = [names_match(holder, name).value for name in context.vendor_names]
        shape["holder_match"] = min(matches, key=order.index)
    if scope and context.product_names:
        shape["scope_names_product"] = bool(scope_names(scope, context.product_names))
    audited = date.fromisoformat(context.audit_date)
    if (expires := _day(found.expires)) is not None:
        shape["days_left"] = (expires - audited).days
    report = shape.get("soc2", {})
    last = report.get("bridge_until") or report.get("period", {}).get("end") or report.get("as_of")
    if (ended := _day(last)) is not None:
        months = (audited.year - ended.year) * 12 + audited.month - ended.month - (audited.day < ended.day)
        report["months_since_end"] = max(0, months)
    facts["certificate"] = shape
    unknown |= {f"certificate.{path}": reason for path, reason in found.unknown.items()}
    if found.kind is Kind.OTHER and document.unread:
        unknown["certificate.kind"] = f"{document.unread}, and what it is may stand there"


def _day(text: str | None) -> date | None:
    """Return a whole day; None: it is a month or a year, or nothing."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
