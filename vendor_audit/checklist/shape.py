"""What a fact can be, read from the JSON Schema of its probe: so a misspelt path is an error when a check is loaded.

Only as much of JSON Schema is understood as says which keys and kinds of values there are. Where a schema leaves
something open, so does its shape; nothing that the schema allows is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from vendor_audit.checklist.values import BOOLEAN, GROUP, LIST, NULL, NUMBER, TEXT, kind_of
from vendor_audit.source.formats import TROUBLE
from vendor_audit.source.schema import load_schema
from vendor_audit.source.words import did_you_mean, one_of, quoted, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_audit.observation import Json
    from vendor_audit.source.strict_yaml import Path

_KINDS = {
    "boolean": BOOLEAN,
    "number": NUMBER,
    "integer": NUMBER,
    "string": TEXT,
    "array": LIST,
    "object": GROUP,
    "null": NULL,
}
_COMBINATIONS = ("anyOf", "oneOf", "allOf")
_REFERENCES = 20
"""References that are followed one after the other; a schema that needs more refers to itself."""

_SHIPPED = frozenset({"vendor.schema.json"})
"""Schemas that others refer to by their file."""

_Part = tuple[dict[str, Any], dict[str, Any]]
"""A schema without references and combinations, and the schema in which its references are to be found."""


@dataclass(frozen=True)
class Shape:
    """What a value may be: one of several parts. No part: anything."""

    parts: tuple[_Part, ...] = ()

    @classmethod
    def of(cls, schema: Mapping[str, Any] | bool) -> Self:  # noqa: FBT001 (a JSON Schema may be just true)
        """Return the shape that a whole schema describes."""
        if isinstance(schema, bool):
            return cls()
        return cls(tuple(_parts(dict(schema), dict(schema), 0)))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds that the value may have, without null; empty: any."""
        found: set[str] = set()
        for schema, _ in self.parts:
            if "type" not in schema:
                literals = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
                if not literals:
                    return frozenset()
                found |= {kind_of(each) for each in literals}
            else:
                found |= {_KINDS[each] for each in _types(schema)}
        return frozenset(found - {NULL})

    @cached_property
    def literals(self) -> tuple[Json, ...]:
        """The only values that it may have; empty: they are not enumerated."""
        found: list[Json] = []
        for schema, _ in self.parts:
            literals = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
            if literals:
                found += literals
            elif schema.get("type") == "boolean":
                found += [True, False]
            else:
                return ()
        return tuple(found)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that it names."""
        return tuple(dict.fromkeys(key for schema, _ in self.parts for key in schema.get("properties", {})))

    @cached_property
    def _known(self) -> dict[str, Shape | None]:
        """What `key` found before: the same facts are named again and again."""
        return {}

    def key(self, name: str) -> Shape | None:
        """Return the shape of a key's value; None: there can be no such key."""
        if name not in self._known:
            self._known[name] = self._key(name)
        return self._known[name]

    def _key(self, name: str) -> Shape | None:
        if not self.parts:
            return Shape()
        found: list[_Part] = []
        for schema, root in self.parts:
            properties = schema.get("properties", {})
            if "object" not in _types(schema, "object"):
                continue
            if name in properties:
                found += _below(properties[name], root)
            elif (others := schema.get("additionalProperties", True)) is not False:
                if not isinstance(others, dict):
                    return Shape()
                found += _below(others, root)
        return Shape(tuple(found)) if found else None

    @cached_property
    def items(self) -> Shape:
        """The shape of the elements of a list."""
        found: list[_Part] = []
        for schema, root in self.parts:
            if "array" not in _types(schema, "array"):
                continue
            items = schema.get("items")
            if not isinstance(items, dict):
                return Shape()
            found += _below(items, root)
        return Shape(tuple(found))

    def misfits(self, value: Json, path: Path) -> Iterator[tuple[Path, str, bool]]:
        """Yield where a partial value cannot be of this shape: path, sentence, whether the key is meant.

        What is missing is no misfit: examples give only the facts that they need.
        """
        if not self.parts:
            return
        kind = kind_of(value)
        if self.kinds and kind not in self.kinds:
            yield path, f"{self._wanted()} is needed here, not {_said(value)}", False
        elif isinstance(value, dict):
            for name, each in value.items():
                below = self.key(name)
                if below is None:
                    yield (*path, name), f"there is no {quoted(name)} here{self.hint(name)}", True
                else:
                    yield from below.misfits(each, (*path, name))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from self.items.misfits(each, (*path, index))
        elif all(troubles := [_trouble(schema, value) for schema, _ in self.parts]):
            yield path, troubles[0], False

    def hint(self, name: str) -> str:
        """Return what was probably meant by a key that is not there, or which keys there are."""
        return did_you_mean(name, self.keys) or (f"; there are {one_of(self.keys)}" if self.keys else "")

    def _wanted(self) -> str:
        return one_of(sorted(self.kinds))


