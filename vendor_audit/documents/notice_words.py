"""The words of privacy notices that are no clauses: kinds of data, places for an address, how a day is announced.

They stand under ``notice:`` in ``checklists/clauses/privacy_notice.<language>.yaml``, beside the clauses. The keys:

``other_readers``
    headings of parts for residents of some state only.
``counted``
    requirement -> kinds of which the sentences that speak for it have to name ``fewest``; a sentence that names more
    than ``most`` is a common list.
``contacts``
    for what an address is given -> words beside it.
``dated``, ``version``
    what stands before the day and the number of the notice.
``retention``
    words of keeping and deleting (``keep``), headings of periods (``context``), durations that are none
    (``not_about``), where a sentence is cut (``joints``), ends that are no period (``event``), what says that a log is
    kept of something (``logged``), and ``categories``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from vendor_audit.documents.clauses.library import clause_file
from vendor_audit.documents.clauses.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.documents.clauses.patterns import Pattern

NOTICE = "privacy_notice"
"""The library's name."""


def worded(language: str) -> Mapping[str, Any]:
    """Return the file of a language."""
    return clause_file(f"{NOTICE}.{language}")


def notice_words(language: str) -> Mapping[str, Any]:
    """Return what stands under ``notice:``."""
    shape: Mapping[str, Any] = worded(language)["notice"]
    return shape


@cache
def pattern_at(language: str, *path: str) -> Pattern:
    """Return the pattern at a place of the file: one alternative or a list of them."""
    node: Any = worded(language)
    for step in path:
        node = node[step]
    return compile_pattern([node] if isinstance(node, str) else node, worded(language).get("words", {}))


@cache
def patterns_at(language: str, *path: str) -> Mapping[str, Pattern]:
    """Return the patterns of a mapping at a place of the file, in its order."""
    node: Any = worded(language)
    for step in path:
        node = node[step]
    return {name: pattern_at(language, *path, name) for name in node}
