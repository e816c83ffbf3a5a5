"""Judging: every check of the catalogue is applied to what was recorded. Pure; no clock, no network, no files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_audit.audit.finding import Finding
from vendor_audit.audit.people import apply_exceptions, apply_reviews, contradiction
from vendor_audit.checklist.judging import Scope, judge_check
from vendor_audit.checklist.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_audit.audit.record import Record
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.checklist.model import Check, Judgement
    from vendor_audit.observation import Observation, Target

STATEMENT = "statement"
"""The probe whose observations are what the vendor attests; a check that judges it judges the statement made for it."""


def judge(record: Record, catalogue: Catalogue) -> tuple[list[Finding], list[str]]:
    """Return a finding for each check and target, in the catalogue's order, and warnings for the reader."""
    by_probe: dict[str, list[Observation]] = {}
    for each in record.observations:
        by_probe.setdefault(each.probe, []).append(each)
    statements = {each.target.name: each for each in by_probe.get(STATEMENT, [])}
    findings = [
        _beside(finding, statements.get(check.id))
        for check in catalogue.checks.values()
        for finding in _apply(check, by_probe, statements.get(check.id), record, catalogue)
    ]
    findings, review_warnings = apply_reviews(findings, record)
    findings, exception_warnings = apply_exceptions(findings, record)
    return findings, review_warnings + exception_warnings


def _apply(
    check: Check,
    by_probe: Mapping[str, Sequence[Observation]],
    statement: Observation | None,
    record: Record,
    catalogue: Catalogue,
) -> list[Finding]:
    def scope(observations: Sequence[Observation], target: Target | None = None) -> Scope:
        facts, unknown = _facts(check, observations)
        return Scope(facts, unknown, record.vendor, target, catalogue.data, record.day.isoformat())

    if check.judges == (STATEMENT,):
        if statement is None:
            finding = _from(check, None, judge_check(check, scope(())), ())
            return [_unseen(finding, "the vendor has made no statement about it")]
        return [_from(check, None, judge_check(check, scope((statement,))), (statement,))]
    if len(check.judges) > 1:
        observations = [each for probe in check.judges for each in by_probe.get(probe, [])]
        return [_from(check, None, judge_check(check, scope(observations)), observations)]
    (probe,) = check.judges
    observations = [each for each in by_probe.get(probe, []) if _is_meant(check, each.target)]
    if not observations:
        finding = _from(check, None, judge_check(check, scope(())), ())
        roles = f" with the role {' or '.join(check.target_roles)}" if check.target_roles else ""
        return [_unseen(finding, f"no such observation was made: the {probe} probe saw no target{roles}")]
    return [
        _from(check, each.target, judge_check(check, scope((each,), each.target)), (each,)) for each in observations
    ]


def _facts(check: Check, observations: Sequence[Observation]) -> tuple[dict[str, object], dict[str, str]]:
    """Return the facts that a check is judged from and why others are missing.

    One probe: that observation's facts. Several: a list an observed probe, each element with its target's name.
    """
    if len(check.judges) == 1:
        if not observations:
            return {}, {}
        return observations[0].facts, observations[0].unknown
    facts: dict[str, object] = {}
    unknown: dict[str, str] = {}
    for probe in check.judges:
        seen = [each for each in observations if each.probe == probe]
        if not seen:
            continue
        facts[probe] = [{"target": each.target.name, **each.facts} for each in seen]
        for index, each in enumerate(seen):
            reasons = each.unknown if each.error is None else {"": each.error.message}
            unknown |= {f"{probe}[{index}].{path}".rstrip("."): reason for path, reason in reasons.items()}
    return facts, unknown


def _from(check: Check, target: Target | None, judgement: Judgement, observations: Sequence[Observation]) -> Finding:
    used = [each for each in observations if each.error is None]
    weakest = max((each.strength for each in used), key=lambda each: each.rank, default=None)
    finding = Finding(
        check=check,
        target=target,
        verdict=judgement.verdict,
        reason=_sentence(judgement.reason),
        decided_by=judgement.decided_by,
        observations=tuple(each.id for each in observations),
        strength=weakest,
    )
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return finding
    errors = [each.error.message for each in observations if each.error is not None]
    if errors and not used:
        return _unseen(finding, "; ".join(dict.fromkeys(errors)))
    if weakest and not weakest.satisfies(check.strength) and finding.verdict is not Verdict.FAIL:
        # What somebody only said can convict, because it speaks against the one who says it; it cannot acquit.
        return _unseen(
            finding, f"the evidence is only {weakest.value}; this check accepts {check.strength.value} or better"
        )
    return finding


def _unseen(finding: Finding, reason: str) -> Finding:
    """Return the finding as inconclusive for a reason, unless it does not apply anyway."""
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return finding
    return replace(finding, verdict=Verdict.INCONCLUSIVE, reason=_sentence(f"not established: {reason}"))


def _sentence(text: str) -> str:
    # A host name or a path that leads a sentence stays as it is.
    first = text.split(" ", 1)[0]
    led = text[:1].upper() + text[1:] if first.isalpha() else text
    return led if led.endswith((".", "!", "?")) else f"{led}."


def _is_meant(check: Check, target: Target) -> bool:
    return not check.target_roles or bool(set(check.target_roles) & set(target.roles))


def _beside(finding: Finding, statement: Observation | None) -> Finding:
    """Return the finding with what the vendor says about the same thing beside it."""
    if statement is None:
        return finding
    extras = {**finding.extras, "statement": statement.facts}
    if STATEMENT not in finding.check.judges and (said := contradiction(finding, statement.facts.get("answer"))):
        extras["contradiction"] = said
    return replace(finding, extras=extras)
