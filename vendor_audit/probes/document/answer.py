"""What the process that reads may answer. A hostile document was in it, so nothing of it is taken on trust.

Its form is checked here; that the facts have the shape of schemas/facts/document.schema.json, the probe checks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeGuard

if TYPE_CHECKING:
    from vendor_audit.observation import Json

KINDS = ("too_large", "unsupported", "encrypted", "damaged", "no_text", "too_slow", "crashed")
"""Kinds of failures that a reader may tell."""
_LONGEST = 2_000
"""Characters of a reason or a media type."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read of a document, or why it was not."""

    media_type: str
    """By the document's bytes."""
    facts: dict[str, Json]
    unknown: dict[str, str]
    kind: str = ""
    """One of `KINDS`; empty: it was read."""
    message: str = ""
    """The sentence that goes with the kind."""


def parse_answer(output: bytes) -> Answer:
    """Return the answer that the bytes hold.

    Raises:
        ValueError: they hold none.
    """
    try:
        shape = json.loads(output, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(shape, dict) or not _is_text(media_type := shape.get("media_type")):
        raise ValueError("no answer")
    if "error" in shape:
        return _failed(media_type, shape["error"])
    facts, unknown = shape.get("facts"), shape.get("unknown")
    if not isinstance(facts, dict) or not isinstance(unknown, dict) or not all(map(_is_text, unknown.values())):
        raise ValueError("no facts")
    return Answer(media_type, facts, unknown)


def _failed(media_type: str, error: Json) -> Answer:
    if not isinstance(error, dict) or error.get("kind") not in KINDS or not _is_text(message := error.get("message")):
        raise ValueError("no reason")
    return Answer(media_type, {}, {}, error["kind"], message)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_text(value: Json) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= _LONGEST
