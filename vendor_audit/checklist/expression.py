"""Expressions: three-valued, closed, and able to say what decided them.

The logic is Kleene's: ``all`` is false if one part is false, unknown if none is false and one is unknown; ``any`` the
other way round; ``each`` and ``some`` are ``all`` and ``any`` over a list. There is no ``not`` here: the compiler moves
it down to the tests (De Morgan's laws hold in Kleene's logic), so that a sentence is about what is really asked.

Every part is evaluated, even when the answer is clear: the grounds of an answer are all the parts that give it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vendor_audit.checklist.scope import MISSING, Frame, Scope, look_up, reason_for
from vendor_audit.checklist.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.checklist.operators import Test
    from vendor_audit.observation import Json

Truth = bool | None
"""None: unknown."""

FACT, VENDOR, TARGET = "fact", "vendor", "target"
"""Where a subject comes from."""


class Ground(NamedTuple):
    """One value that decided, or one that is missing; made into a `Decider` only if it is shown."""

    origin: str
    path: str
    value: Json
    """`MISSING` if not known."""
    truth: Truth
    test: Test | None
    """What the value was put to; None: the list itself decided (it is empty, missing or incomplete)."""
    quantifier: str = ""
    """``each`` or ``some``: the value is a list whose elements were put to the test, with one answer for all."""
    reason: str = ""
    """Why it is not known, as the probe says; empty: it does not."""
    trouble: str = ""
    """What is wrong with a value that is there, but cannot be judged: "is a text, not a number"."""
    trail: tuple[tuple[str, Json], ...] = ()
    """The elements of lists that it lies in, outermost first."""


class Outcome(NamedTuple):
    """The answer of an expression."""

    truth: Truth
    grounds: tuple[Ground, ...]
    """What decided it, in the order of the expression and of the lists."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Where a value is taken from."""

    origin: str
    path: str
    """Keys joined with dots."""
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A subject with a test."""

    subject: Subject
    test: Test


@dataclass(frozen=True, slots=True)
class Quantifier:
    """``each`` or ``some`` over a list."""

    subject: Subject
    is_each: bool
    inner: Test | Matcher | Quantifier | Junction
    """A test of the element itself, or an expression whose facts start from the element."""

    @property
    def word(self) -> str:
        """``each`` or ``some``."""
        return "each" if self.is_each else "some"


@dataclass(frozen=True, slots=True)
class Junction:
    """``all`` or ``any`` of its parts."""

    is_all: bool
    parts: tuple[Matcher | Quantifier | Junction, ...]


Expression = Matcher | Quantifier | Junction


def evaluate(expression: Expression, scope: Scope) -> Outcome:
    """Return whether an expression is true in a scope, and what decided it. Pure; never raises for any facts."""
    return _evaluate(expression, scope, Frame(scope.facts))


def _evaluate(expression: Expression, scope: Scope, frame: Frame) -> Outcome:
    if isinstance(expression, Matcher):
        return _match(expression, scope, frame)
    if isinstance(expression, Junction):
        return _join((_evaluate(each, scope, frame) for each in expression.parts), is_all=expression.is_all)
    return _quantify(expression, scope, frame)


def _join(outcomes: Iterable[Outcome], *, is_all: bool, and_unknown: tuple[Ground, ...] = ()) -> Outcome:
    """Return the conjunction (``is_all``) or disjunction of outcomes; ``and_unknown``: of one unknown more."""
    deciding = not is_all
    decisive: list[Ground] = []
    unknown: list[Ground] = []
    others: list[Ground] = []
    is_decided = False
    for truth, grounds in outcomes:
        if truth is deciding:
            is_decided = True
            decisive += grounds
        elif truth is None:
            unknown += grounds
        else:
            others += grounds
    if is_decided:
        return Outcome(deciding, tuple(decisive))
    unknown += and_unknown
    if unknown:
        return Outcome(None, tuple(unknown))
    return Outcome(is_all, tuple(others))


def _match(matcher: Matcher, scope: Scope, frame: Frame) -> Outcome:
    subject = matcher.subject
    origin = subject.origin
    if origin == FACT:
        path = frame.prefix + subject.path
        found = look_up(frame, subject.keys, path, scope.unknown)
        ground = _put(matcher.test, path, found.value, scope.audit_date, incomplete=found.is_incomplete)
        if ground.truth is None:
            ground = ground._replace(reason=found.reason)
        return Outcome(ground.truth, (ground._replace(trail=frame.trail) if frame.trail else ground,))
    if origin == VENDOR:
        found = look_up(Frame(scope.vendor), subject.keys, subject.path, {})
        ground = _put(matcher.test, subject.path, found.value, scope.audit_date)._replace(origin=VENDOR)
        return Outcome(ground.truth, (ground,))
    return _match_target(matcher, scope)


def _match_target(matcher: Matcher, scope: Scope) -> Outcome:
    """A target may have several roles: a test of a single text passes if one of them passes."""
    name, test, target = matcher.subject.path, matcher.test, scope.target
    value: Json = MISSING
    if target is not None:
        value = list(target.roles) if name == "role" else getattr(target, name) or MISSING
    if isinstance(value, list) and test.operator.name in {"equals", "in", "matches"}:
        passes = any(test.answer(each, scope.audit_date) is not test.is_negated for each in value)
        truth = passes is not test.is_negated
        return Outcome(truth, (Ground(TARGET, name, value, truth, test),))
    ground = _put(test, name, value, scope.audit_date)._replace(origin=TARGET)
    return Outcome(ground.truth, (ground,))


def _put(test: Test, path: str, value: Json, day: str, *, incomplete: bool = False) -> Ground:
    """Put a value to a test."""
    if value is MISSING:
        return Ground(FACT, path, MISSING, None, test)
    kind = kind_of(value)
    if kind not in test.kinds:
        return Ground(FACT, path, value, None, test, trouble=kind)
    truth = test.answer(value, day)
    if truth is None:
        return Ground(FACT, path, value, None, test, trouble=test.operator.complaint)
    if incomplete and truth is test.is_negated:
        # What was sought is not in the part of the list that is known; it may be in the rest.
        return Ground(FACT, path, value, None, test)
    return Ground(FACT, path, value, truth, test)


def _quantify(quantifier: Quantifier, scope: Scope, frame: Frame) -> Outcome:
    subject, is_each = quantifier.subject, quantifier.is_each
    if subject.origin == VENDOR:
        path, unknown, start = subject.path, {}, Frame(scope.vendor)
    else:
        path, unknown, start = frame.prefix + subject.path, scope.unknown, frame
    value, reason, is_incomplete = look_up(start, subject.keys, path, unknown)
    of_list = Ground(subject.origin, path, value, None, None, quantifier.word, reason, trail=start.trail)
    if value is MISSING:
        return Outcome(None, (of_list,))
    if not isinstance(value, list):
        return Outcome(None, (of_list._replace(trouble=kind_of(value)),))
    if not value and not is_incomplete:
        return Outcome(is_each, (of_list._replace(truth=is_each),))
    rest = (of_list._replace(value=MISSING, trouble="incomplete"),) if is_incomplete else ()
    inner = quantifier.inner
    if isinstance(inner, (Matcher, Quantifier, Junction)):
        outcomes = (
            _evaluate(
                inner, scope, Frame(each, f"{path}[{index}].", (*start.trail, (f"{path}[{index}]", each)))
            )
            for index, each in enumerate(value)
        )
        return _join(outcomes, is_all=is_each, and_unknown=rest)
    grounds = [_put_element(inner, of_list, index, each, scope) for index, each in enumerate(value)]
    outcome = _join((Outcome(each.truth, (each,)) for each in grounds), is_all=is_each, and_unknown=rest)
    if outcome.truth is is_each:  # every element gave the same answer, so that one sentence can speak of the list
        return Outcome(is_each, (of_list._replace(truth=is_each, test=inner),)) if is_each else outcome
    if outcome.truth is (not is_each) and not is_each is False:
        return outcome
    return outcome


def _put_element(test: Test, of_list: Ground, index: int, value: Json, scope: Scope) -> Ground:
    path = f"{of_list.path}[{index}]"
    if value is None or (scope.unknown and of_list.origin == FACT and path in scope.unknown):
        ground = Ground(FACT, path, MISSING, None, test, reason=reason_for(path, scope.unknown))
    else:
        ground = _put(test, path, value, scope.audit_date)
    return ground._replace(origin=of_list.origin, trail=(*of_list.trail, (path, value)))
