"""The tests that a matcher can put a value to. A closed set: each is a row of `OPERATORS`.

A test answers true or false for a value that it can judge, and nothing (unknown) for one that it cannot: a text that
is no date, a number that is none. It never raises, whatever a vendor made a fact of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

from vendor_audit.checklist.moments import is_before, moment_of
from vendor_audit.checklist.values import BOOLEAN, LIST, NUMBER, SCALARS, TEXT, kind_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_audit.observation import Json

Answer = bool | None
"""None: this value cannot be judged so."""

AUDIT_DATE = "$audit.date"
"""The one operand that is known only when an audit is judged."""

_PATTERN = 1000
"""Characters of an RE2 pattern."""
_MEMORY = 1 << 20
"""Bytes that RE2 may use for a pattern and its automaton."""


class BadPatternError(ValueError):
    """A pattern that RE2 does not take; its text says why."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One test."""

    name: str
    kinds: frozenset[str]
    """Kinds of values that it judges."""
    operand: str
    """What it compares with: ``scalar``, ``list``, ``number``, ``date``, ``pattern`` or ``nothing``."""
    prepare: Callable[[Json], Callable[[Json], Answer]]
    """Makes the matcher for an operand, once."""
    holds: str
    """How a sentence says that it is so; {} is the operand."""
    fails: str
    """How a sentence says that it is not so."""
    asks: str = ""
    """How a report says what was expected, where not as in `holds`."""
    asks_not: str = ""
    """The same where the opposite was expected, where not as in `fails`."""
    complaint: str = ""
    """What is wrong with a value of the right kind that it cannot judge."""


def _equals(operand: Json) -> Callable[[Json], Answer]:
    kind = kind_of(operand)
    return lambda value: kind_of(value) == kind and value == operand


def _in(operand: Json) -> Callable[[Json], Answer]:
    members = frozenset((kind_of(each), each) for each in operand)
    return lambda value: (kind_of(value), value) in members


def _contains(operand: Json) -> Callable[[Json], Answer]:
    kind = kind_of(operand)

    def matcher(value: Json) -> Answer:
        if isinstance(value, str):
            return operand in value if kind == TEXT else None
        if any(kind_of(each) == kind and each == operand for each in value):
            return True
        # An element that is no plain value might stand for the one that is sought.
        return False if all(kind_of(each) in SCALARS for each in value) else None

    return matcher


def _at_least(operand: Json) -> Callable[[Json], Answer]:
    return lambda value: None if _is_nan(value) else bool(value >= operand)


def _at_most(operand: Json) -> Callable[[Json], Answer]:
    return lambda value: None if _is_nan(value) else bool(value <= operand)


def _is_nan(value: Json) -> bool:
    return isinstance(value, float) and math.isnan(value)  # an int may be too large for isnan


def _before(operand: Json) -> Callable[[Json], Answer]:
    limit = moment_of(operand)

    def matcher(value: Json) -> Answer:
        moment = moment_of(value)
        return is_before(moment, limit) if moment and limit else None

    return matcher


def _after(operand: Json) -> Callable[[Json], Answer]:
    limit = moment_of(operand)

    def matcher(value: Json) -> Answer:
        moment = moment_of(value)
        return is_before(limit, moment) if moment and limit else None

    return matcher


def _matches(operand: Json) -> Callable[[Json], Answer]:
    search = pattern_of(operand).search

    def matcher(value: Json) -> Answer:
        try:
            return search(value.encode()) is not None
        except UnicodeEncodeError:  # a lone surrogate, which JSON can hold and UTF-8 cannot
            return None

    return matcher


def _not_empty(_operand: Json) -> Callable[[Json], Answer]:
    return bool


def pattern_of(pattern: str) -> re2._Regexp:
    """Return a compiled RE2 pattern over UTF-8 bytes; matching takes time linear in the text.

    Raises:
        BadPatternError: it is no RE2 pattern, or too large.
    """
    if len(pattern) > _PATTERN:
        raise BadPatternError(f"the pattern has {len(pattern)} characters: {_PATTERN} is the most")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = True
    try:
        return re2.compile(pattern.encode(), options)
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0] if error.args else error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise BadPatternError(f"RE2 does not take the pattern: {text}") from error


