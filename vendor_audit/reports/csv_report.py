"""CSV (RFC 4180): one row a finding, for those who sort and filter in a spreadsheet.

UTF-8 with a byte order mark, because Excel takes a file without one for the code page of its country and spoils every
name with an accent; what reads CSV otherwise drops the mark (Python's ``utf-8-sig``, pandas, LibreOffice).
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import Lookup

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report

COLUMNS = (
    "check",
    "target",
    "target_kind",
    "verdict",
    "severity",
    "title",
    "reason",
    "remedy",
    "clause",
    "checklist",
    "status",
    "strength",
    "repair",
    "contradiction",
    "statement_answer",
    "statement_by",
    "statement_on",
    "accepted_by",
    "accepted_until",
    "accepted_reason",
    "review_by",
    "review_on",
    "review_reason",
    "verdict_before_review",
    "in_baseline",
    "observations",
    "vendor",
    "audit",
    "started",
)
"""The header. Verdicts, severities and the like stand in the words of the audit document."""

_FORMULA = re.compile(r'^(?=[\s"]*[=+\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20])')
"""Before what a spreadsheet computes, or sends, when it opens the file; also in full width (OWASP, CSV Injection)."""
_INNER_FORMULA = re.compile(r'(?<=;)(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20])')
"""Before what begins a cell where the country's spreadsheet takes the semicolon for the separator."""


class CsvReport:
    """A table of all findings, whatever their verdict."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"

    def check_available(self) -> None:
        """Return: the standard library writes CSV."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the table with its header, lines ended by CR LF. The same audit gives the same bytes."""
        look = Lookup.over(audit, evidence)
        had = {
            (each["check"], each.get("target", ""), each["verdict"])
            for each in look.audit["gate"].get("baseline", {}).get("had", [])
        }
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for finding in look.audit["findings"]:
            row = _row(look, finding)
            row["in_baseline"] = "yes" if (row["check"], row["target"], row["verdict"]) in had else ""
            writer.writerow(defused(row[column]) for column in COLUMNS)
        return text.getvalue().encode("utf-8-sig")


def _row(look: Lookup, finding: Json) -> dict[str, str]:
    check = look.check(finding)
    target = finding.get("target", {})
    statement, accepted, review = (finding.get(name, {}) for name in ("statement", "accepted", "review"))
    return {
        "check": finding["check"],
        "target": target.get("name", ""),
        "target_kind": target.get("kind", ""),
        "verdict": finding["verdict"],
        "severity": check["severity"],
        "title": check["title"],
        "reason": finding["reason"],
        "remedy": check.get("remedy", ""),
        "clause": "; ".join(check["clause"]),
        "checklist": check["checklist"],
        "status": check.get("status", ""),
        "strength": finding.get("strength", ""),
        "repair": check.get("repair", ""),
        "contradiction": finding.get("contradiction", ""),
        "statement_answer": _answer(statement.get("answer", "")),
        "statement_by": statement.get("by", ""),
        "statement_on": statement.get("on", ""),
        "accepted_by": accepted.get("by", ""),
        "accepted_until": accepted.get("until", ""),
        "accepted_reason": accepted.get("reason", ""),
        "review_by": review.get("by", ""),
        "review_on": review.get("on", ""),
        "review_reason": review.get("reason", ""),
        "verdict_before_review": review.get("verdict_before", ""),
        "observations": "; ".join(finding["observations"]),
        "vendor": look.audit["vendor_file"]["data"]["vendor"].get("name", ""),
        "audit": look.audit["id"],
        "started": look.audit["started"],
    }


def _answer(answer: Json) -> str:
    return {True: "yes", False: "no"}.get(answer, str(answer)) if isinstance(answer, bool) else str(answer)


def defused(text: str) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe stands before what could begin a formula."""
    return _INNER_FORMULA.sub("'", _FORMULA.sub("'", text))


REPORT: Report = CsvReport()
