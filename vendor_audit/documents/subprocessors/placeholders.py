"""What a template leaves to be filled in, and cells that say nothing."""

from __future__ import annotations

from functools import cache

import re2

from vendor_audit.documents.values.words import any_of, cut, folded, vocabulary

_SHOWN = 80


@cache
def _placeholder() -> re2._Regexp:
    return re2.compile("|".join(f"(?:{each})" for each in vocabulary("subprocessors")["placeholders"]))


@cache
def _patterns() -> tuple[re2._Regexp, re2._Regexp]:
    return any_of("subprocessors", "no_placeholders"), any_of("subprocessors", "empty")


def placeholders_in(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text, of which the first 500 characters are read, each once."""
    footnote, _ = _patterns()
    found = (match[0] for match in _placeholder().finditer(cut(text)))
    return tuple(dict.fromkeys(each[:_SHOWN] for each in found if not footnote.fullmatch(each)))


def is_empty(text: str) -> bool:
    """Return whether a cell says nothing: it is blank, a dash, or "N/A"."""
    return _patterns()[1].fullmatch(folded(cut(text)).strip()) is not None
