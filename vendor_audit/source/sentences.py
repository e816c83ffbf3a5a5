"""What is wrong with one value, in a person's sentences: one function for each keyword of JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.source.formats import TROUBLE
from vendor_audit.source.words import did_you_mean, kind, one_of, quoted, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.source.refusal import Refusal
    from vendor_audit.source.strict_yaml import Json, SourceDocument

_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "on", "true", "1"), "true"),
    **dict.fromkeys(("no", "n", "off", "false", "0"), "false"),
}
"""What people write for the two booleans, in lower case."""
_TYPES = {
    "object": "keys with values",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_PLURALS = {"maxLength": "characters", "maxItems": "items", "maxProperties": "keys"}


def wrong_type(types: list[str], value: Json, as_written: str) -> str:
    """Return the sentence for a value of the wrong type, with how to write the right one.

    Args:
        types: what JSON Schema calls the types that are allowed.
        value: what stands there.
        as_written: the text of a scalar as the file has it: ``1.20`` for 1.2.
    """
    wanted = one_of([_TYPES[each] for each in types])
    needed = f"{wanted} {'are' if wanted == _TYPES['object'] else 'is'} needed here"
    if value is None:
        return f"the value is missing: {needed}"
    if isinstance(value, dict) and "array" in types:
        return f"{needed}, not {kind(value)}: begin with '- '"
    if isinstance(value, list) and "object" in types:
        return f"{needed}, not {kind(value)}: take the '- ' or the brackets away"
    if isinstance(value, (dict, list)):
        return f"{needed}, not {kind(value)}"
    shown = quoted(as_written or value)
    return f"{shown} {_mend(types, value, as_written) or f'is not {wanted}'}"


def _mend(types: list[str], value: str | float, as_written: str) -> str:
    """Return what to do about a scalar of the wrong type; empty: nothing can be said."""
    boolean = _BOOLEANS.get(str(value).lower()) if "boolean" in types else None
    if boolean:
        return f"is not true or false: {_write(boolean, value)}"
    if "string" in types:
        return f"is read as {kind(value)}: put it in quotes"
    if "array" in types:
        return f"is not a list: write [{as_written or value}], or '- ' in front of each item"
    if {"integer", "number"} & set(types) and isinstance(value, str) and value.removeprefix("-").isdecimal():
        return "is a text: write the number without quotes"
    return ""


def _write(boolean: str, instead_of: str | float) -> str:
    return f"write {boolean}, without quotes" if instead_of == boolean else f"write {boolean}"


def _type(refusal: Refusal, document: SourceDocument) -> str:
    keys = list(refusal.schema.get("properties", {}))
    if keys and refusal.types == ["object"] and not isinstance(refusal.instance, list):
        missing = (
            "the value is missing" if refusal.instance is None else f"{quoted(refusal.instance)} does not fit here"
        )
        return f"{missing}: keys with values are needed, such as {keys[0]}"
    return wrong_type(refusal.types, refusal.instance, document.written(refusal.path))


def _enum(refusal: Refusal, _document: SourceDocument) -> str:
    words = [written(each) for each in refusal.value]
    if isinstance(refusal.instance, (dict, list)) or refusal.instance is None:
        return f"one of these is needed here: {one_of(words)}"
    text = written(refusal.instance)
    boolean = _BOOLEANS.get(text.lower())
    hint = f": {_write(boolean, text)}" if boolean in words else did_you_mean(text, words)
    return f"{quoted(text)} is not {one_of(words)}{hint}"


def _const(refusal: Refusal, _document: SourceDocument) -> str:
    return f"only {quoted(refusal.value)} may stand here, not {quoted(refusal.instance)}"


def _pattern(refusal: Refusal, _document: SourceDocument) -> str:
    if refusal.own_message:  # may be about a secret: the text is not quoted
        return refusal.own_message
    says = str(refusal.schema.get("patternErrorMessage", ""))
    examples = refusal.schema.get("examples")
    if not says:
        says = f"write it like '{examples[0]}'" if examples else f"it does not match {refusal.value}"
    return f"{quoted(refusal.instance)} is not right here: {says}"


def _format(refusal: Refusal, _document: SourceDocument) -> str:
    trouble = TROUBLE.get(str(refusal.value))
    return refusal.own_message or (trouble(str(refusal.instance)) if trouble else refusal.message)


def _too_small(refusal: Refusal, _document: SourceDocument) -> str:
    return f"{quoted(refusal.instance)} is too small: {refusal.value} is the least"


def _too_large(refusal: Refusal, _document: SourceDocument) -> str:
    return f"{quoted(refusal.instance)} is too large: {refusal.value} is the most"


def _too_short(refusal: Refusal, _document: SourceDocument) -> str:
    what = kind(refusal.instance)
    if not refusal.instance:
        return f"{what} must not be empty here"
    return f"{what} of {len(refusal.instance)} is too short: {refusal.value} is the least"


def _too_long(refusal: Refusal, _document: SourceDocument) -> str:
    return f"{len(refusal.instance)} {_PLURALS[refusal.keyword]} are too many: {refusal.value} is the most"


def _unique(refusal: Refusal, document: SourceDocument) -> str:
    value = document.written(refusal.path)
    first = document.place((*refusal.path[:-1], int(refusal.message)))
    return f"{quoted(value) if value else 'the same item'} stands in this list already, in line {first.line}"


SENTENCES: dict[str, Callable[[Refusal, SourceDocument], str]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "minimum": _too_small,
    "maximum": _too_large,
    "minLength": _too_short,
    "minItems": _too_short,
    "minProperties": _too_short,
    "maxLength": _too_long,
    "maxItems": _too_long,
    "maxProperties": _too_long,
    "uniqueItems": _unique,
}
"""Keyword of JSON Schema -> what says what is wrong with the one value that it refused."""
