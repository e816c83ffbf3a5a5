"""A schema's refusals become a person's sentences, each at the place to mend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import referencing.exceptions
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.resources import shipped
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def told() -> Callable[[str, dict[str, Any]], list[str]]:
    """Return a function that gives place and sentence of each mistake."""

    def tell(text: str, schema: dict[str, Any]) -> list[str]:
        found = check_against(load_yaml(text, "f"), schema)
        return [f"{each.place.line}:{each.place.column} {each.message}" for each in found]

    return tell


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


TEXT = {"type": "string"}
BOOLEAN = {"type": "boolean"}


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        ("a: maybe", closed(a=BOOLEAN), ["1:4 'maybe' is not true or false"]),
        ("a: yes", closed(a=BOOLEAN), ["1:4 'yes' is not true or false: write true"]),
        ("a: NO", closed(a=BOOLEAN), ["1:4 'NO' is not true or false: write false"]),
        ("a: 'true'", closed(a=BOOLEAN), ["1:4 'true' is not true or false: write true, without quotes"]),
        ("a: 0", closed(a=BOOLEAN), ["1:4 '0' is not true or false: write false"]),
        ("a: 1.20", closed(a=TEXT), ["1:4 '1.20' is read as a number: put it in quotes"]),
        ("a: true", closed(a=TEXT), ["1:4 'true' is read as true or false: put it in quotes"]),
        ("a:\nb: 1", closed(a=TEXT, b={}), ["1:3 the value is missing: a text is needed here"]),
        ("a: [x]", closed(a=TEXT), ["1:4 a text is needed here, not a list"]),
        (
            "a:\n  b: x",
            closed(a={"type": "array"}),
            ["2:3 a list is needed here, not keys with values: begin with '- '"],
        ),
        (
            "a:\n  - b: x",
            closed(a=closed(b=TEXT)),
            ["2:3 keys with values are needed here, not a list: take the '- ' or the brackets away"],
        ),
        ("a: x", closed(a={"type": "array"}), ["1:4 'x' is not a list: write [x], or '- ' in front of each item"]),
        ("a: '7'", closed(a={"type": "integer"}), ["1:4 '7' is a text: write the number without quotes"]),
        ("a: 7.5", closed(a={"type": "integer"}), ["1:4 '7.5' is not a whole number"]),
        ("a: x", closed(a={"type": ["integer", "null"]}), ["1:4 'x' is not a whole number or null"]),
        ("a: x", closed(a={"type": "object"}), ["1:4 'x' is not keys with values"]),
        (
            "a: x",
            closed(a=closed(name=TEXT)),
            ["1:4 'x' does not fit here: keys with values are needed, such as name"],
        ),
        (
            "presnt: true",
            closed(present=BOOLEAN),
            ["1:1 unknown key 'presnt', did you mean 'present'?"],
        ),
        ("E-Mail: x", closed(e_mail=TEXT), ["1:1 unknown key 'E-Mail', did you mean 'e_mail'?"]),
        ("zzz: 1", closed(a={}, b={}), ["1:1 unknown key 'zzz'; known here: a, b"]),
        ("b: 1", {**closed(a={"description": "The name. More."}, b={}), "required": ["a"]},
         ["1:1 the key 'a' is missing: The name"]),
        ("x:\n  y: 1", closed(x={"required": ["a", "b"]}), ["1:1 these keys are missing: a, b"]),
        ("- x: 1\n- y: 1", {"items": {"required": ["x"]}}, ["2:3 the key 'x' is missing"]),
        ("a: hgih", closed(a={"enum": ["high", "low"]}), ["1:4 'hgih' is not high or low, did you mean 'high'?"]),
        ("a: zzz", closed(a={"enum": ["high", "low"]}), ["1:4 'zzz' is not high or low"]),
        ("a: yes", closed(a={"enum": [True, "partial"]}), ["1:4 'yes' is not true or partial: write true"]),
        ("a: [x]", closed(a={"enum": ["high", "low"]}), ["1:4 one of these is needed here: high or low"]),
        ("a: 2", closed(a={"const": 1}), ["1:4 only '1' may stand here, not '2'"]),
        ("a: nl", closed(a={"pattern": "^[A-Z]{2}$", "patternErrorMessage": "write it like NL"}),
         ["1:4 'nl' is not right here: write it like NL"]),
        ("a: nl", closed(a={"pattern": "^[A-Z]{2}$", "examples": ["NL"]}),
         ["1:4 'nl' is not right here: write it like 'NL'"]),
        ("a: nl", closed(a={"pattern": "^[A-Z]{2}$"}), ["1:4 'nl' is not right here: it does not match ^[A-Z]{2}$"]),
        ("a: x", closed(a={"pattern": "^\\$", "errorMessage": "no secrets here"}), ["1:4 no secrets here"]),
        ("a: 2026-13-45", closed(a={"format": "date"}), ["1:4 '2026-13-45' is no day that the calendar has"]),
        ("a: 31.3.2027", closed(a={"format": "date", "pattern": "^2"}),
         ["1:4 '31.3.2027' is not a date: write year-month-day, such as 2026-11-23"]),
        ("a: noon", closed(a={"format": "date-time"}), ["1:4 'noon' is not a time: write it as 2026-11-23T09:00:00Z"]),
        ("a: acme.example", closed(a={"format": "uri"}),
         ["1:4 'acme.example' is not a URL: write it with its scheme, such as https://acme.example"]),
        ("a: 101", closed(a={"maximum": 100}), ["1:4 '101' is too large: 100 is the most"]),
        ("a: -1", closed(a={"minimum": 0}), ["1:4 '-1' is too small: 0 is the least"]),
        ("a: ''", closed(a={"minLength": 1}), ["1:4 a text must not be empty here"]),
        ("a: []", closed(a={"minItems": 1}), ["1:4 a list must not be empty here"]),
        ("a: [1]", closed(a={"minItems": 2}), ["1:4 a list of 1 is too short: 2 is the least"]),
        ("a: xxx", closed(a={"maxLength": 2}), ["1:4 3 characters are too many: 2 is the most"]),
        ("a: {b: 1, c: 2}", closed(a={"maxProperties": 1}), ["1:4 2 keys are too many: 1 is the most"]),
        ("- x\n- y\n- x", {"uniqueItems": True}, ["3:3 'x' stands in this list already, in line 1"]),
        ("- {a: 1}\n- {a: 1}", {"uniqueItems": True}, ["2:3 the same item stands in this list already, in line 1"]),
        ("- 1\n- true", {"uniqueItems": True}, []),
        ("a: 1\nBad: 2", {"propertyNames": {"pattern": "^[a-z]$"}},
         ["2:1 'Bad' is not right here: it does not match ^[a-z]$"]),
        ("a: 1", {"properties": {"a": False}}, ["1:1 '1' is not allowed here"]),
        ("a: 1\nb: 2", {"not": {"required": ["b"]}}, ["2:1 the key 'b' is not allowed here"]),
        ("a: x", closed(a={"not": {"const": "x"}}), ["1:4 'x' is not allowed here"]),
        ("user: x", {"dependentRequired": {"user": ["password"]}}, ["1:1 'user' needs the key 'password' beside it"]),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_has_its_sentence(
    told: Callable[[str, dict[str, Any]], list[str]], text: str, schema: dict[str, Any], expected: list[str]
) -> None:
    assert told(text, schema) == expected


def test_a_value_of_the_wrong_type_is_one_mistake(told: Callable[[str, dict[str, Any]], list[str]]) -> None:
    schema = closed(a={"type": "string", "not": {"pattern": "x"}, "enum": ["y"]})
    assert told("a: [z]", schema) == ["1:4 a text is needed here, not a list"]


def test_a_misspelt_key_is_one_mistake_although_the_right_one_is_missing(
    told: Callable[[str, dict[str, Any]], list[str]],
) -> None:
    schema = {**closed(name=TEXT, plan=TEXT), "required": ["name", "plan"]}
    assert told("nme: x", schema) == [
        "1:1 the key 'plan' is missing",
        "1:1 unknown key 'nme', did you mean 'name'?",
    ]


def test_the_branch_that_was_meant_is_told(told: Callable[[str, dict[str, Any]], list[str]]) -> None:
    schema = closed(a={"oneOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]})
    assert told("a: [x, 1]", schema) == ["1:8 '1' is read as a number: put it in quotes"]
    assert told("a: {b: 1}", schema) == ["1:4 a text or a list is needed here, not keys with values: begin with '- '"]
    assert told("a: []", schema) == ["1:4 a list must not be empty here"]


def test_a_choice_between_keys_is_told_as_such(told: Callable[[str, dict[str, Any]], list[str]]) -> None:
    schema = {"oneOf": [{"required": ["all"]}, {"required": ["any"]}, {"required": ["not"]}]}
    assert told("x: 1", schema) == ["1:1 one of these keys is missing: all, any or not"]
    assert told("all: 1\nany: 2", schema) == ["2:1 'any' cannot stand beside 'all': only one of all, any or not may"]


def test_two_branches_that_both_fit_are_told(told: Callable[[str, dict[str, Any]], list[str]]) -> None:
    schema = {"oneOf": [{"type": "string"}, {"minLength": 1}]}
    assert told("x", schema) == ["1:1 this can be understood in two ways, and only one may be meant"]


def test_a_schema_has_the_last_word_about_its_branches(told: Callable[[str, dict[str, Any]], list[str]]) -> None:
    schema = closed(a={"anyOf": [{"const": 1}, {"const": 2}], "errorMessage": "1 or 2"})
    assert told("a: 3", schema) == ["1:4 1 or 2"]


def test_a_reference_names_a_shipped_schema_and_nothing_is_fetched(
    told: Callable[[str, dict[str, Any]], list[str]],
) -> None:
    schema = closed(a={"$ref": "vendor.schema.json#/$defs/country"})
    assert told("a: NL", schema) == []
    assert "two capital letters" in told("a: nl", schema)[0]
    with pytest.raises(referencing.exceptions.Unresolvable):
        told("a: 1", closed(a={"$ref": "https://schemas.example/none.json"}))


def test_a_list_of_many_equal_kinds_is_checked_in_linear_time(
    told: Callable[[str, dict[str, Any]], list[str]],
) -> None:
    items = ", ".join(f"{{a: {number}}}" for number in range(20_000))
    assert told(f"[{items}]", {"uniqueItems": True}) == []


def test_every_shipped_schema_is_a_valid_schema() -> None:
    paths = sorted(shipped("schemas").glob("*.schema.json"))
    assert [path.name for path in paths if path.name == "vendor.schema.json"]
    for path in paths:
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_a_schema_that_does_not_exist_is_our_own_fault() -> None:
    with pytest.raises(FileNotFoundError):
        load_schema("nothing")


keys = st.sampled_from(["vendor", "product", "name", "endpoints", "url", "role", "media", "turn", "documents", "gate"])
yaml_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 200), st.sampled_from(["x", "", "${A}", "https://a.example"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(value=st.dictionaries(keys, yaml_values, min_size=1, max_size=6))
def test_the_sentences_agree_with_the_validator_about_what_is_valid(value: dict[str, Any]) -> None:
    schema = load_schema("vendor")
    found = check_against(load_yaml(json.dumps(value), "f"), schema)
    valid = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert bool(found) or valid
    assert all(each.place.line == 1 for each in found)
