"""Ruling lines of a page of a PDF: drawn in pieces, joined to what a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEAR: Final = 3.0
"""Points: lines no farther apart are one, or touch."""


@dataclass(slots=True)
class Box:
    """A rectangle on the page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def joined(rules: Iterable[Box], *, upright: bool) -> list[Box]:
    """Return the lines with those that continue or cover each other made one."""
    lanes: dict[int, list[tuple[float, float]]] = {}
    for rule in rules:
        across = (rule.left + rule.right) / 2 if upright else (rule.top + rule.bottom) / 2
        span = (rule.top, rule.bottom) if upright else (rule.left, rule.right)
        lane = round(across / _NEAR)
        lanes.setdefault(lane - 1 if lane - 1 in lanes else lane, []).append(span)
    joined = []
    for lane, spans in lanes.items():
        at = lane * _NEAR
        spans.sort()
        begin, end = spans[0]
        for next_begin, next_end in spans[1:]:
            if next_begin > end + _NEAR:
                joined.append(_rule(at, begin, end, upright=upright))
                begin, end = next_begin, next_end
            end = max(end, next_end)
        joined.append(_rule(at, begin, end, upright=upright))
    return joined


def _rule(at: float, begin: float, end: float, *, upright: bool) -> Box:
    return Box(at, begin, at, end) if upright else Box(begin, at, end, at)


class Fences:
    """Asks quickly whether an upright line stands between two words."""

    def __init__(self, uprights: Iterable[Box]) -> None:
        """Take lines that were joined."""
        self._lanes: dict[int, list[Box]] = {}
        for rule in uprights:
            self._lanes.setdefault(round(rule.left / _NEAR), []).append(rule)

    def between(self, left: float, right: float, base: float) -> bool:
        """Return whether a line crosses the height of a baseline between two places."""
        return bool(self._lanes) and any(
            rule.top - 1 <= base <= rule.bottom + 1
            for lane in range(round((left - 1) / _NEAR), round((right + 1) / _NEAR) + 1)
            for rule in self._lanes.get(lane, ())
        )
