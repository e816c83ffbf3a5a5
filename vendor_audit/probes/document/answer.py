"""What the process that reads may answer. A hostile document was in it, so all of the answer is checked.

The facts of the kinds of documents are not checked against their schema here: whoever could forge them could forge
them in the right shape. What is checked is that nothing in them can harm who handles them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.observation import Json

KINDS = ("too_large", "unsupported", "encrypted", "damaged", "no_text", "too_slow", "crashed")
"""Kinds of failures that a reader may tell."""
_LANGUAGES = ("en", "de", "fr", "nl")
_DEEPEST = 20
"""Levels of lists and mappings in the facts."""
_LONGEST = 2_000
"""Characters of a reason, a title, a media type."""


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
    wrong = [name for name, fits in _COMMON.items() if name in facts and not fits(facts[name])]
    missing = [name for name in _ALWAYS if name not in facts]
    if wrong or missing or _is_deep(facts):
        raise ValueError(f"facts that cannot be: {', '.join(wrong + missing) or 'nested too deep'}")
    return Answer(media_type, facts, unknown)


def _failed(media_type: str, error: Json) -> Answer:
    if not isinstance(error, dict) or error.get("kind") not in KINDS or not _is_text(message := error.get("message")):
        raise ValueError("no reason")
    return Answer(media_type, {}, {}, error["kind"], message)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_text(value: Json) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= _LONGEST


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_deep(facts: Json) -> bool:
    """Return whether lists and mappings stand in each other deeper than a report can follow."""
    level = [facts]
    for _ in range(_DEEPEST):
        level = [
            below
            for each in level
            for below in (each.values() if isinstance(each, dict) else each)
            if isinstance(below, dict | list)
        ]
        if not level:
            return False
    return True


_COMMON: dict[str, Callable[[Json], bool]] = {
    "pages": _is_count,
    "pages_without_text": _is_count,
    "words": _is_count,
    "language": _LANGUAGES.__contains__,
    "title": _is_text,
    "cut": _is_text,
}
"""What every document has -> whether a value can be that."""
_ALWAYS = ("pages", "pages_without_text", "words", "cut")
