"""The gate: the rule by which a CI job fails, what it said, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from vendor_audit.checklist.model import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_audit.audit.baseline import Baseline
    from vendor_audit.audit.finding import Finding
    from vendor_audit.observation import Json

PASSED, FAILED, NOT_ESTABLISHED = 0, 1, 3
"""Exit codes of an audit."""

NEVER = "never"


@dataclass(frozen=True, slots=True)
class GateRule:
    """When an audit is refused. Only checks whose status is ``in_force`` can refuse one."""

    fail_on: str = "high"
    """The mildest severity whose failure refuses: critical, high, medium, low, or never."""
    fail_on_unknown: str = "critical"
    """The mildest severity whose inconclusive check refuses: critical, high, medium, low, or never."""
    min_proven: float | None = None
    """Percent; None: no such rule."""
    min_coverage: float | None = None
    """Percent; None: no such rule."""

    def to_json(self) -> dict[str, Json]:
        """Return the rule as JSON."""
        return {
            "fail_on": self.fail_on,
            "fail_on_unknown": self.fail_on_unknown,
            "min_proven": self.min_proven,
            "min_coverage": self.min_coverage,
        }

    @classmethod
    def from_json(cls, shape: Mapping[str, Json]) -> Self:
        """Return the rule that stands in a vendor file or an audit; what is missing or null is the default."""
        return cls(**{key: value for key, value in shape.items() if value is not None})


def apply_gate(
    rule: GateRule,
    findings: Sequence[Finding],
    score: Mapping[str, Json],
    *,
    reached: bool,
    baseline: Baseline | None = None,
) -> dict[str, Json]:
    """Return what the gate says: passed or not, the exit code, the reasons as sentences, the findings that block.

    0 passed; 1 something fails; 3 not established: only unknowns block, or the vendor was not ``reached``: not one
    look at it succeeded. Then no rule lets the audit pass, however few unknowns it counts.

    With a ``baseline`` the findings that it has already block no more; they are named. The score is what it is.
    """
    binding = [each for each in findings if each.can_fail_a_gate]
    failed = [each for each in binding if each.verdict is Verdict.FAIL and _reaches(each, rule.fail_on)]
    unknown = [
        each for each in binding if each.verdict is Verdict.INCONCLUSIVE and _reaches(each, rule.fail_on_unknown)
    ]
    had: list[Finding] = []
    if baseline:
        had = [each for each in (*failed, *unknown) if baseline.had(each)]
        failed = [each for each in failed if not baseline.had(each)]
        unknown = [each for each in unknown if not baseline.had(each)]
    reasons = []
    if failed:
        reasons.append(f"{_tally(failed)} {_plural(failed, 'fails', 'fail')}")
    if unknown:
        reasons.append(f"{_tally(unknown)} could not be established")
    low = [
        f"{name} {_percent(score[name])} is below the {minimum:g} % that the gate asks for"
        for name, minimum in (("proven", rule.min_proven), ("coverage", rule.min_coverage))
        if minimum is not None and (score[name] is None or score[name] < minimum)
    ]
    reasons += low
    # `possible` is what the score would be if every unknown were a pass: below the minimum, knowing more cannot help.
    hopeless = rule.min_proven is not None and (score["possible"] or 0.0) < rule.min_proven and bool(low)
    if not reached:
        reasons.insert(0, "the vendor could not be reached: no look at its service succeeded")
    elif not score["coverage"]:
        reasons.append("nothing could be judged")
    if not reasons:
        exit_code = PASSED
    elif failed or hopeless:
        exit_code = FAILED
    else:
        exit_code = NOT_ESTABLISHED
    return {
        "rule": rule.to_json(),
        "passed": not reasons,
        "exit_code": exit_code,
        "reasons": reasons,
        "blocking": [_blocking(each) for each in (*failed, *unknown)],
        **({"baseline": _beside(baseline, had)} if baseline else {}),
    }


def _reaches(finding: Finding, mildest: str) -> bool:
    return mildest != NEVER and finding.check.severity.weight >= Severity(mildest).weight


def _tally(findings: Sequence[Finding]) -> str:
    """Return "3 critical and 2 high findings"."""
    parts = [
        f"{count} {severity.value}"
        for severity in Severity
        if (count := sum(each.check.severity is severity for each in findings))
    ]
    listed = " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"  # noqa: PLR2004 # two need no comma
    return f"{listed} {_plural(findings, 'finding', 'findings')}"


def _plural(findings: Sequence[Finding], one: str, many: str) -> str:
    return one if len(findings) == 1 else many


def _percent(value: float | None) -> str:
    return "(no score)" if value is None else f"{value:g} %"


def _beside(baseline: Baseline, had: Sequence[Finding]) -> dict[str, Json]:
    return {
        "id": baseline.id,
        "started": baseline.started,
        "sha256": baseline.sha256,
        "had": [_blocking(each) for each in had],
    }


def _blocking(finding: Finding) -> dict[str, Json]:
    target = {"target": finding.target.name} if finding.target else {}
    return {"check": finding.check.id, **target, "verdict": finding.verdict.value}
