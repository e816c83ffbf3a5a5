"""The judge: one check in one scope.

The law of the judge: taking knowledge away (a fact, an entry of the vendor file, an element of a list that is then
named incomplete) leaves the verdict as it is or makes it inconclusive. It never turns one verdict into another.

Applicability follows the same law. If it is not known whether a check applies, the verdict is inconclusive even where
``passes_if`` is true: with more knowledge the check might not apply at all, so a pass would be counted that was never
due, and a vendor that says less would have the better score. A check that fails if it applies is inconclusive, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.checklist.expression import Ground, evaluate
from vendor_audit.checklist.model import Check, Judgement, Verdict
from vendor_audit.checklist.reasons import clause_of, deciders_of
from vendor_audit.checklist.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Scope", "judge_check"]

_IF_IT_APPLIES = {
    Verdict.PASS: "; if it does, it passes",
    Verdict.PARTIAL: "; if it does, it passes in part",
    Verdict.FAIL: "; if it does, it fails",
}


def judge_check(check: Check, scope: Scope) -> Judgement:
    """Return the verdict of a check in a scope, why, and what decided it.

    Pure: no clock, no files. For any facts whatever it returns a judgement; the verdict is never ``accepted``.
    """
    verdict, grounds = _verdict(check, scope)
    if check.applies_when is not None:
        applies, conditions = evaluate(check.applies_when, scope)
        if applies is False:
            reason = f"does not apply: {clause_of(conditions, check.judges, scope, is_wanted=False)}"
            return Judgement(Verdict.NOT_APPLICABLE, reason, deciders_of(conditions, check.judges, scope))
        if applies is None:
            reason = f"it is not known whether this applies: {clause_of(conditions, check.judges, scope)}"
            reason += _IF_IT_APPLIES.get(verdict, "")
            return Judgement(Verdict.INCONCLUSIVE, reason, deciders_of(conditions, check.judges, scope))
    return Judgement(verdict, _reason(check, verdict, scope, grounds), deciders_of(grounds, check.judges, scope))


def _verdict(check: Check, scope: Scope) -> tuple[Verdict, Sequence[Ground]]:
    """Return the verdict if the check applies, and what decided it."""
    passes, grounds = evaluate(check.passes_if, scope)
    if passes is None:
        return Verdict.INCONCLUSIVE, grounds
    if passes:
        return Verdict.PASS, grounds
    if check.partial_if is None:
        return Verdict.FAIL, grounds
    is_partial, partial_grounds = evaluate(check.partial_if, scope)
    if is_partial is None:
        return Verdict.INCONCLUSIVE, partial_grounds
    return (Verdict.PARTIAL if is_partial else Verdict.FAIL), grounds


def _reason(check: Check, verdict: Verdict, scope: Scope, grounds: Sequence[Ground]) -> str:
    clause = clause_of(grounds, check.judges, scope)
    template = check.says.get(verdict)
    # The clause goes on where the checklist's own sentence ends.
    return f"{template.render(scope, grounds).rstrip('.')}: {clause}" if template else clause
