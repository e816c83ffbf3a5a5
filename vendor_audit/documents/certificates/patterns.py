"""Expressions of the vocabulary over text as written, with the group that they catch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from vendor_audit.documents.values.words import any_of, pattern, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    import re2

    from vendor_audit.documents.certificates.lines import Line


@cache
def as_written(*path: str) -> tuple[re2._Regexp, ...]:
    """Return the expressions of a list, or the one that stands there."""
    node: Any = vocabulary("certificates")
    for step in path:
        node = node[step]
    return tuple(pattern(each) for each in ([node] if isinstance(node, str) else node))


def says(line: Line, *path: str) -> bool:
    """Return whether a line meets one of the expressions of a list, without regard to case and accents."""
    return any_of("certificates", *path).search(line.lower) is not None


def any_says(lines: Iterable[Line], *path: str) -> Line | None:
    """Return the first line that meets one of the expressions of a list; None: there is none."""
    return next((each for each in lines if says(each, *path)), None)


def count_of(lines: Iterable[Line], *path: str) -> int:
    """Return how many of the expressions of a list some line meets."""
    text = "\n".join(each.lower for each in lines)
    return sum(each.search(text) is not None for each in _each(*path))


@cache
def _each(*path: str) -> tuple[re2._Regexp, ...]:
    return as_written(*path)
