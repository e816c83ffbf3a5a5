from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.checklist.shape import Shape


def kinds(schema: dict[str, Any]) -> set[str]:
    return set(Shape.of(schema).kinds)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer"}, {"a number"}),
        ({"type": ["string", "null"]}, {"a text"}),
        ({"enum": [True, False, "partial"]}, {"true or false", "a text"}),
        ({"const": 5}, {"a number"}),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {"a text", "a list"}),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "boolean"}}}, {"true or false"}),
        ({}, set()),
        ({"$ref": "https://elsewhere.example/schema"}, set()),
        ({"$ref": "#/$defs/missing"}, set()),
    ],
)
def test_the_kinds_are_those_that_the_schema_allows(schema: dict[str, Any], expected: set[str]) -> None:
    assert kinds(schema) == expected


def test_a_schema_that_refers_to_itself_ends() -> None:
    assert kinds({"$ref": "#"}) == set()
    loop = {"properties": {"next": {"$ref": "#"}}, "type": "object", "additionalProperties": False}
    shape: Shape | None = Shape.of(loop)
    for _ in range(50):
        shape = shape.key("next") if shape else None
    assert shape
    assert shape.key("other") is None


def test_what_a_schema_leaves_open_is_open() -> None:
    for schema in ({}, {"type": "object"}, {"additionalProperties": True}):
        below = Shape.of(schema).key("anything")
        assert below is not None
        assert list(below.misfits({"a": [1]}, ())) == []


def test_a_reference_into_the_vendor_files_schema_is_followed() -> None:
    shape = Shape.of({"type": "object", "properties": {"vendor": {"$ref": "vendor.schema.json#/properties/vendor"}}})
    vendor = shape.key("vendor")
    assert vendor
    assert vendor.key("name")
    assert vendor.key("nmae") is None


def test_what_may_be_a_text_or_a_mapping_has_the_keys_of_the_mapping() -> None:
    schema = {"type": ["string", "object"], "properties": {"at": {"type": "string"}}, "additionalProperties": False}
    shape = Shape.of(schema)
    assert shape.key("at")
    assert shape.key("to") is None
    assert [list(shape.misfits(each, ())) for each in ("x", {"at": "x"})] == [[], []]
    assert list(shape.misfits([], ()))


def test_a_shape_refuses_only_what_a_schema_refuses() -> None:
    schema = {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}
    shape = Shape.of(schema)
    values: list[Any] = ["x", 3, 2, [], True]
    refused = [value for value in values if list(shape.misfits(value, ()))]
    assert refused == [2, [], True]
