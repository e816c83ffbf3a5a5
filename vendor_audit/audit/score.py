"""The score: an interval, never a number that hides what nobody knows.

Checklists weigh equally; inside one, severities weigh 10, 5, 2 and 1; the worst target speaks for a check. ``proven``
counts what could not be established as failed, ``possible`` as passed, ``coverage`` is the share that was judged.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.checklist.model import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vendor_audit.audit.finding import Finding
    from vendor_audit.observation import Json

MINIMUM_COVERAGE = 60.0
"""Percent of what applies that must have been judged before a light other than red may shine."""

_WORTH: Mapping[Verdict, tuple[float, float]] = {
    Verdict.PASS: (1.0, 1.0),
    Verdict.PARTIAL: (0.5, 0.5),
    Verdict.FAIL: (0.0, 0.0),
    # The customer may accept a risk; that does not make it go away.
    Verdict.ACCEPTED: (0.0, 0.0),
    Verdict.INCONCLUSIVE: (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Percentages from 0 to 100; all None where nothing applied: an empty set has no score."""

    proven: float | None
    possible: float | None
    coverage: float | None

    def to_json(self) -> dict[str, Json]:
        """Return the percentages with one decimal, rounded outwards: no rounding lifts a score over a gate."""
        return {
            "proven": _tenths(self.proven, math.floor),
            "possible": _tenths(self.possible, math.ceil),
            "coverage": _tenths(self.coverage, math.floor),
        }


def score_findings(findings: Sequence[Finding], checklists: Iterable[str]) -> dict[str, Json]:
    """Return the score of an audit: interval, light, caps and counts, for the whole and for each checklist."""
    parts = {name: [each for each in findings if each.check.checklist == name] for name in checklists}
    intervals = {name: _interval(part) for name, part in parts.items()}
    whole = _mean([each for each in intervals.values() if each.proven is not None])
    light, caps = _light(findings, whole)
    return {
        **whole.to_json(),
        "light": light,
        "caps": caps,
        "counts": _counts(findings),
        "checklists": [
            {
                "id": name,
                **intervals[name].to_json(),
                "light": _light(part, intervals[name])[0],
                "counts": _counts(part),
            }
            for name, part in parts.items()
        ],
    }


def _interval(findings: Sequence[Finding]) -> Interval:
    weight = low = high = judged = 0.0
    for check_findings in _by_check(findings).values():
        worths = [_WORTH[each.verdict] for each in check_findings if each.verdict in _WORTH]
        if not worths:
            continue
        # The worst target speaks for the check, at each end of the interval on its own.
        worst, best = min(low for low, _ in worths), min(high for _, high in worths)
        share = check_findings[0].check.severity.weight
        weight += share
        low += share * worst
        high += share * best
        judged += share * (worst == best)
    if not weight:
        return Interval(None, None, None)
    return Interval(100 * low / weight, 100 * high / weight, 100 * judged / weight)


def _mean(intervals: Sequence[Interval]) -> Interval:
    if not intervals:
        return Interval(None, None, None)

    def mean(values: Iterable[float | None]) -> float:
        return sum(each or 0.0 for each in values) / len(intervals)

    return Interval(
        mean(each.proven for each in intervals),
        mean(each.possible for each in intervals),
        mean(each.coverage for each in intervals),
    )


def _light(findings: Sequence[Finding], interval: Interval) -> tuple[str, list[dict[str, Json]]]:
    """Return the light and the findings that set it.

    What is established comes first: a critical failure is one however little else could be judged.
    """
    binding = [each for each in findings if each.can_fail_a_gate]
    reds = [each for each in binding if each.verdict is Verdict.FAIL and each.check.severity is Severity.CRITICAL]
    if reds:
        return "red", [_cap("red", each) for each in reds]
    if interval.coverage is None or interval.coverage < MINIMUM_COVERAGE:
        return "grey", []
    ambers = [
        each
        for each in binding
        if (each.verdict is Verdict.FAIL and each.check.severity is Severity.HIGH)
        or (each.verdict is Verdict.INCONCLUSIVE and each.check.severity is Severity.CRITICAL)
    ]
    if ambers:
        return "amber", [_cap("amber", each) for each in ambers]
    return "green", []


def _cap(light: str, finding: Finding) -> dict[str, Json]:
    target = {"target": finding.target.name} if finding.target else {}
    return {"light": light, "check": finding.check.id, **target, "verdict": finding.verdict.value}


def _counts(findings: Iterable[Finding]) -> dict[str, Json]:
    counted = Counter(each.verdict for each in findings)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def _by_check(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    checks: dict[str, list[Finding]] = {}
    for each in findings:
        checks.setdefault(each.check.id, []).append(each)
    return checks


def _tenths(value: float | None, towards: Callable[[float], int]) -> float | None:
    # The last digits of a float are noise of the division, which must not count as a tenth.
    return None if value is None else towards(round(value * 10, 6)) / 10
