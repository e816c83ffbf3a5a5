"""From grounds to what a person reads: deciders for the audit document, one clause for the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.checklist.expression import INCOMPLETE, Ground
from vendor_audit.checklist.model import Decider
from vendor_audit.checklist.operators import refused_kinds
from vendor_audit.checklist.scope import TARGET, VENDOR
from vendor_audit.checklist.values import KINDS, LIST, name_of, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.checklist.scope import Scope
    from vendor_audit.observation import Json

_DECIDERS = 50
"""Deciders of one judgement; every further one would say the same again."""
_CLAUSES = 3
"""Deciders that the sentence names; the others stand below it."""
_VERBS = ("is ", "contains ", "matches ", "does not ")
"""How a phrase about a value begins if it has a verb."""
_ITEMS = 50
"""Items of a list that a decider keeps."""


def deciders_of(grounds: Sequence[Ground], judges: Sequence[str], scope: Scope) -> tuple[Decider, ...]:
    """Return what decided, for the audit document."""
    return tuple(_decider(each, judges, scope.audit_date) for each in grounds[:_DECIDERS])


def clause_of(grounds: Sequence[Ground], judges: Sequence[str], scope: Scope, *, is_wanted: bool = True) -> str:
    """Return what decided, as a part of a sentence.

    Args:
        grounds: what decided.
        judges: the probes of the check.
        scope: that it was judged in.
        is_wanted: whether it should have been true; false for a condition, which is neither right nor wrong.
    """
    clauses = list(dict.fromkeys(_clause(each, judges, scope.audit_date, is_wanted) for each in grounds[:_DECIDERS]))
    more = len(grounds) - _DECIDERS if len(grounds) > _DECIDERS else 0
    more += max(len(clauses) - _CLAUSES, 0)
    said = ", and ".join(clauses[:_CLAUSES])
    return f"{said}, and {more} more" if more else said


def _decider(ground: Ground, judges: Sequence[str], day: str) -> Decider:
    test = ground.test
    expectation = test.expectation(day) if test else ""
    return Decider(
        path=_prefix(ground) + ground.path,
        value=None if ground.truth is None else _kept(ground.value),
        expectation=f"{ground.quantifier} {expectation}" if ground.quantifier and expectation else expectation,
        source=test.source if test else "",
        unknown_reason=_unknown(ground, judges) if ground.truth is None else "",
    )


def _prefix(ground: Ground) -> str:
    return {VENDOR: "vendor file: ", TARGET: "target: "}.get(ground.origin, "")


def _kept(value: Json) -> Json:
    """Return a value as a decider keeps it: a long list is cut."""
    return value[:_ITEMS] if isinstance(value, list) and len(value) > _ITEMS else value


def _clause(ground: Ground, judges: Sequence[str], day: str, is_wanted: bool) -> str:  # noqa: FBT001 (as `clause_of`)
    if ground.truth is None:
        return _unknown_clause(ground, judges)
    subject, test, holds = _subject(ground), ground.test, ground.truth
    if test is None or (test.operator.name == "not_empty" and not ground.value):
        return f"{subject} is empty"
    is_plain = holds and test.operator.name == "equals" and not test.is_negated
    said = "" if is_plain else test.says(holds=holds, day=day, is_wanted=is_wanted)
    if ground.quantifier:
        said = test.says(holds=True, day=day)
        verb = "" if said.startswith(_VERBS) else "is "
        said = f"each {verb}{said}" if holds else f"none of them {verb}{said}"
    several = isinstance(ground.value, list) and len(ground.value) > 1
    sentence = f"{subject} {'are' if several else 'is'} {shown(ground.value)}"
    return f"{sentence}; {said}" if said else sentence


def _subject(ground: Ground) -> str:
    """Return what a sentence calls the value: ``subprocessors[3].country (Zendesk)``."""
    names = [name for path, element in ground.trail if (name := name_of(element)) and name != path]
    called = f" ({', '.join(names)})" if names else ""
    if ground.origin == VENDOR:
        return f"'{ground.path}' of the vendor file{called}"
    if ground.origin == TARGET:
        return f"the target's {ground.path}"
    return f"{ground.path}{called}"


def _unknown_clause(ground: Ground, judges: Sequence[str]) -> str:
    reason = _unknown(ground, judges)
    if ground.trouble and ground.trouble != INCOMPLETE:
        return f"{_subject(ground)} {reason}"
    if ground.trouble:
        return f"{_subject(ground)} is not known completely: {reason}"
    if ground.reason:
        return f"{_subject(ground)} is not known: {reason}"
    return reason


def _unknown(ground: Ground, judges: Sequence[str]) -> str:
    """Return why a value is not known, or cannot be judged."""
    if ground.trouble == INCOMPLETE:
        return ground.reason
    if ground.trouble:
        wanted = refused_kinds(ground.test.kinds) if ground.test else LIST
        return f"is {ground.trouble}, not {wanted}" if ground.trouble in _KIND_NAMES else f"is {ground.trouble}"
    return ground.reason or _absence(ground, judges)


def _absence(ground: Ground, judges: Sequence[str]) -> str:
    """Return that there is no such value, where nobody said why."""
    if ground.origin == VENDOR:
        return f"the vendor file does not say '{ground.path}'"
    if ground.origin == TARGET:
        return f"the target has no {ground.path}"
    if len(judges) > 1 and ground.path in judges:
        return f"there is no observation of the probe {ground.path}"
    probe = ground.path.partition("[")[0] if len(judges) > 1 else "".join(judges)
    names = [name for _, element in ground.trail if (name := name_of(element))]
    whose = f" ({', '.join(names)})" if names else ""
    return f"the {probe} observation has no fact '{ground.path}'{whose}"


_KIND_NAMES = frozenset(KINDS.values())
