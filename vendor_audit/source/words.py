"""Words that every sentence about a mistake needs: did you mean, one of, quotes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.source.strict_yaml import Json

_LISTED = 16
"""Words that a message lists; of more, it says that there are more."""
_QUOTED = 60
"""Characters of the file that a message quotes."""


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the word that was probably meant; empty: none is near. Letter case and ``-`` for ``_`` do not count."""
    plain = {_plain(each): each for each in words}
    found = difflib.get_close_matches(_plain(word[:_QUOTED]), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else ""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ``, did you mean 'present'?`` if one of the words is near; else the empty text."""
    near = nearest(word, words)
    return f", did you mean '{near}'?" if near else ""


def one_of(words: Sequence[str]) -> str:
    """Return ``a, b or c``, shortened where there are many."""
    if len(words) > _LISTED:
        return f"{', '.join(words[:_LISTED])}, ..."
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def quoted(value: Json) -> str:
    """Return a value as a message quotes it: short, in single quotes."""
    text = written(value)
    return f"'{text[: _QUOTED - 1]}…'" if len(text) > _QUOTED else f"'{text}'"


def written(value: Json) -> str:
    """Return a value as YAML writes it; lists and mappings by what they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return value if isinstance(value, str) else kind(value) if isinstance(value, (dict, list)) else str(value)


def kind(value: Json) -> str:
    """Return what a value is: "a text", "a list", "keys with values"."""
    if isinstance(value, bool):
        return "true or false"
    kinds = {int: "a number", float: "a number", str: "a text", list: "a list", dict: "keys with values"}
    return kinds.get(type(value), "nothing")


def _plain(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
