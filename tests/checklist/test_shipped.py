"""Every shipped check: its examples, the law, the sets of data that may be selected, the schema that editors use."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vendor_audit.checklist.examples import run_examples, scope_of
from vendor_audit.checklist.judging import judge_check
from vendor_audit.checklist.load import Catalogue, load_catalogue
from vendor_audit.checklist.scope import Scope
from vendor_audit.observation import Target
from vendor_audit.resources import shipped
from vendor_audit.source.schema import load_schema
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.checklist.model import Check

ROUNDS = 40
"""Worlds that are made up for each check, each forgotten in four ways."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def check_ids() -> list[str]:
    """Without shipped checks there is one parameter, and the tests fail on it."""
    files = sorted(shipped("checklists").glob("*.yaml"))
    return [each["id"] for file in files for each in read_yaml(file).data["checks"]] or ["there are no shipped checks"]


CHECK = pytest.mark.parametrize("check_id", check_ids())


def test_there_are_shipped_checks() -> None:
    assert len(catalogue().checks) > 50
    assert list(catalogue().checks) == [each.id for checklist in catalogue().checklists for each in checklist.checks]


@CHECK
def test_every_example_has_the_verdict_that_it_says(check_id: str) -> None:
    results = run_examples(catalogue(), only=[check_id])
    assert len(results) >= 3
    assert [each.message for each in results if not each.passed] == []


@CHECK
def test_with_nothing_known_a_check_is_inconclusive_and_says_what_is_missing(check_id: str) -> None:
    judgement = judge_check(catalogue().checks[check_id], Scope({}, audit_date="2026-11-23"))
    assert judgement.verdict == "inconclusive"
    assert judgement.decided_by
    assert all(each.unknown_reason for each in judgement.decided_by)


@CHECK
def test_no_check_passes_for_want_of_a_fact(check_id: str, oblivion: Any) -> None:
    check = catalogue().checks[check_id]
    chance = random.Random(check_id)  # noqa: S311 (no secret)
    decided = forgotten = 0
    for scope in worlds(check, chance):
        full = judge_check(check, scope)
        for _ in range(4):
            less = judge_check(check, oblivion(chance).of(scope))
            assert less.verdict in {full.verdict, "inconclusive"}, (full.reason, less.reason)
            decided += full.verdict != "inconclusive"
            forgotten += less.verdict != full.verdict
    assert decided > 20
    assert forgotten > 5


def worlds(check: Check, chance: random.Random) -> Iterator[Scope]:
    """Yield the scopes of a check's examples, and others made up from its facts' schema and its own values."""
    scopes = [scope_of(check, each, catalogue().data) for each in check.examples]
    yield from scopes
    pool = list(dict.fromkeys(value for each in check.examples for value in texts(each.facts)))
    for _ in range(ROUNDS):
        pattern = chance.choice(scopes)
        target = Target("endpoint", "https://x.example", "x.example", 443, check.target_roles or ("web",))
        facts = {**pattern.facts, **made_up_facts(check, chance, pool)} if chance.random() < 0.7 else pattern.facts
        yield Scope(facts, pattern.unknown, pattern.vendor, target, catalogue().data, "2026-11-23")


def made_up_facts(check: Check, chance: random.Random, pool: list[str]) -> dict[str, Any]:
    schemas = {probe: load_schema(f"facts/{probe}") for probe in check.judges}
    names = sorted({name for each in check.examples for name in requirements_named(each.facts)})
    if len(check.judges) == 1:
        schema = schemas[check.judges[0]]
        facts: dict[str, Any] = Inventor(schema, chance, pool, names).value(schema)
        return facts
    targets = [*{text: None for text in pool if text.isidentifier()}, "t0"]
    return {
        probe: [
            {"target": chance.choice(targets), **Inventor(schema, chance, pool, names).value(schema)}
            for _ in range(chance.randint(0, 3))
        ]
        for probe, schema in schemas.items()
    }


def requirements_named(value: Any) -> Iterator[str]:
    """Yield the requirements of which an example's facts speak."""
    if isinstance(value, dict):
        yield from value.get("requirements", {})
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from requirements_named(each)


@dataclass
class Inventor:
    """Makes up values of a schema; texts are those of the examples, so that tests of them do not all fail."""

    root: dict[str, Any]
    chance: random.Random
    pool: list[str]
    names: list[str]
    """Keys for objects that may have any."""

    def value(self, schema: dict[str, Any]) -> Any:
        """Return a value of a schema that stands in the root."""
        reference = schema.get("$ref", "")
        if reference.startswith("#/$defs/"):
            schema = self.root["$defs"][reference.removeprefix("#/$defs/")]
        if "enum" in schema or "const" in schema:
            return self.chance.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return [self.value(schema.get("items", {})) for _ in range(self.chance.choice((0, 1, 1, 2, 3)))]
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind in {"integer", "number"}:
            return self.chance.choice((0, 1, 2, 30, 90, 128, 256, 2048, 4096, 31_536_000))
        return self.chance.choice([*self.pool, "", "other", "2026-11-30", "2020-01-01T00:00:00Z"])

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        shapes = dict(schema.get("properties", {}))
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            shapes |= dict.fromkeys(self.names, others)
        return {key: self.value(each) for key, each in shapes.items() if self.chance.random() < 0.8}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


@pytest.mark.parametrize("file", sorted(shipped("checklists").glob("*.yaml")), ids=lambda each: each.name)
def test_the_schema_that_editors_use_takes_every_shipped_checklist(file: Any) -> None:
    validator = jsonschema.Draft202012Validator(load_schema("checklist"))
    assert [each.json_path for each in validator.iter_errors(read_yaml(file).data)] == []


def test_every_set_of_data_can_be_selected() -> None:
    assert catalogue().data.sets
    for each in catalogue().data.sets:
        chosen = load_catalogue(selection={each.topic: each.id})
        assert chosen.data.selected[each.topic].id == each.id
        assert chosen.checks.keys() == catalogue().checks.keys()
