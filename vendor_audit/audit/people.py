"""What people say beside the observations: statements contradicted, risks accepted, findings reviewed.

Nothing of it is silent: each changed verdict keeps what it was, who changed it, when and why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from vendor_audit.checklist.model import Verdict
from vendor_audit.vendor.hosts import BadHostError, host_and_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.audit.finding import Finding
    from vendor_audit.audit.record import Record
    from vendor_audit.observation import Json, Target


def contradiction(finding: Finding, answer: Json) -> str:
    """Return the sentence that holds what the vendor attests against what was seen; empty where they agree."""
    if answer is True and finding.verdict in {Verdict.FAIL, Verdict.PARTIAL}:
        return f"The vendor attests that this is so; what was seen says otherwise ({finding.verdict.value})."
    if answer is False and finding.verdict is Verdict.PASS:
        return "The vendor attests that this is not so; what was seen says that it is."
    return ""


def apply_reviews(findings: Sequence[Finding], record: Record) -> tuple[list[Finding], list[str]]:
    """Return the findings with the verdicts that a person confirmed or overruled, and warnings.

    A review without ``target`` speaks for all targets of its check. The last one of the file wins.
    """
    result = list(findings)
    warnings = []
    for review in record.vendor.get("reviews", []):
        matched = False
        for index, finding in enumerate(result):
            if not _speaks_of(review, finding):
                continue
            matched = True
            before = finding.extras.get("review", {}).get("verdict_before", finding.verdict.value)
            note = {"verdict_before": before, "by": review["by"], "on": review["on"], "reason": review["reason"]}
            verdict = Verdict(review["verdict"])
            result[index] = replace(finding, verdict=verdict, extras={**finding.extras, "review": note})
        if not matched:
            warnings.append(f"the review of {_named(review)} by {review['by']} matches no finding of this audit")
    return result, warnings


def apply_exceptions(findings: Sequence[Finding], record: Record) -> tuple[list[Finding], list[str]]:
    """Return the findings with the failures that the customer accepted, and warnings.

    An exception holds up to and including its last day, in UTC. An expired one changes nothing and is said aloud, and
    so is one that no longer has a failure to excuse.
    """
    result = list(findings)
    warnings = []
    for exception in record.vendor.get("exceptions", []):
        excused = False
        expired = date.fromisoformat(exception["until"]) < record.day
        note = {
            "reason": exception["reason"],
            "by": exception["accepted_by"],
            "until": exception["until"],
        }
        for index, finding in enumerate(result):
            if finding.verdict is not Verdict.FAIL or not _speaks_of(exception, finding):
                continue
            excused = True
            if not expired:
                extras = {**finding.extras, "accepted": note}
                result[index] = replace(finding, verdict=Verdict.ACCEPTED, extras=extras)
        if expired:
            warnings.append(
                f"the exception for {_named(exception)} expired on {exception['until']} and excuses nothing"
            )
        elif not excused:
            warnings.append(f"the exception for {_named(exception)} excuses nothing: there is no such failure")
    return result, warnings


def _speaks_of(entry: dict[str, Json], finding: Finding) -> bool:
    if entry["check"] != finding.check.id:
        return False
    return "target" not in entry or (finding.target is not None and _is_called(finding.target, entry["target"]))


def _is_called(target: Target, written: str) -> bool:
    """Return whether a person means this target: by its name or, for a whole service, by the URL of an endpoint."""
    if written == target.name:
        return True
    if target.name != target.service:
        return False
    try:
        address = host_and_port(written)
    except BadHostError:
        return False
    return (address.host, address.port) == (target.host, target.port)


def _named(entry: dict[str, Json]) -> str:
    return f"{entry['check']} at {entry['target']}" if "target" in entry else str(entry["check"])
