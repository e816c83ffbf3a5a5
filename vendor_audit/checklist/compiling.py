"""From the YAML of an expression to an `Expression`, with every mistake at its line and column.

The checklist's JSON Schema describes the same shapes for editors; here they are told in sentences about matchers, and
what no schema can know is checked too: paths of facts, dated data, patterns, kinds of values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_audit.checklist.expression import Expression, Junction, Matcher, Quantifier, Subject
from vendor_audit.checklist.operands import TestCompiler
from vendor_audit.checklist.operators import OPERATORS
from vendor_audit.checklist.scope import FACT, TARGET, VENDOR
from vendor_audit.checklist.shape import Shape
from vendor_audit.checklist.values import GROUP, LIST, NUMBER, TEXT
from vendor_audit.source.words import did_you_mean, one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.checklist.data import DatedData
    from vendor_audit.observation import Json
    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Path, SourceDocument

SUBJECTS = ("fact", "vendor", "target")
QUANTIFIERS = ("each", "some")
COMBINATORS = ("all", "any", "not")
HEADS = (*SUBJECTS, *QUANTIFIERS, *COMBINATORS)
KEYS = (*HEADS, *OPERATORS, "of", "where")

_KEY = r'(?:[A-Za-z_][A-Za-z0-9_-]*|"[^".]+(?:\.[^".]+)*")'
_PATH = re.compile(rf"{_KEY}(?:\.{_KEY})*", re.ASCII)
_ONE_KEY = re.compile(_KEY, re.ASCII)
_LONGEST = 200
"""Characters of a path."""
_TARGET_KINDS = {
    "name": frozenset({TEXT}),
    "role": frozenset({TEXT, LIST}),
    "host": frozenset({TEXT}),
    "port": frozenset({NUMBER}),
}


@dataclass(frozen=True)
class Surroundings:
    """What an expression may refer to."""

    facts: Shape = field(default_factory=Shape)
    """Of the probe, or of the probes, that the check judges."""
    facts_of: str = "the observation"
    """What sentences call them: "the facts of tls"."""
    vendor: Shape = field(default_factory=Shape)
    data: DatedData | None = None
    roles: tuple[str, ...] = ()
    """That targets can have; empty: any."""
    has_target: bool = True
    """Whether the check judges one target at a time."""


@dataclass(frozen=True)
class _Place:
    """Which facts a path starts from: those of the observation, or an element of a list."""

    shape: Shape
    called: str


def compile_expression(
    node: Json, document: SourceDocument, path: Path, surroundings: Surroundings, diagnostics: list[Diagnostic]
) -> Expression | None:
    """Return the expression that a node of a document says; None: it is wrong, and the diagnostics say how.

    Args:
        node: the data at `path`.
        document: where they stand.
        path: where in it.
        surroundings: what it may refer to.
        diagnostics: is added to.
    """
    compiler = _Compiler(document, surroundings, diagnostics)
    start = _Place(surroundings.facts, surroundings.facts_of)
    return compiler.expression(node, path, start, negated=False)


def keys_of(path: Json) -> tuple[str, ...]:
    """Return the keys of a dotted path, quotes removed; empty: it is no path."""
    if not isinstance(path, str) or len(path) > _LONGEST or not _PATH.fullmatch(path):
        return ()
    return tuple(each.strip('"') for each in _ONE_KEY.findall(path))


def follow(shape: Shape, keys: tuple[str, ...], called: str) -> tuple[Shape, str]:
    """Return the shape of what a path leads to, and an empty text; or what is wrong with the path."""
    for index, key in enumerate(keys):
        before = ".".join(keys[:index])
        if LIST in shape.kinds and GROUP not in shape.kinds:
            return Shape(), f"'{before}' is a list: its elements are judged with 'each' or 'some' and 'where'"
        below = shape.key(key)
        if below is None:
            where = f"'{before}' in {called}" if before else called
            return Shape(), f"there is no {quoted(key)} in {where}{shape.hint(key)}"
        shape = below
    return shape, ""


class _Compiler:
    """Walks through one expression."""

    def __init__(self, document: SourceDocument, surroundings: Surroundings, diagnostics: list[Diagnostic]) -> None:
        self._document = document
        self._surroundings = surroundings
        self._diagnostics = diagnostics
        self._tests = TestCompiler(document, surroundings.data, diagnostics)

    def expression(self, node: Json, path: Path, place: _Place, *, negated: bool) -> Expression | None:
        if not isinstance(node, dict):
            self._wrong(path, f"an expression is needed here: keys with values, such as {one_of(HEADS)}")
            return None
        head = self._head(node, path)
        if head is None:
            return None
        if head == "not":
            return self.expression(node["not"], (*path, "not"), place, negated=not negated)
        if head in COMBINATORS:
            return self._junction(node[head], (*path, head), place, is_all=(head == "all") != negated, negated=negated)
        if head in QUANTIFIERS:
            return self._quantifier(node, path, place, head, negated=negated)
        return self._matcher(node, path, place, head, negated=negated)

    def _head(self, node: Mapping[str, Json], path: Path) -> str | None:
        """Return the key that says what kind of expression it is; None: that cannot be said."""
        strangers = [key for key in node if key not in KEYS]
        for key in strangers:
            hint = did_you_mean(key, KEYS) or f"; there are {one_of([*HEADS, *OPERATORS])}"
            self._wrong((*path, key), f"unknown matcher {quoted(key)}{hint}", at_key=True)
        heads = [key for key in node if key in HEADS]
        for extra in heads[1:]:
            self._wrong((*path, extra), f"'{extra}' cannot stand beside '{heads[0]}': nest them under all or any", True)
        if not heads and not strangers:
            self._wrong(path, f"what is judged is missing: one of {one_of(HEADS)}")
        if strangers or len(heads) != 1:
            return None
        head = heads[0]
        allowed = {head, *OPERATORS, *(("of", "where") if head in QUANTIFIERS else ())}
        for key in node:
            if key not in (allowed if head not in COMBINATORS else {head}):
                self._wrong((*path, key), f"'{key}' cannot stand beside '{head}'", at_key=True)
                head = ""
        return head or None

    def _junction(self, nodes: Json, path: Path, place: _Place, *, is_all: bool, negated: bool) -> Expression | None:
        if not isinstance(nodes, list) or not nodes:
            self._wrong(path, f"'{path[-1]}' needs a list of expressions")
            return None
        parts = [self.expression(each, (*path, i), place, negated=negated) for i, each in enumerate(nodes)]
        good = tuple(each for each in parts if each is not None)
        return Junction(is_all, good) if len(good) == len(parts) else None

    def _quantifier(
        self, node: Mapping[str, Json], path: Path, place: _Place, head: str, *, negated: bool
    ) -> Expression | None:
        origin = FACT
        if "of" in node:
            if node["of"] != "vendor":
                self._wrong((*path, "of"), "only 'vendor' may stand here: facts need no 'of'")
                return None
            origin = VENDOR
        resolved = self._resolve(node[head], (*path, head), place, origin)
        shape = resolved[1] if resolved else Shape()
        if shape.kinds and LIST not in shape.kinds:
            kinds = " or ".join(sorted(shape.kinds))
            self._wrong((*path, head), f"'{node[head]}' is {kinds}, not a list: write 'fact' for '{head}'")
            resolved = None
        element = _Place(shape.items, f"the elements of '{node[head]}'")
        tests = [key for key in node if key in OPERATORS or key == "where"]
        if self._not_one(tests, "where", path):
            return None
        inner: Any
        if tests == ["where"]:
            inner = self.expression(node["where"], (*path, "where"), element, negated=negated)
        else:
            inner = self._tests.compile(tests[0], node[tests[0]], (*path, tests[0]), element.shape, negated=negated)
        if resolved is None or inner is None:
            return None
        return Quantifier(resolved[0], (head == "each") != negated, inner)

    def _matcher(
        self, node: Mapping[str, Json], path: Path, place: _Place, head: str, *, negated: bool
    ) -> Expression | None:
        resolved = self._target(node, path) if head == TARGET else self._resolve(node[head], (*path, head), place, head)
        tests = [key for key in node if key in OPERATORS]
        if self._not_one(tests, "", path):
            return None
        shape = resolved[1] if resolved else Shape()
        test = self._tests.compile(tests[0], node[tests[0]], (*path, tests[0]), shape, negated=negated)
        return Matcher(resolved[0], test) if resolved and test else None

    def _not_one(self, tests: list[str], also: str, path: Path) -> bool:
        """Tell where there is no test, or more than one; return whether that is so."""
        if not tests:
            words = [*OPERATORS, *([also] if also else [])]
            self._wrong(path, f"the test is missing: one of {one_of(words)}")
        for extra in tests[1:]:
            self._wrong((*path, extra), f"'{extra}' cannot stand beside '{tests[0]}': nest them under all or any", True)
        return len(tests) != 1

    def _target(self, node: Mapping[str, Json], path: Path) -> tuple[Subject, Shape] | None:
        name = node["target"]
        if not self._surroundings.has_target:
            self._wrong((*path, "target"), "this check does not judge one target at a time", at_key=True)
            return None
        if name not in _TARGET_KINDS:
            hint = did_you_mean(str(name), _TARGET_KINDS)
            self._wrong((*path, "target"), f"{quoted(name)} is not {one_of([*_TARGET_KINDS])}{hint}")
            return None
        types = {TEXT: "string", NUMBER: "integer", LIST: "array"}
        schema = {"type": [types[each] for each in _TARGET_KINDS[name]]}
        return Subject(TARGET, name, (name,)), Shape.of(schema)

    def _resolve(self, written: Json, path: Path, place: _Place, origin: str) -> tuple[Subject, Shape] | None:
        """Return a subject and the shape of its values; None: there is no such path."""
        keys = keys_of(written)
        if not keys:
            self._wrong(path, f"{quoted(written)} is no path: keys joined by dots, such as versions.accepted")
            return None
        if origin == VENDOR:
            shape, trouble = follow(self._surroundings.vendor, keys, "the vendor file")
        else:
            shape, trouble = follow(place.shape, keys, place.called)
        if trouble:
            self._wrong(path, trouble)
            return None
        return Subject(origin, ".".join(keys), keys), shape

    def _wrong(self, path: Path, message: str, at_key: bool = False) -> None:  # noqa: FBT001, FBT002 (as `diagnostic`)
        self._diagnostics.append(self._document.diagnostic(path, message, at_key=at_key))
