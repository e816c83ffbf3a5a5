"""JSON Schema 2020-12 with line numbers: every mistake of a file at its place, in a person's sentences.

Beside the standard keywords a schema may carry ``patternErrorMessage`` (what the text should look like) and
``errorMessage`` (what is wrong when `oneOf`, `anyOf`, `not`, `pattern` or `format` is not satisfied); the YAML language
server of editors shows the same two.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema
import referencing
import referencing.exceptions
import referencing.jsonschema

from vendor_audit.resources import shipped
from vendor_audit.source.explanation import explain
from vendor_audit.source.formats import FORMATS
from vendor_audit.source.refusal import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Json, SourceDocument

Schema = dict[str, Any]

_MISTAKES = 1000
"""Mistakes of one file that are gathered; nobody mends more of them by hand."""


def check_against(document: SourceDocument, schema: Schema) -> list[Diagnostic]:
    """Return everything in which the document does not satisfy the schema, in the order of the file; empty: valid.

    Of a file with thousands of mistakes, the first thousand that are found.

    Args:
        document: as `load_yaml` returned it.
        schema: as `load_schema` returned it, or any JSON Schema 2020-12; a ``$ref`` may name a shipped schema file.
    """
    validator = _Validator(schema, format_checker=FORMATS, registry=_REGISTRY)
    try:
        errors = list(islice(validator.iter_errors(document.data), _MISTAKES))
    except RecursionError:
        return [document.diagnostic((), "the file is nested too deep to be checked")]
    # What follows from another mistake is not told: a list where a text is needed does not match the text's pattern.
    mistyped = {error.json_path for error in errors if error.validator == "type"}
    malformed = {error.json_path for error in errors if error.validator == "format"}
    told = (
        error
        for error in errors
        if error.validator == "type"
        or (error.json_path not in mistyped and (error.validator != "pattern" or error.json_path not in malformed))
    )
    found = (each for error in told for each in explain(refusal_of(error), document))
    return sorted(set(islice(found, _MISTAKES)))


@cache
def load_schema(name: str) -> Schema:
    """Return a shipped schema by its name: ``vendor`` is ``schemas/vendor.schema.json``. It must not be changed.

    Raises:
        FileNotFoundError: there is no such schema; the installation is incomplete.
    """
    schema: Schema = json.loads((shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def _retrieve(uri: str) -> referencing.Resource[Any]:
    """Return a shipped schema that a ``$ref`` names by its file; nothing is ever fetched."""
    name = uri.rsplit("/", 1)[-1].removesuffix(".schema.json")
    try:
        return referencing.jsonschema.DRAFT202012.create_resource(load_schema(name))
    except FileNotFoundError as error:
        raise referencing.exceptions.NoSuchResource(uri) from error


_REGISTRY: referencing.Registry[Any] = referencing.Registry(retrieve=_retrieve)  # type: ignore[call-arg]  # attrs alias


def _unique_items(
    _validator: object,
    unique: bool,  # noqa: FBT001 (jsonschema calls it so)
    items: Json,
    _schema: Schema,
) -> Iterator[jsonschema.ValidationError]:
    """Yield an error for each item that stands in the list already, in linear time (jsonschema's own is quadratic)."""
    if not unique or not isinstance(items, list):
        return
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        key = json.dumps(item, sort_keys=True)
        if key in seen:
            yield jsonschema.ValidationError(str(seen[key]), path=[index])
        seen.setdefault(key, index)


_Validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # not annotated by jsonschema's stubs
    jsonschema.Draft202012Validator, {"uniqueItems": _unique_items}
)
