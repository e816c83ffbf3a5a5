"""One thing that a JSON Schema refuses, as plain values: jsonschema's error without its unset fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from vendor_audit.source.strict_yaml import Json, Path


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, where and by which keyword of the schema."""

    keyword: str
    """``type``, ``enum``, ``required``, ...; empty: the schema is just ``false``."""
    value: Any
    """What the schema says under the keyword."""
    instance: Json
    """The data that are refused."""
    schema: dict[str, Any]
    """The schema that holds the keyword."""
    path: Path
    """Where the data stand, from the root of the document."""
    of_key: bool
    """Whether the instance is a key (``propertyNames``), not a value."""
    branch: int
    """Which branch of ``oneOf`` or ``anyOf`` it belongs to; 0 outside of them."""
    message: str
    """jsonschema's sentence, for what has none of ours."""
    context: tuple[Refusal, ...]
    """What the branches of ``oneOf`` and ``anyOf`` refuse."""

    @property
    def own_message(self) -> str:
        """The schema's ``errorMessage``; empty: it has none."""
        return str(self.schema.get("errorMessage", ""))

    def wrong_type_at(self, path: Path) -> bool:
        """Return whether it says that the value at this very path is of another type."""
        return self.keyword == "type" and self.path == path

    @property
    def types(self) -> list[str]:
        """The types that `type` names; empty for other keywords."""
        if self.keyword != "type":
            return []
        return [self.value] if isinstance(self.value, str) else list(self.value)


def refusal_of(error: ValidationError, base: Path = ()) -> Refusal:
    """Return a jsonschema error as a refusal.

    Args:
        error: as a validator yields it.
        base: the path of what the error's own path is relative to.
    """
    steps: Any = error.relative_path
    schema_steps: Any = error.relative_schema_path
    schema: Any = error.schema
    path = (*base, *steps)
    branch = schema_steps[0] if schema_steps and isinstance(schema_steps[0], int) else 0
    return Refusal(
        keyword=error.validator if isinstance(error.validator, str) else "",
        value=error.validator_value,
        instance=error.instance,
        schema=schema if isinstance(schema, dict) else {},
        path=path,
        of_key="propertyNames" in schema_steps,
        branch=branch,
        message=error.message,
        context=tuple(refusal_of(each, path) for each in error.context or ()),
    )
