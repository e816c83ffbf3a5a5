"""Expressions: three-valued, closed, and able to say what decided them.

The logic is Kleene's: ``all`` is false if one part is false, unknown if none is false and one is unknown; ``any`` the
other way round; ``each`` and ``some`` are ``all`` and ``any`` over a list. There is no ``not`` here: the compiler moves
it down to the tests (De Morgan's laws hold in Kleene's logic), so that a sentence is about what is really asked.

Every part is evaluated, even when the answer is clear: the grounds of an answer are all the parts that give it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vendor_audit.checklist.scope import FACT, MISSING, TARGET, VENDOR, Frame, Scope, look_up
from vendor_audit.checklist.values import LIST, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.checklist.operators import Test
    from vendor_audit.observation import Json

Truth = bool | None
"""None: unknown."""

INCOMPLETE = "incomplete"
"""The trouble with a list of which more may exist."""
_NOTHING: Mapping[str, str] = {}
"""Why entries of the vendor file are not known: it says nothing about that."""


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
    """What is wrong with a value that is there, but cannot be judged: its kind, `INCOMPLETE`, or a complaint."""
    trail: tuple[tuple[str, Json], ...] = ()
    """The elements of lists that it lies in, outermost first."""


class Answered(NamedTuple):
    """What a test made of a value."""

    truth: Truth
    trouble: str = ""


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
    if subject.origin == TARGET:
        return _match_target(matcher, scope)
    start = Frame(scope.vendor, VENDOR) if subject.origin == VENDOR else frame
    path = start.prefix + subject.path
    unknown = scope.unknown if start.origin == FACT else _NOTHING
    value, reason, is_incomplete = look_up(start, subject.keys, path, unknown)
    answer = _put(matcher.test, value, scope.audit_date, is_incomplete=is_incomplete)
    ground = Ground(start.origin, path, value, answer.truth, matcher.test, "", reason, answer.trouble, start.trail)
    return Outcome(answer.truth, (ground,))


def _match_target(matcher: Matcher, scope: Scope) -> Outcome:
    """A target may have several roles: a test of a single text passes if one of them passes."""
    name, test, target = matcher.subject.path, matcher.test, scope.target
    value: Json = MISSING
    if target is not None:
        value = list(target.roles) if name == "role" else getattr(target, name) or MISSING
    if isinstance(value, list) and LIST not in test.operator.kinds:
        passing = not test.is_negated
        is_one = any(test.answer(each, scope.audit_date) is passing for each in value)
        answer = Answered(is_one != test.is_negated)
    else:
        answer = _put(test, value, scope.audit_date)
    return Outcome(answer.truth, (Ground(TARGET, name, value, answer.truth, test, trouble=answer.trouble),))


def _put(test: Test, value: Json, day: str, *, is_incomplete: bool = False) -> Answered:
    """Put a value to a test; the trouble says why it cannot be judged."""
    if value is MISSING:
        return Answered(None)
    kind = kind_of(value)
    if kind not in test.kinds:
        return Answered(None, kind)
    truth = test.answer(value, day)
    if truth is None:
        return Answered(None, test.operator.complaint)
    if is_incomplete and truth is test.is_negated:
        # What was sought is not in the part of the list that is known; it may be in the rest.
        return Answered(None, INCOMPLETE)
    return Answered(truth)


def _quantify(quantifier: Quantifier, scope: Scope, frame: Frame) -> Outcome:
    subject, is_each, inner = quantifier.subject, quantifier.is_each, quantifier.inner
    start = Frame(scope.vendor, VENDOR) if subject.origin == VENDOR else frame
    path = start.prefix + subject.path
    unknown = scope.unknown if start.origin == FACT else _NOTHING
    value, reason, is_incomplete = look_up(start, subject.keys, path, unknown)
    of_list = Ground(start.origin, path, value, None, None, quantifier.word, reason, trail=start.trail)
    if value is MISSING:
        return Outcome(None, (of_list,))
    if not isinstance(value, list):
        return Outcome(None, (of_list._replace(trouble=kind_of(value)),))
    if not value and not is_incomplete:
        return Outcome(is_each, (of_list._replace(truth=is_each),))
    rest = (of_list._replace(trouble=INCOMPLETE),) if is_incomplete else ()
    if isinstance(inner, (Matcher, Quantifier, Junction)):
        places = [(f"{path}[{index}]", each) for index, each in enumerate(value)]
        frames = (Frame(each, start.origin, f"{place}.", (*start.trail, (place, each))) for place, each in places)
        return _join((_evaluate(inner, scope, each) for each in frames), is_all=is_each, and_unknown=rest)
    grounds = [_put_element(inner, of_list, index, each, scope) for index, each in enumerate(value)]
    outcome = _join((Outcome(each.truth, (each,)) for each in grounds), is_all=is_each, and_unknown=rest)
    if outcome.truth is is_each:
        # Every element gave the same answer, so that one ground can speak for the list.
        return Outcome(is_each, (of_list._replace(truth=is_each, test=inner),))
    return outcome


def _put_element(test: Test, of_list: Ground, index: int, value: Json, scope: Scope) -> Ground:
    path = f"{of_list.path}[{index}]"
    reason = ""
    if of_list.origin == FACT and path in scope.unknown:
        value, reason = MISSING, scope.unknown[path]
    elif value is None:
        value = MISSING
    answer = _put(test, value, scope.audit_date)
    trail = (*of_list.trail, (path, value))
    return Ground(of_list.origin, path, value, answer.truth, test, "", reason, answer.trouble, trail)
