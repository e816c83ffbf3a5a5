"""Transfer tools: on what a transfer to a third country rests, by GDPR Art. 45, 46, 47 and 49, as lists write it."""

from __future__ import annotations

from functools import cache

import re2

from vendor_audit.documents.values.words import cut, folded, levelled, pattern, vocabulary

_ONLY_IN_THEIR_COLUMN = frozenset({"none", "none_needed"})
_NOT = re2.compile(
    r"\b(?:no|not|non|without|kein|keine|nicht|ohne|pas|sans|aucune?|geen|niet|zonder)(?:\W+\w+){0,3}\W*$"
)
_BEFORE = 40
"""Characters before a tool in which it may be denied."""
_AMERICA = r"(?:u\.?s\.?a?\.?|etats[- ]unis|vsa?)"
_EXTENT = {
    "dpf": (rf"(?:\b(?:eu|ue|swiss|ch|uk) ?- ?{_AMERICA}[- ])?", rf"(?: (?:eu|ue|vs) ?- ?{_AMERICA})?"),
    "scc": (r"(?:\b(?:eu|uk|ue)[- ])?", ""),
    "idta": (r"(?:\buk[- ])?", ""),
}
"""What stands before and behind a tool and names it, but no place: "EU-US", "UK"."""


@cache
def _tools() -> dict[str, re2._Regexp]:
    return {name: pattern(*each) for name, each in vocabulary("subprocessors")["transfer_tools"].items()}


@cache
def _masked() -> re2._Regexp:
    masked = []
    for name, each in vocabulary("subprocessors")["transfer_tools"].items():
        before, behind = _EXTENT.get(name, ("", ""))
        masked += [f"{before}(?:{alternative}){behind}" for alternative in each if name != "none"]
    return pattern(*masked)


def transfer_tools(text: str, *, is_their_column: bool) -> tuple[str, ...]:
    """Return the tools that a cell names, in the order of the list of tools.

    Args:
        text: of which the first 500 characters are read.
        is_their_column: whether "none" and "not needed" are meant of transfers; elsewhere they may be of anything.
    """
    lower = folded(cut(text))
    found = []
    for name, each in _tools().items():
        if name in _ONLY_IN_THEIR_COLUMN and not is_their_column:
            continue
        if any(name in _ONLY_IN_THEIR_COLUMN or not _is_denied(lower, match.start()) for match in each.finditer(lower)):
            found.append(name)
    return tuple(found)


def without_tools(text: str) -> str:
    """Return a text without the tools that it names: "EU-US Data Privacy Framework" is no place."""
    return _blanked(text, levelled(text))


def _blanked(text: str, level: str) -> str:
    pieces, behind = [], 0
    for match in _masked().finditer(level):
        pieces.append(text[behind : match.start()])
        behind = match.end()
    return ";".join([*pieces, text[behind:]])


def _is_denied(lower: str, start: int) -> bool:
    return _NOT.search(lower[max(0, start - _BEFORE) : start]) is not None
