"""How a map is laid flat: places of the globe as points of a sheet, and outlines as paths of an SVG. Pure."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.location.sphere import BALL_KM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vendor_audit.location.outlines import Bounds, Place, Ring
    from vendor_audit.location.vantages import Vantage

Point = tuple[float, float]
"""On a sheet: units from its left and from its upper edge."""

WIDTH = 1400
"""Units of a sheet: finer than its outlines."""
_SMALLEST = 6.0
"""Units of width and height together below which an island is left out."""
_STEPS = 180
"""Points of a circle."""
_SCANS = 24
"""Lines on which the widest part of a country is looked for."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What of the world a map shows, and how it is laid flat."""

    title: str
    bounds: Bounds
    simplify_km: float
    flat: Callable[[float], float]
    """Latitude to height, both in radians: on the scale on which longitudes are widths."""

    @property
    def scale(self) -> float:
        """Units of a radian of longitude."""
        return WIDTH / math.radians(self.bounds.east - self.bounds.west)

    @property
    def height(self) -> int:
        """Units from its upper to its lower edge."""
        return round(self.at((self.bounds.west, self.bounds.south))[1])

    def at(self, place: Place) -> Point:
        """Return where a place is on the sheet, in units from its upper left corner."""
        top = self.flat(math.radians(self.bounds.north))
        lon, lat = place
        return (
            math.radians(lon - self.bounds.west) * self.scale,
            (top - self.flat(math.radians(lat))) * self.scale,
        )

    def holds(self, place: Place) -> bool:
        """Return whether a place is on the sheet."""
        lon, lat = place
        return self.bounds.west <= lon <= self.bounds.east and self.bounds.south <= lat <= self.bounds.north


def mercator(lat: float) -> float:
    """Return the height in Mercator's projection: shapes are right, so that a disc looks like one."""
    return math.asinh(math.tan(lat))


def gall(lat: float) -> float:
    """Return the height in Gall's stereographic projection: neither the poles nor the tropics lose their shape."""
    return (1.0 + math.sqrt(2.0)) * math.tan(lat / 2.0)


def path_of(sheet: Sheet, rings: Iterable[Ring]) -> str:
    """Return the outlines as the path of an SVG, in steps of whole units; empty: too small to be seen."""
    parts = []
    for ring in rings:
        points = [(round(x), round(y)) for x, y in map(sheet.at, ring)]
        wide = max(x for x, _ in points) - min(x for x, _ in points)
        if wide + max(y for _, y in points) - min(y for _, y in points) < _SMALLEST:
            continue
        parts.append(f"{steps_of(points)}z")
    return "".join(parts)


def steps_of(points: Sequence[tuple[int, int]]) -> str:
    """Return a line through points as the path of an SVG."""
    steps = [
        f"{x - before_x} {y - before_y}"
        for (before_x, before_y), (x, y) in itertools.pairwise(points)
        if (x, y) != (before_x, before_y)
    ]
    return f"M{points[0][0]} {points[0][1]}" + (f"l{' '.join(steps)}".replace(" -", "-") if steps else "")


def area(ring: Sequence[Point]) -> float:
    """Return the area within a ring, in square units of its points."""
    return abs(sum(x * b - a * y for (x, y), (a, b) in _edges(ring))) / 2.0


def _edges(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def middle(ring: Sequence[Point]) -> Point:
    """Return a point well within a ring: where the widest of some lines across it has its middle.

    Not the centre of its area, which for a bent country lies in its neighbour.
    """
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    best = (0.0, ring[0])
    for number in range(1, _SCANS):
        level = top + (bottom - top) * number / _SCANS
        crossed = sorted(
            x + (level - y) * (a - x) / (b - y) for (x, y), (a, b) in _edges(ring) if (y < level) != (b < level)
        )
        # Nearer to the middle is better, so that a mark does not sit at the end of a triangle.
        weight = 1.0 - abs(2.0 * number / _SCANS - 1.0) / 2.0
        for left, right in zip(crossed[::2], crossed[1::2], strict=False):
            best = max(best, ((right - left) * weight, ((left + right) / 2.0, level)))
    return best[1]


def circle(point: Vantage, radius_km: float) -> Iterator[Place]:
    """Yield the places at that distance (on a sphere, which is near enough for a drawing), all around and closed."""
    lat, angle = math.radians(point.lat), radius_km / BALL_KM
    for step in range(_STEPS + 1):
        bearing = 2.0 * math.pi * step / _STEPS
        sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
        there = math.asin(max(-1.0, min(1.0, sine)))
        east = math.atan2(
            math.sin(bearing) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(there)
        )
        yield (point.lon + math.degrees(east) + 180.0) % 360.0 - 180.0, math.degrees(there)
