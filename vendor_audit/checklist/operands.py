"""Tests with their operands: literals and dated data, checked against the operator and against what a fact can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.checklist.data import Datum
from vendor_audit.checklist.moments import moment_of
from vendor_audit.checklist.operators import AUDIT_DATE, OPERATORS, BadPatternError, Test, pattern_of, refused_kinds
from vendor_audit.checklist.values import LIST, NUMBER, SCALARS, TEXT, kind_of
from vendor_audit.source.words import did_you_mean, one_of, quoted, written

if TYPE_CHECKING:
    from vendor_audit.checklist.data import DatedData
    from vendor_audit.checklist.operators import Operator
    from vendor_audit.checklist.shape import Shape
    from vendor_audit.observation import Json
    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Path, SourceDocument

_REFERENCE = re.compile(r"\$[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+", re.ASCII)


@dataclass(frozen=True)
class TestCompiler:
    """Makes tests out of what one document says."""

    __test__ = False  # pytest takes classes of this name for tests

    document: SourceDocument
    data: DatedData | None
    diagnostics: list[Diagnostic]
    """Is added to."""

    def compile(self, name: str, operand: Json, path: Path, shape: Shape, *, negated: bool) -> Test | None:
        """Return the test; None: it is wrong, and the diagnostics say how.

        Args:
            name: of the operator.
            operand: as written.
            path: where the operand stands.
            shape: of the values to be tested.
            negated: whether the opposite is asked.
        """
        operator = OPERATORS[name]
        datum = Datum(operand, "", "") if operator.operand == "nothing" else self._datum(operand, path)
        if datum is None:
            return None
        trouble = _operand_trouble(operator, datum.value)
        if trouble:
            whose = f"${str(operand)[1:]} is no operand for '{name}': " if datum.source else ""
            self._wrong(path, whose + trouble)
            return None
        kinds = self._kinds(operator, datum.value, path, shape)
        if kinds is None or (not datum.source and not self._can_be(operator, datum.value, path, shape)):
            return None
        matcher = None if datum.value == AUDIT_DATE else operator.prepare(datum.value)
        return Test(operator, datum.value, matcher, kinds, negated, datum.source, datum.called)

    def _datum(self, operand: Json, path: Path) -> Datum | None:
        """Return the operand with where it comes from: itself, or the dated data that it names."""
        if not isinstance(operand, str) or not operand.startswith("$") or operand == AUDIT_DATE:
            return Datum(operand, "", "the day of the audit" if operand == AUDIT_DATE else "")
        if not _REFERENCE.fullmatch(operand):
            if path[-1] == "matches":  # a pattern may begin with the anchor of the end
                return Datum(operand, "", "")
            self._wrong(path, f"{quoted(operand)} names no dated data: write it as $topic.path")
            return None
        found = self.data.find(operand[1:]) if self.data else None
        if found is None:
            self._wrong(path, self.data.trouble(operand[1:]) if self.data else "there are no dated data")
            return None
        return found

    def _kinds(self, operator: Operator, operand: Json, path: Path, shape: Shape) -> frozenset[str] | None:
        """Return the kinds of values that the test judges; None: the fact can be of none of them."""
        compared = operator.kinds
        if operator.operand in {"scalar", "list"} and operator.name != "contains":
            compared = frozenset(kind_of(each) for each in (operand if isinstance(operand, list) else [operand]))
        if not shape.kinds:
            return compared
        if compared & shape.kinds:
            # A fact that may be of two kinds, true or "partial", differs from an operand of the other kind.
            return shape.kinds & operator.kinds
        hint = ": write each, some or contains" if LIST in shape.kinds and operator.kinds <= SCALARS else ""
        is_a = " or ".join(sorted(shape.kinds))
        wants = refused_kinds(compared)
        self._wrong(path, f"the value is {is_a}; '{operator.name}' judges {wants} here{hint}", at_key=True)
        return None

    def _can_be(self, operator: Operator, operand: Json, path: Path, shape: Shape) -> bool:
        """Tell literals that the value can never have, because its schema enumerates the ones that it can."""
        if operator.name == "contains":
            shape = shape.items if LIST in shape.kinds and TEXT not in shape.kinds else type(shape)()
        elif operator.name not in {"equals", "in"}:
            return True
        if not shape.literals:
            return True
        good = True
        for index, each in enumerate(operand) if operator.operand == "list" else ((None, operand),):
            if not any(kind_of(each) == kind_of(known) and each == known for known in shape.literals):
                words = [written(known) for known in shape.literals]
                place = path if index is None else (*path, index)
                self._wrong(
                    place,
                    f"the value is never {quoted(each)}: it is {one_of(words)}{did_you_mean(written(each), words)}",
                )
                good = False
        return good

    def _wrong(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self.diagnostics.append(self.document.diagnostic(path, message, at_key=at_key))


def _operand_trouble(operator: Operator, operand: Json) -> str:
    """Return what is wrong with an operand; empty: nothing."""
    if operand == AUDIT_DATE and operator.operand != "date":
        return "$audit.date stands with before or after"
    return _TROUBLES[operator.operand](operand)


def _scalar(operand: Json) -> str:
    if kind_of(operand) == LIST:
        return "one text, number, true or false is needed here; for a list write in"
    return "" if kind_of(operand) in SCALARS else "a text, a number, true or false is needed here"


def _list(operand: Json) -> str:
    if not isinstance(operand, list):
        return (
            f"a list is needed here: [{written(operand)}]" if kind_of(operand) in SCALARS else "a list is needed here"
        )
    if not operand:
        return "the list must not be empty"
    for each in operand:
        if kind_of(each) not in SCALARS:
            return "every item must be a text, a number, true or false"
        if isinstance(each, str) and each.startswith("$"):
            return f"{quoted(each)} cannot stand in a list: write it in the list's place"
    if len({(kind_of(each), each) for each in operand}) < len(operand):
        return "an item stands in this list twice"
    return ""


def _number(operand: Json) -> str:
    return "" if kind_of(operand) == NUMBER else "a number is needed here"


def _date(operand: Json) -> str:
    if operand == AUDIT_DATE or (isinstance(operand, str) and moment_of(operand)):
        return ""
    return "a day or moment that the calendar has is needed here, such as 2026-11-23, or $audit.date"


def _pattern(operand: Json) -> str:
    if not isinstance(operand, str) or not operand:
        return "an RE2 pattern is needed here; put it in quotes"
    try:
        pattern_of(operand)
    except BadPatternError as error:
        return str(error)
    return ""


def _nothing(operand: Json) -> str:
    return "" if operand is True else "only 'true' may stand here; for the opposite write not: {...}"


_TROUBLES = {
    "scalar": _scalar,
    "list": _list,
    "number": _number,
    "date": _date,
    "pattern": _pattern,
    "nothing": _nothing,
}
