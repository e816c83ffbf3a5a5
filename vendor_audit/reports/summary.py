"""The view of the summary: the verdict as a sentence, the score as an interval, what must change first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import day, percent, target_name
from vendor_audit.reports.text import capital, listed, plural
from vendor_audit.reports.words import LIGHTS, SEVERITIES, VERDICTS, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.observation import Json
    from vendor_audit.reports.findings import AreaView, FindingView
    from vendor_audit.reports.lookup import Lookup

_STEPS = 5
"""What must change first, in one area."""
_FEW = 3
"""Lesser steps that are shown where nothing grave is to be changed."""
_CAPS = 8
_NOT_ESTABLISHED = 3
"""The exit code that says so."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A score: 0 to 100 from left to right."""

    known: bool
    low: float
    high: float
    coverage: float
    low_text: str
    high_text: str
    coverage_text: str

    @property
    def open(self) -> float:
        """How much of it is not known: the width of the hatched part."""
        return round(self.high - self.low, 1)


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings have one verdict."""

    tag: Tag
    number: int


@dataclass(frozen=True, slots=True)
class Cap:
    """A finding that set the light."""

    check: str
    title: str
    targets: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Step:
    """What must change, in one area."""

    title: str
    findings: tuple[FindingView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One checklist in the table."""

    title: str
    article: str
    light: Tag
    interval: Interval
    counts: tuple[int, ...]
    """In the order of `VERDICTS`."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate said, and by which rule."""

    passed: bool
    tag: Tag
    line: str
    rule: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that stands on the cover and the first page."""

    sentence: str
    detail: str
    light: Tag
    interval: Interval
    counts: tuple[Count, ...]
    caps: tuple[Cap, ...]
    more_caps: int
    steps: tuple[Step, ...]
    checklists: tuple[ChecklistRow, ...]
    gate: Gate


def summarize(look: Lookup, areas: Sequence[AreaView]) -> Summary:
    """Return the summary of an audit."""
    score = look.audit["score"]
    caps = _caps(look)
    return Summary(
        sentence=verdict_sentence(look),
        detail=_detail(look),
        light=LIGHTS.get(score["light"], LIGHTS["grey"]),
        interval=_interval(score),
        counts=tuple(Count(tag, score["counts"].get(verdict, 0)) for verdict, tag in VERDICTS.items()),
        caps=tuple(caps[:_CAPS]),
        more_caps=max(0, len(caps) - _CAPS),
        steps=tuple(_step(area) for area in areas),
        checklists=tuple(_row(look, each) for each in score["checklists"]),
        gate=_gate(look.audit["gate"]),
    )


def verdict_sentence(look: Lookup) -> str:
    """Return the sentence that tells the reader what to do."""
    if not look.audit["score"]["coverage"]:
        return "No verdict: nothing could be established."
    failing = _requirements(look, "fail", ("critical", "high"))
    unknown = _requirements(look, "inconclusive", ("critical",))
    if failing:
        grave = f"{failing[0]} {'fails' if failing[1] == 1 else 'fail'}"
        return f"Do not sign yet: {grave}." if _refused(look) else f"Sign only when this is mended: {grave}."
    return _ungrave_sentence(look, unknown)


def _ungrave_sentence(look: Lookup, unknown: tuple[str, int] | None) -> str:
    """Return the sentence where nothing critical or high fails."""
    score, gate = look.audit["score"], look.audit["gate"]
    if score["light"] == "grey":
        return f"No verdict yet: only {percent(score['coverage'])} of what applies could be judged."
    if unknown:
        ask = f"{unknown[0]} could not be established"
        return f"Do not sign yet: {ask}." if not gate["passed"] else f"Ask before you sign: {ask}."
    if not gate["passed"]:
        return f"Do not sign yet: {'; '.join(gate['reasons'])}."
    if points := score["counts"].get("fail", 0) + score["counts"].get("partial", 0):
        return f"Nothing grave stands against signing; {plural(points, 'point')} should be mended."
    if accepted := score["counts"].get("accepted", 0):
        return f"Nothing stands against signing but {plural(accepted, 'risk')} that the customer accepted."
    return "Nothing that was checked stands against signing."


def _refused(look: Lookup) -> bool:
    return look.audit["score"]["light"] == "red" or not look.audit["gate"]["passed"]


def _requirements(look: Lookup, verdict: str, severities: Sequence[str]) -> tuple[str, int] | None:
    """Return "3 critical and 5 high requirements" and how many; None where there is none in force."""
    checks = {each["check"]: look.check(each) for each in look.audit["findings"] if each["verdict"] == verdict}
    binding = [each["severity"] for each in checks.values() if each.get("status") == "in_force"]
    parts = [f"{binding.count(each)} {each}" for each in severities if binding.count(each)]
    total = sum(binding.count(each) for each in severities)
    return (f"{listed(parts)} {'requirement' if total == 1 else 'requirements'}", total) if parts else None


def _detail(look: Lookup) -> str:
    """Return what the verdict leaves open: how much is not known, and whether the audit ended as planned."""
    audit = look.audit
    parts = []
    if not audit.get("complete", True):
        parts.append(f"The audit is not complete: {audit.get('stopped') or 'it was stopped'}.")
    unknown = audit["score"]["counts"].get("inconclusive", 0)
    if unknown:
        parts.append(f"{capital(plural(unknown, 'finding'))} could not be established and {_is(unknown)} not a pass.")
    contradicted = len({each["check"] for each in audit["findings"] if each.get("contradiction")})
    if contradicted:
        parts.append(
            f"{capital(plural(contradicted, 'statement'))} of the vendor {_is(contradicted)} contradicted by "
            "what was observed."
        )
    return " ".join(parts)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _interval(score: Json) -> Interval:
    low, high, coverage = score["proven"], score["possible"], score["coverage"]
    return Interval(
        known=low is not None and high is not None,
        low=low or 0.0,
        high=high or 0.0,
        coverage=coverage or 0.0,
        low_text=percent(low),
        high_text=percent(high),
        coverage_text=percent(coverage) if coverage is not None else "nothing",
    )


def _caps(look: Lookup) -> list[Cap]:
    by_check: dict[tuple[str, str], list[str]] = {}
    named = {target_name(each) for each in look.audit["findings"]}
    for each in look.audit["score"]["caps"]:
        target = each.get("target", "")
        by_check.setdefault((each["check"], each["verdict"]), []).append(target if target in named else "")
    return [
        Cap(check, look.check({"check": check})["title"], listed([each for each in targets if each]), VERDICTS[verdict])
        for (check, verdict), targets in by_check.items()
    ]


def _step(area: AreaView) -> Step:
    grave = [each for each in area.findings if each.severity in SEVERITIES[:2] and each.in_force]
    shown = grave[:_STEPS] or list(area.findings[:_FEW])
    return Step(area.title, tuple(shown), len(area.findings) - len(shown))


def _row(look: Lookup, part: Json) -> ChecklistRow:
    checklist = look.checklists.get(part["id"], {})
    return ChecklistRow(
        title=checklist.get("title", part["id"]),
        article=str(checklist.get("article", "")),
        light=LIGHTS.get(part["light"], LIGHTS["grey"]),
        interval=_interval(part),
        counts=tuple(part["counts"].get(verdict, 0) for verdict in VERDICTS),
    )


def _gate(gate: Json) -> Gate:
    reasons = "; ".join(gate["reasons"])
    if gate["passed"]:
        tag, word = Tag("Gate passed", "pass"), "Gate passed"
    elif gate["exit_code"] == _NOT_ESTABLISHED:
        tag, word = Tag("Gate not established", "unknown"), "Gate not established"
    else:
        tag, word = Tag("Gate failed", "fail"), "Gate failed"
    line = f"{word} (exit {gate['exit_code']})" + (f": {reasons}" if reasons else "")
    older = gate.get("baseline")
    if not older:
        return Gate(gate["passed"], tag, line, _rule(gate["rule"]))
    had = plural(len(older["had"]), "finding")
    was = "was" if len(older["had"]) == 1 else "were"
    line += f"; {had} {was} there in the baseline of {day(older['started'])}" if older["had"] else ""
    since = f"the audit {older['id']} of {day(older['started'])}"
    rule = f"{_rule(gate['rule'])} Only what is new since {since} counts: {had} {was} there already."
    return Gate(gate["passed"], tag, line, rule)


def _rule(rule: Json) -> str:
    """Return the gate's rule as one sentence."""
    parts = []
    if rule["fail_on"] != "never":
        parts.append(f"failures of {rule['fail_on']} severity{_worse(rule['fail_on'])}")
    if rule["fail_on_unknown"] != "never":
        severity = rule["fail_on_unknown"]
        parts.append(f"requirements of {severity} severity{_worse(severity)} that could not be established")
    for name, key in (("a proven score", "min_proven"), ("a coverage", "min_coverage")):
        if rule.get(key) is not None:
            parts.append(f"{name} below {rule[key]:g} %")
    return f"The gate refuses {listed(parts)}." if parts else "The gate refuses nothing."


def _worse(severity: str) -> str:
    return "" if severity == SEVERITIES[0] else " or worse"
