"""The view: everything that a report says, in the order in which it says it. A pure function of the audit document.

Templates and the terminal read these frozen objects and hold no logic of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports import annexes
from vendor_audit.reports.findings import AreaView, FindingView, areas_that_matter
from vendor_audit.reports.interface import EvidenceReader, no_evidence
from vendor_audit.reports.json_report import REPORT as JSON_REPORT
from vendor_audit.reports.lookup import Lookup, clock, day
from vendor_audit.reports.places import Places, places_of
from vendor_audit.reports.summary import Summary, summarize
from vendor_audit.reports.text import plural
from vendor_audit.reports.words import PROBE_CLASSES, SEVERITIES

if TYPE_CHECKING:
    from vendor_audit.observation import Json


_LISTED = 28
"""Findings that fit on the page of the contents, with the words of the verdicts below them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands under it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report."""

    title: str
    vendor: str
    product: str
    audit_id: str
    started: str
    """UTC, ISO 8601 to the second: the only date that a report carries."""
    day: str
    tool: str
    audit_sha256: str
    """Of the audit document as the JSON format writes it."""
    vendor_file: Fact
    """File name and SHA-256."""
    complete: bool
    warnings: tuple[str, ...]
    facts: tuple[Fact, ...]
    summary: Summary
    areas: tuple[AreaView, ...]
    unknown: tuple[annexes.CheckRow, ...]
    passed: tuple[annexes.CheckRow, ...]
    not_applicable: tuple[annexes.CheckRow, ...]
    accepted: tuple[annexes.DecisionRow, ...]
    reviews: tuple[annexes.DecisionRow, ...]
    unreachable: tuple[annexes.ObservationRow, ...]
    method: tuple[annexes.MethodRow, ...]
    targets: tuple[annexes.TargetRow, ...]
    places: Places
    limits: tuple[Fact, ...]
    observations: tuple[annexes.ObservationRow, ...]
    data: tuple[annexes.SourceRow, ...]
    checklists: tuple[annexes.SourceRow, ...]

    @property
    def judged(self) -> bool:
        """Whether anything was judged at all; if not, no table may be read as good news."""
        return self.summary.interval.known or any((self.areas, self.unknown, self.passed, self.accepted))

    @property
    def listed(self) -> tuple[FindingView, ...]:
        """The findings that the contents name: all, or where they are too many for the page the gravest."""
        findings = tuple(each for area in self.areas for each in area.findings)
        if len(findings) <= _LISTED:
            return findings
        return tuple(each for each in findings if each.severity in SEVERITIES[:2])[:_LISTED]

    @property
    def unlisted(self) -> int:
        """How many the contents leave out."""
        return sum(len(area.findings) for area in self.areas) - len(self.listed)


def build_view(audit: dict[str, Json], evidence: EvidenceReader = no_evidence) -> ReportView:
    """Return the view of an audit document. Its strings are made visible and are bounded (`visible_all`)."""
    look = Lookup.over(audit, evidence)
    safe = look.audit
    declared = safe["vendor_file"]["data"]
    vendor = declared.get("vendor", {}).get("name", safe["vendor_file"]["name"])
    areas = areas_that_matter(look)
    observations = annexes.observation_rows(look)
    return ReportView(
        title=f"Audit of {vendor}, {day(safe['started'])}",
        vendor=vendor,
        product=declared.get("product", {}).get("name", ""),
        audit_id=safe["id"],
        started=safe["started"][:19] + "Z",
        day=day(safe["started"]),
        tool=f"{safe['tool']['name']} {safe['tool']['version']}",
        audit_sha256=hashlib.sha256(JSON_REPORT.render(audit, evidence)).hexdigest(),
        vendor_file=Fact("Vendor file", safe["vendor_file"]["name"], safe["vendor_file"]["sha256"]),
        complete=safe.get("complete", True),
        warnings=tuple(safe.get("warnings", [])),
        facts=_facts(safe),
        summary=summarize(look, areas),
        areas=areas,
        unknown=annexes.checks_with(look, "inconclusive"),
        passed=annexes.checks_with(look, "pass"),
        not_applicable=annexes.checks_with(look, "not_applicable"),
        accepted=annexes.accepted_risks(look),
        reviews=annexes.reviews(look),
        unreachable=tuple(each for each in observations if each.error),
        method=annexes.method_rows(look),
        targets=annexes.target_rows(look),
        places=places_of(look),
        limits=_limits(safe),
        observations=observations,
        data=annexes.data_sources(look),
        checklists=annexes.checklist_sources(look),
    )


def _facts(audit: Json) -> tuple[Fact, ...]:
    """Return the six facts of the cover."""
    declared = audit["vendor_file"]["data"]
    vendor, product = declared.get("vendor", {}), declared.get("product", {})
    parent = vendor.get("parent", {})
    seen = sum("error" not in each for each in audit["observations"])
    judged = len({each["check"] for each in audit["findings"]})
    plan = f"Plan {product['plan']}" if product.get("plan") else ""
    return (
        Fact("Customer", declared.get("customer", {}).get("name", "Not named in the vendor file")),
        Fact("Product", product.get("name", "Not named in the vendor file"), plan),
        Fact(
            "Contracting entity",
            _with_country(vendor.get("legal_entity", vendor.get("name", "")), vendor.get("established_in", "")),
            f"Parent: {_with_country(parent.get('name', ''), parent.get('country', ''))}" if parent else "",
        ),
        Fact("Audited", day(audit["started"]), f"{clock(audit['started'])}, {_duration(audit['duration'])}"),
        Fact(
            "Observed",
            f"{seen:,} of {plural(len(audit['observations']), 'look')}",
            _unseen(len(audit["observations"]) - seen),
        ),
        Fact("Judged", plural(judged, "check"), plural(len(audit["findings"]), "finding")),
    )


def _limits(audit: Json) -> tuple[Fact, ...]:
    settings = audit["settings"]
    times = sorted(each["started"] for each in audit["observations"])
    limits = [Fact("Started", day(audit["started"]), f"{clock(audit['started'])}, {_duration(audit['duration'])}")]
    if times:
        limits.append(Fact("Observed between", f"{clock(times[0])[:-4]} and {clock(times[-1])}", day(times[-1])))
    if settings.get("vantage"):
        limits.append(Fact("Seen from", str(settings["vantage"])))
    bounds = []
    if settings.get("deadline"):
        bounds.append(f"{settings['deadline']:g} s for the whole audit")
    if settings.get("connections_per_host"):
        bounds.append(f"{plural(settings['connections_per_host'], 'connection')} a host")
    if bounds:
        limits.append(Fact("Limits", *bounds))
    if permitted := settings.get("permitted"):
        limits.append(Fact("Allowed to the probes", PROBE_CLASSES.get(permitted, permitted)))
    return tuple(limits)


def _duration(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 # beyond a minute and a half nobody counts seconds
        return f"took {seconds:.0f} s"
    return f"took {plural(round(seconds / 60), 'minute')}"


def _unseen(count: int) -> str:
    return f"{plural(count, 'look')} gave nothing" if count else ""


def _with_country(name: str, country: str) -> str:
    return f"{name} ({country})" if name and country else name or country
