"""SARIF 2.1.0 (OASIS, with Errata 01): what code scanning services and editors show beside the vendor file.

A rule is a check, a result is a finding, whatever its verdict. ``level`` is ``none`` wherever ``kind`` is not ``fail``
(section 3.27.10), so that what is ``open`` is told apart by its kind. The audit document does not say on which line of
the vendor file a target stands, so a location names the file and no line.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from vendor_audit.reports.lookup import Lookup, day, severity_rank, target_name, verdict_rank
from vendor_audit.reports.reasons import decider_lines, sentence_of
from vendor_audit.reports.text import capital
from vendor_audit.reports.words import REPAIRS, STATUSES, VERDICTS

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {
    "fail": "fail",
    "partial": "fail",  # what is missing is known: nothing is left to review
    "accepted": "fail",
    "inconclusive": "open",
    "pass": "pass",
    "not_applicable": "notApplicable",
}
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_MILDER = {"error": "warning", "warning": "note", "note": "note"}
_SECURITY_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""In the middle of the bands in which GitHub reads the number: over 9.0, 7.0, 4.0, 0.1."""
_RESULTS = 25_000
"""Of one run; GitHub refuses a file with more."""
_TAGS = 20
"""Of one rule; GitHub takes no more."""
_DECIDERS = 12
"""Lines of deciding elements that one result holds."""
_OBSERVATIONS = 50
"""Observations that one result names."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_LINK = re.compile(r"\](?=\()")


class SarifReport:
    """One run; its rules are the checks and its results the findings."""

    name = "sarif"
    suffix = ".sarif"
    media_type = "application/sarif+json"

    def check_available(self) -> None:
        """Return: JSON can always be written."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the log as JSON in UTF-8. The same audit gives the same bytes."""
        look = Lookup.over(audit, evidence)
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(look, audit)]}
        return json.dumps(log, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _run(look: Lookup, audit: dict[str, Json]) -> Json:
    # The fingerprints are made of names as they were written, not as they are shown.
    pairs = list(zip(look.audit["findings"], audit["findings"], strict=True))
    left_out = len(pairs) - _RESULTS
    if left_out > 0:
        pairs = sorted(pairs, key=lambda pair: (verdict_rank(pair[0]), severity_rank(look.check(pair[0]))))[:_RESULTS]
    positions = {name: position for position, name in enumerate(look.checks)}
    slug, _, started = look.audit["id"].rpartition("-")
    return {
        "tool": {
            "driver": {
                "name": look.audit["tool"]["name"],
                "version": look.audit.get("judged_with", look.audit["tool"]["version"]),
                "language": "en",
                "rules": [_rule(look, each) for each in look.checks.values()],
            }
        },
        # The part before the last slash is what GitHub calls the category: one a vendor.
        "automationDetails": {"id": f"vendor-audit/{slug}/{started}"},
        "invocations": [_invocation(look, left_out)],
        "artifacts": [
            {
                "location": {"uri": _uri(look)},
                "roles": ["analysisTarget"],
                "hashes": {"sha-256": look.audit["vendor_file"]["sha256"]},
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(look, finding, written, positions) for finding, written in pairs],
        "properties": {
            "audit": look.audit["id"],
            "vendor": look.audit["vendor_file"]["data"]["vendor"].get("name", ""),
            "score": {key: look.audit["score"][key] for key in ("light", "proven", "possible", "coverage")},
            "gate": {key: look.audit["gate"][key] for key in ("passed", "reasons")},
        },
    }


def _rule(look: Lookup, check: Json) -> Json:
    """Return the reporting descriptor of a check (section 3.49)."""
    why, remedy = capital(check["why"]), capital(check["remedy"])
    clause = ", ".join(check["clause"])
    mend = REPAIRS.get(check["repair"], "")
    about = "; ".join(filter(None, (STATUSES.get(check["status"], ""), f"to mend it takes {mend}" if mend else "")))
    proof = f"What counts as proof: {check['proof']}" if check.get("proof") else ""
    title = look.checklists.get(check["checklist"], {}).get("title", check["checklist"])
    plain = (why, f"Clause: {clause}. {about}.", f"Remedy: {remedy}", proof)
    marked = (
        _marked(why),
        f"**Clause:** {_marked(clause)}. {_marked(about)}.",
        f"**Remedy:** {_marked(remedy)}",
        _marked(proof),
    )
    return {
        "id": check["id"],
        "shortDescription": {"text": _plain(check["title"])},
        "fullDescription": {"text": _plain(why)},
        "help": {
            "text": _plain("\n\n".join(filter(None, plain))),
            "markdown": "\n\n".join(filter(None, marked)),
        },
        "defaultConfiguration": {"level": _level(check)},
        "properties": {
            "tags": list(dict.fromkeys(("security", "privacy", check["checklist"], *check["clause"])))[:_TAGS],
            "security-severity": _SECURITY_SEVERITIES.get(check["severity"], "2.0"),
            "severity": check["severity"],
            "status": check["status"],
            "checklist": title,
        },
    }


def _level(check: Json) -> str:
    """Return the level of a check's failure: an error only where the law or the standard is in force."""
    level = _LEVELS.get(check["severity"], "note")
    return level if check.get("status") == "in_force" else _MILDER[level]


def _result(look: Lookup, finding: Json, written: Json, positions: dict[str, int]) -> Json:
    check = look.check(finding)
    verdict = finding["verdict"]
    kind = _KINDS.get(verdict, "open")
    level = _level(check)
    lines = decider_lines(finding["decided_by"])
    properties = {
        "verdict": verdict,
        "severity": check["severity"],
        "strength": finding.get("strength"),
        "decidedBy": lines[:_DECIDERS],
        "observations": finding["observations"][:_OBSERVATIONS],
        **{key: finding[key] for key in ("statement", "contradiction", "accepted", "review") if key in finding},
    }
    result = {
        "ruleId": finding["check"],
        "ruleIndex": positions.get(finding["check"]),
        "kind": kind,
        "level": "none" if kind != "fail" else _MILDER[level] if verdict == "partial" else level,
        "message": {"text": _plain(_message(finding))},
        "locations": [_location(look, finding)],
        "partialFingerprints": _fingerprints(written),
        "suppressions": [_suppression(finding)] if verdict == "accepted" else None,
        "properties": {key: value for key, value in properties.items() if value is not None},
    }
    return {key: value for key, value in result.items() if value is not None}


def _message(finding: Json) -> str:
    target = target_name(finding)
    tag = VERDICTS.get(finding["verdict"], VERDICTS["inconclusive"])
    text = f"{tag.word}{f' on {target}' if target else ''}: {sentence_of(finding)}"
    return f"{text} Contradiction: {finding['contradiction']}" if "contradiction" in finding else text


def _location(look: Lookup, finding: Json) -> Json:
    """Return the vendor file, and in it the target: the file's line is not known here."""
    location: Json = {"physicalLocation": {"artifactLocation": {"uri": _uri(look), "index": 0}}}
    target = finding.get("target")
    if target:
        location["logicalLocations"] = [
            {
                "name": target["name"],
                "fullyQualifiedName": f"{target['kind']}/{target['name']}",
                "kind": target["kind"],
            }
        ]
    return location


def _fingerprints(written: Json) -> Json:
    """Return what is the same in the next audit of this vendor: the check and the target, not what was seen.

    ``primaryLocationLineHash`` is the one that GitHub reads; without it two findings of a check are one alert there.
    """
    target = written.get("target", {})
    parts = json.dumps([written["check"], target.get("kind", ""), target.get("name", "")])
    value = hashlib.sha256(parts.encode()).hexdigest()
    return {"checkAndTarget/v1": value, "primaryLocationLineHash": f"{value[:16]}:1"}


def _suppression(finding: Json) -> Json:
    accepted = finding.get("accepted", {})
    until = day(accepted.get("until", ""))
    justification = f"Accepted by {accepted.get('by', '')} until {until}: {accepted.get('reason', '')}"
    return {"kind": "external", "status": "accepted", "justification": justification}


def _invocation(look: Lookup, left_out: int) -> Json:
    """Return the invocation (section 3.20); its exit code is the gate's, so an audit that was stopped has none."""
    audit = look.audit
    notices = [("warning", each) for each in audit["warnings"]]
    if "stopped" in audit:
        notices.append(("error", capital(audit["stopped"])))
    if left_out > 0:
        notices.append(("error", f"{left_out:,} findings that matter less are not in this file; audit.json has them"))
    invocation: Json = {
        "executionSuccessful": audit["complete"],
        "startTimeUtc": audit["started"],
        "endTimeUtc": _ended(audit["started"], audit["duration"]),
        "toolExecutionNotifications": [{"level": level, "message": {"text": _plain(text)}} for level, text in notices],
    }
    if audit["complete"]:
        invocation["exitCode"] = audit["gate"]["exit_code"]
        reasons = "; ".join(audit["gate"]["reasons"])
        if reasons:
            invocation["exitCodeDescription"] = reasons
    return invocation


def _ended(started: str, duration: float) -> str:
    ended = datetime.fromisoformat(started) + timedelta(seconds=duration)
    return ended.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _uri(look: Lookup) -> str:
    """Return the vendor file's name as a relative reference (RFC 3986): no colon in it can begin a scheme."""
    return quote(look.audit["vendor_file"]["name"], safe="")


def _plain(text: str) -> str:
    """Return a plain text message: no placeholders (section 3.11.5) and no embedded links (3.11.6) in it."""
    return _LINK.sub("] ", text).replace("{", "{{").replace("}", "}}")


def _marked(text: str) -> str:
    """Return a text as Markdown that shows it as it is."""
    # Braces are doubled after the backslashes: a doubled brace needs none, and a placeholder is no Markdown.
    return _MARKDOWN.sub(r"\\\1", text).replace(r"\{", "{{").replace(r"\}", "}}")


REPORT: Report = SarifReport()
