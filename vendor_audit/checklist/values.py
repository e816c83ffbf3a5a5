"""Kinds of JSON values, and how a sentence writes a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json

BOOLEAN, NUMBER, TEXT, LIST, GROUP, NULL = "true or false", "a number", "a text", "a list", "a group of facts", "empty"
"""What a value can be, in the words of our sentences. A boolean is no number."""

SCALARS = frozenset({BOOLEAN, NUMBER, TEXT})

KINDS: dict[type, str] = {
    bool: BOOLEAN,
    int: NUMBER,
    float: NUMBER,
    str: TEXT,
    list: LIST,
    dict: GROUP,
    type(None): NULL,
}
"""Type of a JSON value -> its kind."""

_LISTED = 10
"""Items of a list that a sentence names."""
_SHOWN = 120
"""Characters of one text that a sentence shows."""


def kind_of(value: Json) -> str:
    """Return the kind of a JSON value."""
    return KINDS.get(type(value), "something else")


def shown(value: Json) -> str:
    """Return a value as a sentence writes it, on one line and bounded; lists are joined with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = " ".join(value.split()) if "\n" in value else value
        return f"{text[: _SHOWN - 1]}…" if len(text) > _SHOWN else text or '""'
    if isinstance(value, list):
        return listed(shown(each) for each in value[: _LISTED + 1]) if len(value) <= _LISTED else _cut(value)
    if isinstance(value, dict):
        return name_of(value) or f"{{{listed(list(value))}}}"
    return f"{value:g}" if isinstance(value, float) else str(value)[:_SHOWN]


def listed(words: Iterable[str]) -> str:
    """Return the words joined with commas; of more than ten, how many more there are; of none, "none"."""
    all_words = list(words)
    if len(all_words) > _LISTED:
        return f"{', '.join(all_words[:_LISTED])} and {len(all_words) - _LISTED} more"
    return ", ".join(all_words) or "none"


def name_of(value: Json) -> str:
    """Return what an element of a list is called; empty: nothing.

    That is its ``target``, ``name``, ``entity``, ``category``, ``url`` or ``host``.
    """
    if isinstance(value, dict):
        for key in ("target", "name", "entity", "category", "url", "host"):
            name = value.get(key)
            if isinstance(name, str) and name:
                return shown(name)
    return ""


def _cut(values: list[Json]) -> str:
    return f"{', '.join(shown(each) for each in values[:_LISTED])} and {len(values) - _LISTED} more"
