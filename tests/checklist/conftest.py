"""A toy world: a probe with a facts schema of its own, a topic of dated data, a checklist written in each test."""

from __future__ import annotations

import copy
import json
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.checklist.compiling import Surroundings, compile_expression
from vendor_audit.checklist.data import Datum, load_data
from vendor_audit.checklist.expression import Outcome, evaluate
from vendor_audit.checklist.judging import judge_check
from vendor_audit.checklist.load import Catalogue, load_catalogue
from vendor_audit.checklist.scope import Scope
from vendor_audit.checklist.surroundings import surroundings_of
from vendor_audit.observation import Target
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.source.strict_yaml import load_yaml

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.checklist.expression import Expression
    from vendor_audit.checklist.model import Judgement
    from vendor_audit.source.diagnostic import Diagnostic

TEXT, NUMBER, BOOLEAN = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
PROCESSOR = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": TEXT,
        "country": TEXT,
        "transfer": {"enum": ["none", "scc", "adequacy"]},
        "regions": {"type": "array", "items": TEXT},
    },
}
TOY = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["bits"],
    "properties": {
        "bits": {"type": "integer", "minimum": 0},
        "ratio": NUMBER,
        "on": BOOLEAN,
        "answer": {"enum": [True, False, "partial"]},
        "word": TEXT,
        "day": {"type": "string", "format": "date"},
        "versions": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "accepted": {"type": "array", "items": {"enum": ["one", "two", "three"]}},
                "preferred": {"$ref": "#/$defs/preferred"},
            },
        },
        "processors": {"type": "array", "items": PROCESSOR},
        "open": {"type": "object", "additionalProperties": BOOLEAN},
    },
    "$defs": {"preferred": {"type": "string", "enum": ["one", "two", "three"]}},
}
VENDOR = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "vendor": {"type": "object", "additionalProperties": False, "properties": {"name": TEXT}},
        "customer": {"type": "object", "additionalProperties": False, "properties": {"strict": BOOLEAN, "name": TEXT}},
        "endpoints": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"url": TEXT, "role": {"enum": ["web", "api"]}},
            },
        },
    },
}
DATA = """\
id: toy-2026
topic: toy
title: Toy thresholds
source: https://example.org/toy
as_of: 2026-01-01
default: true
values:
  versions:
    allowed: {value: [two, three], paragraph: "3.1"}
    newest: {value: three, paragraph: appendix A}
  bits: {value: 100}
  day: {value: "2026-06-01"}
  pattern: {value: "^a+$"}
  eea: {value: [NL, DE, "NO"], called: the EEA}
"""
STRICT = """\
id: strict-2026
topic: toy
title: Stricter thresholds
source: https://example.org/strict
as_of: 2026-02-02
values:
  versions:
    allowed: {value: [three]}
    newest: {value: three}
  bits: {value: 200}
  day: {value: "2026-06-01"}
  pattern: {value: "^a+$"}
  eea: {value: [NL]}
"""
CHECK = """\
  - id: toy.one
    title: The toy has enough bits
    clause: ["GDPR 32(1)(a)"]
    status: in_force
    severity: critical
    why: Few bits are few.
    judges: toy
    strength: observed
    passes_if: {fact: bits, at_least: 100}
    remedy: Add bits.
    repair: configuration
    examples:
      - {verdict: pass, facts: {bits: 128}}
      - {verdict: fail, facts: {bits: 64}}
      - {verdict: inconclusive, facts: {}}
"""
HEAD = 'checklist: toy\ntitle: Toys\narticle: "99"\norder: 1\nchecks:\n'
TARGET = Target("endpoint", "https://toy.example", "toy.example", 443, ("web", "api"))
DAY = "2026-11-23"


