"""The schema that editors use and the compiler take and refuse the same expressions."""

from __future__ import annotations

from typing import Any

import jsonschema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vendor_audit.checklist.compiling import HEADS, KEYS
from vendor_audit.checklist.operators import OPERATORS
from vendor_audit.source.schema import load_schema

SCHEMA = load_schema("checklist")
EDITOR = jsonschema.Draft202012Validator({"$ref": "#/$defs/expression", "$defs": SCHEMA["$defs"]})

OPERANDS: st.SearchStrategy[Any] = st.sampled_from(
    [
        1,
        0.5,
        True,
        False,
        "one",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "$toy.bits",
        "$audit.date",
        "$",
        "$5",
        "",
        None,
        [],
        ["one"],
        ["one", "one"],
        [1, True],
        ["$toy.eea"],
        [["one"]],
        {},
        "$toy.eea",
    ]
)
PATHS = st.sampled_from(
    ["any", "any.thing", 'any."th.ing"', "", ".any", "any.", "any[0]", "any thing", 'any."thing', 5]
)


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = {
        **dict.fromkeys(("fact", "vendor", "each", "some"), PATHS),
        **dict.fromkeys(OPERATORS, OPERANDS),
        "target": st.sampled_from(["name", "role", "roles", 1]),
        "of": st.sampled_from(["vendor", "facts"]),
        "where": inner,
        "not": inner,
        "all": st.lists(inner, max_size=2),
        "any": st.lists(inner, max_size=2),
        "equal": OPERANDS,
    }
    likely = st.tuples(st.sampled_from(HEADS), st.sampled_from([*OPERATORS, "where"])).map(list)
    keys = st.one_of(likely, st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True))
    return keys.flatmap(lambda names: st.fixed_dictionaries({name: values[name] for name in names}))


EXPRESSIONS = st.recursive(nodes(st.none()), nodes, max_leaves=4)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=EXPRESSIONS)
@example(node={"fact": "any", "equals": 1})
@example(node={"each": "any", "where": {"not": {"fact": "any", "in": ["one"]}}})
def test_what_the_compiler_takes_the_editor_takes_and_the_other_way_round(open_toy: Any, node: Any) -> None:
    mistakes = open_toy(node)
    assert EDITOR.is_valid(node) is (not mistakes), mistakes or "the compiler says nothing"


def test_every_key_of_an_expression_is_described_for_the_editor() -> None:
    properties = SCHEMA["$defs"]["expression"]["properties"]
    assert set(properties) == set(KEYS)
    assert all(each["description"] for each in properties.values())


def test_every_key_of_a_check_is_described_for_the_editor() -> None:
    assert all(each["description"] for each in SCHEMA["$defs"]["check"]["properties"].values())
    assert all(each["description"] for each in SCHEMA["$defs"]["example"]["properties"].values())
