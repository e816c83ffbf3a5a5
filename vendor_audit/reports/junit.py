"""JUnit XML in the dialect of the windyroad XSD: what every CI service shows beside a build.

A test case is a finding. What could not be established is an ``error``, because a skipped test looks like a passed one
in most viewers; a failure that the customer accepted, and what does not apply, is ``skipped`` with the reason. A suite
of its own holds the audit as a whole, so that an audit without findings is not a green build.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # it writes XML here and reads none
from collections import Counter
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import Lookup, day, percent, target_name
from vendor_audit.reports.reasons import decider_lines, sentence_of
from vendor_audit.reports.words import LIGHTS, STATUSES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report

_WHOLE = "audit"
"""Name of the suite about the audit itself."""
_NO_CHECKLIST = "without checklist"
_DECIDERS = 12
"""Lines of deciding elements that one test case holds."""
_SECONDS = len("2026-11-23T19:26:00")


class JUnitReport:
    """A suite a checklist, a case a finding."""

    name = "junit"
    suffix = ".junit.xml"
    media_type = "application/xml"

    def check_available(self) -> None:
        """Return: the standard library writes XML."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the report as XML 1.0 in UTF-8. The same audit gives the same bytes."""
        look = Lookup.over(audit, evidence)
        root = ET.Element("testsuites")
        _close(look, _whole(look, _suite(root, look, _WHOLE, look.audit["duration"])))
        for name, findings in _by_checklist(look).items():
            suite = _suite(root, look, name, _seconds(look, findings))
            names: Counter[str] = Counter()
            for finding in findings:
                _case(suite, look, name, finding, names)
            _close(look, suite)
        ET.indent(root)
        return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _by_checklist(look: Lookup) -> dict[str, list[Json]]:
    """Return the findings by id of their checklist, in the order of the audit; a checklist may have none."""
    groups: dict[str, list[Json]] = {name: [] for name in look.checklists}
    for each in look.audit["findings"]:
        groups.setdefault(look.check(each)["checklist"] or _NO_CHECKLIST, []).append(each)
    return groups


def _suite(root: ET.Element, look: Lookup, name: str, seconds: float) -> ET.Element:
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "package": look.audit["vendor_file"]["data"]["vendor"].get("name", ""),
            "id": str(len(root)),
            "name": name,
            # The XSD allows no time zone: it is UTC, as everywhere in the audit.
            "timestamp": look.audit["started"][:_SECONDS],
            "hostname": "localhost",
            "time": f"{seconds:.3f}",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(look, name).items():
        ET.SubElement(properties, "property", {"name": key, "value": value})
    return suite


def _properties(look: Lookup, name: str) -> dict[str, str]:
    """Return what is to be known of a suite: the score and the gate of the audit, or which checklist it is."""
    if name != _WHOLE:
        checklist = look.checklists.get(name, {})
        return {key: str(checklist[key]) for key in ("title", "article", "sha256") if key in checklist}
    score = look.audit["score"]
    light = LIGHTS.get(score["light"])
    return {
        "audit": look.audit["id"],
        "light": light.word if light else str(score["light"]),
        "proven": percent(score["proven"]),
        "possible": percent(score["possible"]),
        "coverage": percent(score["coverage"]),
        "gate.exit_code": str(look.audit["gate"]["exit_code"]),
    }


def _whole(look: Lookup, suite: ET.Element) -> ET.Element:
    """Add the two cases about the audit as a whole: that it was made to its end, and that the gate lets it pass."""
    complete = _element(suite, _WHOLE, "the audit is complete", 0)
    if not look.audit["complete"]:
        stopped = look.audit.get("stopped", "the audit was stopped")
        ET.SubElement(complete, "error", {"message": stopped, "type": "incomplete"})
    gate = look.audit["gate"]
    passes = _element(suite, _WHOLE, "the gate lets the vendor pass", 0)
    if not gate["passed"]:
        refused = gate["exit_code"] == 1
        outcome = {"message": "; ".join(gate["reasons"]), "type": "refused" if refused else "not established"}
        ET.SubElement(passes, "failure" if refused else "error", outcome)
    return suite


def _case(suite: ET.Element, look: Lookup, checklist: str, finding: Json, names: Counter[str]) -> None:
    target = target_name(finding)
    name = f"{finding['check']} at {target}" if target else finding["check"]
    names[name] += 1
    if names[name] > 1:  # two cases of one name are one case to most viewers
        name = f"{name} ({names[name]})"
    case = _element(suite, checklist, name, _seconds(look, [finding]))
    verdict, severity = finding["verdict"], str(look.check(finding)["severity"])
    message = sentence_of(finding)
    if verdict == "pass":
        return
    if verdict == "not_applicable":
        ET.SubElement(case, "skipped", {"message": f"{VERDICTS[verdict].word}: {message}"})
        return
    if verdict == "accepted":
        accepted = finding.get("accepted", {})
        until = day(accepted.get("until", ""))
        said = f"Risk accepted by {accepted.get('by', '')} until {until}: {accepted.get('reason', '')}. {message}"
        ET.SubElement(case, "skipped", {"message": said})
        return
    unknown = verdict not in {"fail", "partial"}
    outcome = ET.SubElement(
        case,
        "error" if unknown else "failure",
        {
            "message": f"{VERDICTS[verdict].word}: {message}",
            "type": f"inconclusive {severity}" if unknown else severity,
        },
    )
    outcome.text = "\n".join(filter(None, _lines(look, finding)))


def _lines(look: Lookup, finding: Json) -> Iterable[str]:
    """Yield what a person who opens the case reads: what is asked, what decided, what to do."""
    check = look.check(finding)
    yield f"{check['title']} ({', '.join(check['clause'])})" if check["clause"] else check["title"]
    if check.get("status") != "in_force":
        yield STATUSES.get(check.get("status", ""), "")
    lines = decider_lines(finding["decided_by"])
    yield from lines[:_DECIDERS]
    if len(lines) > _DECIDERS:
        yield f"… and {len(lines) - _DECIDERS} more in audit.json"
    if "contradiction" in finding:
        yield f"Contradiction: {finding['contradiction']}"
    if check.get("remedy"):
        yield f"Remedy: {check['remedy']}"


def _element(suite: ET.Element, checklist: str, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"name": name, "classname": checklist, "time": f"{seconds:.3f}"})


def _seconds(look: Lookup, findings: Iterable[Json]) -> float:
    """Return how long the observations took on which findings rest; each counts once."""
    names = {name for each in findings for name in each["observations"]}
    return sum(float(look.observations[name]["duration"]) for name in sorted(names & look.observations.keys()))


def _close(look: Lookup, suite: ET.Element) -> None:
    """Count the suite's cases, and add the two elements that must stand last."""
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(element) is not None for case in cases)))
    ET.SubElement(suite, "system-out")
    told = ET.SubElement(suite, "system-err")
    if suite.get("name") == _WHOLE:
        told.text = "\n".join(look.audit["warnings"]) or None


REPORT: Report = JUnitReport()