@dataclass
class Toy:
    """Writes toy files and judges by them."""

    folder: Path
    data: Any = field(init=False)

    def __post_init__(self) -> None:
        (self.folder / "schemas" / "facts").mkdir(parents=True)
        (self.folder / "data").mkdir()
        for name, schema in (("facts/toy", TOY), ("facts/other", TOY), ("vendor", VENDOR)):
            (self.schemas / f"{name}.schema.json").write_text(json.dumps(schema))
        (self.folder / "data" / "toy-2026.yaml").write_text(DATA)
        (self.folder / "data" / "strict-2026.yaml").write_text(STRICT)
        self.data = load_data(self.folder / "data")

    @property
    def schemas(self) -> Path:
        return self.folder / "schemas"

    def compile(self, node: Any, probes: tuple[str, ...] = ("toy",)) -> Expression:
        """Return the expression that a node says, written as Python or as YAML."""
        text = node if isinstance(node, str) else json.dumps(node)
        document = load_yaml(textwrap.dedent(text), "toy.yaml")
        diagnostics: list[Any] = []
        known = surroundings_of(probes, self.schemas, self.data)
        expression = compile_expression(document.data, document, (), known, diagnostics)
        if diagnostics:
            raise InvalidFileError(diagnostics)
        assert expression is not None
        return expression

    def evaluate(
        self,
        node: Any,
        facts: dict[str, Any],
        unknown: dict[str, str] | None = None,
        vendor: dict[str, Any] | None = None,
        target: Target | None = TARGET,
    ) -> Outcome:
        scope = Scope(facts, unknown or {}, vendor or {}, target, self.data, DAY)
        return evaluate(self.compile(node), scope)

    def truth(self, node: Any, facts: dict[str, Any], **more: Any) -> bool | None:
        return self.evaluate(node, facts, **more).truth

    def mistakes(self, node: Any, probes: tuple[str, ...] = ("toy",)) -> list[str]:
        """Return the diagnostics of an expression, each in one line; none: it is right."""
        try:
            self.compile(node, probes)
        except InvalidFileError as error:
            return [f"{each.place}: {each.message}" for each in error.diagnostics]
        return []

    def write(self, text: str, name: str = "toy.yaml") -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def load(self, *texts: str, **more: Any) -> Catalogue:
        """Return the catalogue of checklists that are written to toy.yaml, toy2.yaml, ..."""
        files = [self.write(text, f"toy{index or ''}.yaml") for index, text in enumerate(texts)]
        return load_catalogue(files, data=[self.folder / "data"], schemas=self.schemas, **more)

    def load_mistakes(self, *texts: str) -> list[str]:
        try:
            self.load(*texts)
        except InvalidFileError as error:
            prefix = f"{self.folder}/"
            return [f"{each.place}: {each.message}".replace(prefix, "") for each in error.diagnostics]
        return []

    def check(self, **changes: Any) -> str:
        """Return a checklist whose one check has other values for some keys (JSON is YAML); None: the key is gone."""
        check = load_yaml(CHECK, "check.yaml").data[0]
        shape = {key: each for key, each in {**check, **changes}.items() if each is not None}
        return f"{HEAD}  - {json.dumps(shape)}\n"

    def judge(
        self,
        facts: dict[str, Any],
        *,
        unknown: dict[str, str] | None = None,
        vendor: dict[str, Any] | None = None,
        target: Target | None = TARGET,
        **changes: Any,
    ) -> Judgement:
        """Judge facts by the toy check with some keys changed; its examples are not asked."""
        verdicts = ["pass", "fail", "inconclusive", *(["partial"] if "partial_if" in changes else [])]
        changes.setdefault("examples", [{"verdict": each, "facts": {}} for each in verdicts])
        catalogue = self.load(self.check(**changes))
        scope = Scope(facts, unknown or {}, vendor or {}, target, catalogue.data, DAY)
        return judge_check(catalogue.checks["toy.one"], scope)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path)


@pytest.fixture(scope="session")
def shared_toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """One toy for tests that only compile: Hypothesis runs them many times."""
    return Toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def check_text() -> str:
    return CHECK


@pytest.fixture
def head_text() -> str:
    return HEAD


@pytest.fixture(scope="session")
def toy_schema() -> dict[str, Any]:
    return TOY


class Oblivion:
    """Takes knowledge away from a scope, as chance has it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._share = chance.choice((0.05, 0.2, 0.5))
        self._unknown: dict[str, str] = {}

    def of(self, scope: Scope) -> Scope:
        """Return a scope that knows less: keys gone at any depth, single facts disowned, elements gone from lists."""
        self._unknown = dict(scope.unknown)
        facts = self._less(scope.facts, "", may_shorten=True)
        vendor = self._less(scope.vendor, "", may_shorten=False)
        return Scope(facts, self._unknown, vendor, scope.target, scope.data, scope.audit_date)

    def _less(self, value: Any, path: str, *, may_shorten: bool) -> Any:
        if isinstance(value, dict):
            kept = {key: each for key, each in value.items() if self._chance.random() >= self._share}
            return {
                key: self._less(each, f"{path}.{key}" if path else key, may_shorten=may_shorten)
                for key, each in kept.items()
            }
        if isinstance(value, list):
            return self._less_list(value, path, may_shorten=may_shorten)
        if may_shorten and path and self._chance.random() < self._share / 4:
            self._unknown.setdefault(path, "disowned")
        return copy.copy(value)

    def _less_list(self, value: list[Any], path: str, *, may_shorten: bool) -> list[Any]:
        # Reasons inside a list name its elements by number, so that none of them may move.
        is_numbered = any(each.startswith(f"{path}[") for each in self._unknown)
        if may_shorten and not is_numbered and self._chance.random() < self._share:
            shorter = [each for each in value if self._chance.random() >= self._share]
            if len(shorter) < len(value):
                self._unknown.setdefault(path, "only a part was seen")
            value = shorter
        return [self._less(each, f"{path}[{i}]", may_shorten=may_shorten) for i, each in enumerate(value)]


@pytest.fixture(scope="session")
def oblivion() -> type[Oblivion]:
    return Oblivion


@pytest.fixture(scope="session")
def open_toy(shared_toy: Toy) -> Callable[[Any], list[str]]:
    """Return a function that tells the mistakes in the form of an expression: any path and any data are taken.

    What only the compiler can know (which facts, which data there are, what kind they are) is left out.
    """

    def mistakes(node: Any) -> list[str]:
        document = load_yaml(json.dumps(node), "toy.yaml")
        diagnostics: list[Diagnostic] = []
        known = Surroundings(data=OpenData((), {}))  # type: ignore[arg-type]  # stands in for the dated data
        compile_expression(document.data, document, (), known, diagnostics)
        beyond_form = ("is no operand for", "the value is a ")
        return [each.message for each in diagnostics if not any(part in each.message for part in beyond_form)]

    return mistakes


class OpenData:
    """Dated data with a value for every path."""

    def __init__(self, *_: Any) -> None: ...

    def find(self, _path: str) -> Datum:
        return Datum("one", "open", "")
