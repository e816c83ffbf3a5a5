"""Names beside the marks of a map, so that none covers a mark or another name where there is a free side. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_SIZE = 30
"""Units of the letters' height."""
_LETTER = 0.56
"""How wide a letter is, of its height: an average that rather takes too much."""
_GAP = 8


@dataclass(frozen=True, slots=True)
class Label:
    """One name."""

    x: int
    y: int
    """Of the base line."""
    anchor: str
    """``start``, ``middle`` or ``end``: what of the text is at x."""
    text: str


_Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Labels:
    """Finds a place for one name after the other."""

    def __init__(self, width: int, height: int) -> None:
        """Begin with an empty sheet of that size, in units."""
        self._sheet = (0.0, 0.0, float(width), float(height))
        self._taken: list[_Box] = []
        self._placed: list[Label] = []

    @property
    def placed(self) -> tuple[Label, ...]:
        """The names, in the order in which they were placed."""
        return tuple(self._placed)

    def block(self, x: float, y: float, half_width: float, half_height: float) -> None:
        """Keep names off a rectangle around a point."""
        self._taken.append((x - half_width, y - half_height, x + half_width, y + half_height))

    def place(self, text: str, x: float, y: float, half_width: float, half_height: float) -> None:
        """Place a name beside the rectangle around a point: where least is covered, to the right of it if it can be."""
        wide = len(text) * _SIZE * _LETTER
        right, left = x + half_width + _GAP, x - half_width - _GAP
        above, below = y - half_height - _GAP, y + half_height + _GAP + _SIZE * 0.7
        middle = y + _SIZE * 0.35
        choices = [
            ("start", right, middle),
            ("end", left, middle),
            ("middle", x, above),
            ("middle", x, below),
            ("start", right, above),
            ("start", right, below),
            ("end", left, above),
            ("end", left, below),
        ]
        boxes = [_box(each, wide) for each in choices]
        costs = [self._cost(each) for each in boxes]
        best = costs.index(min(costs))
        anchor, at, line = choices[best]
        self._taken.append(boxes[best])
        self._placed.append(Label(round(at), round(line), anchor, text))

    def _cost(self, box: _Box) -> float:
        """Return how much is covered, in square units; what is off the sheet counts, too."""
        off = (box[2] - box[0]) * (box[3] - box[1]) - _common(box, self._sheet)
        return round(off + sum(_common(box, each) for each in self._taken), 3)


def _box(choice: tuple[str, float, float], wide: float) -> _Box:
    anchor, x, line = choice
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return left, line - _SIZE * 0.75, left + wide, line + _SIZE * 0.25


def _common(one: _Box, other: _Box) -> float:
    """Return the area that two boxes have in common."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0.0 and high > 0.0 else 0.0