def _types(schema: dict[str, Any], default: str = "") -> list[str]:
    """Return the types that a part of a shape names; it names none: the default."""
    types = schema.get("type", default)
    return [types] if isinstance(types, str) else list(types)


def _said(value: Json) -> str:
    return kind_of(value) if isinstance(value, (dict, list)) or value is None else f"{quoted(value)}"


def _trouble(schema: dict[str, Any], value: Json) -> str:
    """Return what a part of a shape says against a scalar; empty: nothing."""
    if "type" in schema and kind_of(value) not in {_KINDS[each] for each in _types(schema)}:
        return "it is of another kind"
    literals = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if literals and not any(type(each) is type(value) and each == value for each in literals):
        words = [written(each) for each in literals]
        return f"{quoted(value)} is not {one_of(words)}{did_you_mean(written(value), words)}"
    if _types(schema) == ["integer"] and isinstance(value, float) and not value.is_integer():
        return f"{quoted(value)} is not a whole number"
    if isinstance(value, str):
        trouble = TROUBLE.get(schema.get("format", ""))
        return trouble(value) if trouble else ""
    if not isinstance(value, bool) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"{quoted(value)} is out of range"
    return ""


def _below(schema: dict[str, Any] | bool, root: dict[str, Any]) -> list[_Part]:  # noqa: FBT001 (as above)
    if isinstance(schema, bool):
        return [({}, root)]
    # A schema that was embedded whole keeps its own definitions.
    return list(_parts(schema, schema if "$schema" in schema else root, 0))


def _parts(schema: dict[str, Any], root: dict[str, Any], depth: int) -> Iterator[_Part]:
    """Yield the alternatives of a schema, references followed."""
    reference = schema.get("$ref")
    if reference is not None:
        target, home = _definition(root, reference)
        if target is None or depth > _REFERENCES:
            yield {}, root
        else:
            yield from _parts(target, home, depth + 1)
        return
    combined = [each for name in _COMBINATIONS for each in schema.get(name, ()) if _says_a_type(each)]
    if not combined or "properties" in schema or "type" in schema:
        yield schema, root
        return
    for each in combined:
        yield from _parts(each, root, depth + 1)


def _says_a_type(schema: dict[str, Any] | bool) -> bool:  # noqa: FBT001 (as above)
    return isinstance(schema, dict) and any(
        each in schema for each in ("type", "$ref", "enum", "const", *_COMBINATIONS)
    )


def _definition(root: dict[str, Any], reference: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return what a reference points at (None: nothing that we have) and the schema that it stands in."""
    file, _, pointer = reference.partition("#")
    home = load_schema(file.removesuffix(".schema.json")) if file in _SHIPPED else root
    found: Any = home
    for step in pointer.split("/")[1:]:
        found = found.get(step) if isinstance(found, dict) else None
    return (found if isinstance(found, dict) and file in {"", *_SHIPPED} else None), home
