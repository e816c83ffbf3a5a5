"""Checklists that are wrong in ways that nobody means well with: an error with a line, never a traceback or a hang."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vendor_audit.checklist.load import load_catalogue
from vendor_audit.checklist.operators import OPERATORS
from vendor_audit.resources import shipped
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.source.diagnostic import Diagnostic

HEAD = 'checklist: bad\ntitle: Bad\narticle: "1"\norder: 1\nchecks:\n'
SHIPPED = read_yaml(min(shipped("checklists").glob("*.yaml"))).data


def refusal(folder: Path, text: str) -> str:
    file = folder / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(InvalidFileError) as caught:
        load_catalogue([file])
    assert time.perf_counter() - start < 5
    assert all(each.place.file == str(file) for each in caught.value.diagnostics)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "checks",
        "checks: {}",
        "checks: [[], 5, null, {}]",
        "checks: [{id: {}, judges: {a: b}, passes_if: [], says: [], examples: {}, targets: []}]",
        "checks: [{judges: [[], {}], says: {pass: {}, fail: []}, examples: [5, {facts: []}], targets: {role: {}}}]",
        "checks: [{examples: [{verdict: {}, facts: 5, vendor: [], unknown: 7}], passes_if: {all: {}}}]",
        "checks: &a [*a]",
        "!!python/object/apply:os.system [true]",
        HEAD + "  - {passes_if: " + "{not: " * 200 + "{}" + "}" * 200 + "}",
        HEAD + "  - {passes_if: " + "{all: [" * 20 + "{}" + "]}" * 20 + "}",
        "\x00",
        "checklist: \x1b[2J",
    ],
    ids=range(15),
)
def test_a_broken_checklist_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text)


def test_a_pattern_that_explodes_is_refused(tmp_path: Path) -> None:
    check = json.loads(json.dumps(SHIPPED["checks"][0]))
    for pattern in ("((a{100}){100}){100}", "(" * 500 + ")" * 500 + "[\\pL]{1000}", "a" * 100_000):
        check["passes_if"] = {"vendor": "vendor.name", "matches": pattern}
        assert "pattern" in refusal(tmp_path, json.dumps({**SHIPPED, "checks": [check]}))


def test_a_pattern_that_others_hang_on_is_matched_in_linear_time() -> None:
    start = time.perf_counter()
    assert OPERATORS["matches"].prepare("^(a+)+$")("a" * 1_000_000 + "!") is False
    assert time.perf_counter() - start < 5


def mutated(draw: st.DrawFn, node: Any, depth: int = 0) -> Any:
    """Return the node with one thing in it changed at random."""
    if isinstance(node, (dict, list)) and node and depth < 8 and draw(st.integers(0, 4)):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        changed = node.copy()
        changed[key] = mutated(draw, node[key], depth + 1)
        return changed
    return draw(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-5, 5),
            st.sampled_from(["", "$tls.x", "$", "{", "{}", "a..b", "true"]),
            st.just([]),
            st.just({}),
            st.just([{}]),
        )
    )


@st.composite
def broken_checks(draw: st.DrawFn) -> Any:
    return mutated(draw, draw(st.sampled_from(SHIPPED["checks"])))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(check=broken_checks())
def test_any_change_of_a_check_loads_or_is_refused_with_a_place(tmp_path: Path, check: Any) -> None:
    file = tmp_path / "changed.yaml"
    file.write_text(json.dumps({**SHIPPED, "checks": [check]}), encoding="utf-8")
    assert all(each.place.line for each in mistakes_of(file))


def mistakes_of(file: Path) -> list[Diagnostic]:
    try:
        load_catalogue([file])
    except InvalidFileError as error:
        return error.diagnostics
    return []