_DATED = "neither a day nor a moment, such as 2026-11-23 or 2026-11-23T09:00:00Z"

OPERATORS: Mapping[str, Operator] = {
    each.name: each
    for each in (
        Operator("equals", SCALARS, "scalar", _equals, "is {}", "should be {}", "{}", "not {}"),
        Operator("in", SCALARS, "list", _in, "one of {}", "not one of {}"),
        Operator(
            "contains",
            frozenset({LIST, TEXT}),
            "scalar",
            _contains,
            "contains {}",
            "does not contain {}",
            "containing {}",
            "not containing {}",
            complaint="something that cannot be searched for that",
        ),
        Operator("at_least", frozenset({NUMBER}), "number", _at_least, "at least {}", "less than {}", complaint="NaN"),
        Operator("at_most", frozenset({NUMBER}), "number", _at_most, "at most {}", "more than {}", complaint="NaN"),
        Operator("before", frozenset({TEXT}), "date", _before, "before {}", "not before {}", complaint=_DATED),
        Operator("after", frozenset({TEXT}), "date", _after, "after {}", "not after {}", complaint=_DATED),
        Operator(
            "matches",
            frozenset({TEXT}),
            "pattern",
            _matches,
            "matches {}",
            "does not match {}",
            "matching {}",
            "not matching {}",
            complaint="not valid Unicode",
        ),
        Operator("not_empty", frozenset({LIST, TEXT}), "nothing", _not_empty, "not empty", "empty"),
    )
}


@dataclass(frozen=True, slots=True)
class Test:
    """An operator with its operand, as a leaf of an expression holds it."""

    __test__ = False  # pytest takes classes of this name for tests

    operator: Operator
    operand: Json
    matcher: Callable[[Json], Answer] | None
    """None: the operand is `AUDIT_DATE`, so there is one for every day."""
    kinds: frozenset[str]
    """Kinds of values that it judges; the operator's, or fewer where the facts' schema or the operand says so."""
    is_negated: bool
    source: str = ""
    """Where the operand comes from: ``ncsc-nl-2025-05 §3.3.1``; empty: the check itself."""
    called: str = ""
    """What sentences call the operand; empty: by its value."""

    def answer(self, value: Json, day: str) -> Answer:
        """Return whether a value of a kind that it judges passes; None: it cannot be judged."""
        matcher = self.matcher or self.operator.prepare(day)
        answer = matcher(value)
        return answer if answer is None or not self.is_negated else not answer

    def says(self, *, holds: bool, day: str, is_wanted: bool = True) -> str:
        """Return how a sentence goes on after "<path> is <value>; ".

        Args:
            holds: whether the value passed.
            day: of the audit.
            is_wanted: whether it should have passed; false for a condition, which is neither right nor wrong.
        """
        operator = self.operator
        said = operator.holds if holds != self.is_negated else operator.fails
        if operator.name == "equals" and self.is_negated:
            said = "not {}" if holds else "should be something else" if is_wanted else ""
        elif operator.name == "equals" and not holds and not is_wanted:
            said = "not {}"
        return self._named(said, day)

    def expectation(self, day: str) -> str:
        """Return what is expected of the value."""
        operator = self.operator
        said = (operator.asks_not or operator.fails) if self.is_negated else (operator.asks or operator.holds)
        return self._named(said, day)

    def _named(self, said: str, day: str) -> str:
        """Put the operand into a phrase; a list that has a name is "in" it, any other is "one of" its items."""
        if self.called:
            return said.replace("one of {}", "in {}").format(self.called)
        return said.format(shown(day if self.operand == AUDIT_DATE else self.operand))


def refused_kinds(kinds: frozenset[str]) -> str:
    """Return how a sentence names the kinds that a test judges."""
    order = (BOOLEAN, NUMBER, TEXT, LIST)
    return " or ".join(each for each in order if each in kinds)
