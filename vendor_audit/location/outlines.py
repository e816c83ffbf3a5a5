"""Outlines of countries to draw, from the same borders that distances are taken from. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.location.borders import Borders, Territory, borders

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[float, float]
"""Longitude and latitude in degrees."""

Ring = list[Place]

_KM_OF_A_DEGREE = 111.2
_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is to be seen of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float


WORLD = Bounds(-180.0, -90.0, 180.0, 90.0)
EUROPE = Bounds(-25.0, 34.0, 45.0, 72.0)


def outlines(simplify_km: float, bounds: Bounds = WORLD, *, using: Borders | None = None) -> dict[str, list[Ring]]:
    """Return for every country its rings, cut off at the bounds, by the code of `Territory.codes` that is its own.

    Points nearer to each other than `simplify_km` are left out, along a border of two countries the same for both, so
    that no gap opens between them. A ring that shrinks to nothing is left out, unless it is the country's largest: then
    it stays as it is. Rings are not closed (the first point is not repeated); holes are rings like others, so fill by
    the even-odd rule. What crosses 180 degrees is on both sides of the map.
    """
    world = using or borders()
    lines: dict[int, Ring] = {}
    countries: dict[str, list[Ring]] = {}
    for territory in world.territories:
        for rank, arcs in enumerate(_seen(world, territory, bounds)):
            ring = _joined([_thinned(world, number, simplify_km, lines) for number in arcs])
            if len(ring) < _CORNERS and not rank:
                ring = _joined([world.arc(number) for number in arcs])
            if len(ring) >= _CORNERS:
                countries.setdefault(territory.codes[0], []).extend(_placed(ring, bounds))
    return {code: rings for code, rings in countries.items() if rings}


def _seen(world: Borders, territory: Territory, bounds: Bounds) -> list[tuple[int, ...]]:
    """Return the rings that may have a part within the bounds, the longest first."""
    rings = []
    for arcs in territory.rings:
        pieces = [world.pieces[number] for number in world.pieces_of_ring(arcs)]
        west, east = min(each.west for each in pieces), max(each.east for each in pieces)
        south, north = min(each.south for each in pieces), max(each.north for each in pieces)
        if south < bounds.north and north > bounds.south and list(_turns(west, east, bounds)):
            rings.append((len(pieces), east - west + north - south, arcs))
    return [arcs for _, _, arcs in sorted(rings, reverse=True)]


def _turns(west: float, east: float, bounds: Bounds) -> Iterator[float]:
    """Yield by how many degrees, in whole turns, longitudes are to be moved so that they overlap with the bounds."""
    for turn in (-720.0, -360.0, 0.0, 360.0, 720.0):
        if west + turn < bounds.east and east + turn > bounds.west:
            yield turn


def _thinned(world: Borders, number: int, simplify_km: float, lines: dict[int, Ring]) -> Ring:
    """Return an arc without the points that are nearer than that to the one before; its ends stay."""
    forwards = max(number, ~number)
    if forwards not in lines:
        lines[forwards] = _thin(world.arc(forwards), simplify_km / _KM_OF_A_DEGREE)
    return lines[forwards] if number >= 0 else lines[forwards][::-1]


def _thin(points: Ring, least: float) -> Ring:
    lon, lat = points[0]
    wide, square = math.cos(math.radians(lat)), least * least
    kept = [points[0]]
    for point in points[1:-1]:
        across, up = (point[0] - lon) * wide, point[1] - lat
        if across * across + up * up >= square:
            lon, lat = point
            wide = math.cos(math.radians(lat))
            kept.append(point)
    kept.append(points[-1])
    return kept


def _joined(lines: list[Ring]) -> Ring:
    """Join lines end to start, without jumps at 180 degrees; one that runs around a pole is led past it."""
    ring: Ring = []
    turn = 0.0
    for line in lines:
        if ring:
            turn = 360.0 * round((ring[-1][0] - line[0][0]) / 360.0)
        ring += [(lon + turn, lat) for lon, lat in line[1 if ring else 0 :]]
    if abs(ring[-1][0] - ring[0][0]) > 180.0:  # noqa: PLR2004 -- around a pole, not back to where it began
        pole = math.copysign(90.0, ring[0][1])
        return [*ring, (ring[-1][0], pole), (ring[0][0], pole)]
    return ring[:-1]


def _placed(ring: Ring, bounds: Bounds) -> Iterator[Ring]:
    """Yield what of a ring lies within the bounds, as often as it appears there."""
    west, east = min(lon for lon, _ in ring), max(lon for lon, _ in ring)
    for turn in _turns(west, east, bounds):
        inside = [(lon + turn, lat) for lon, lat in ring]
        for axis, limit, sign in (
            (0, bounds.west, 1),
            (0, bounds.east, -1),
            (1, bounds.south, 1),
            (1, bounds.north, -1),
        ):
            inside = _cut(inside, axis, limit, sign)
        if len(inside) >= _CORNERS:
            yield inside


def _cut(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """Cut a ring off at one edge of the bounds (Sutherland and Hodgman, 1974)."""
    kept: Ring = []
    for before, here in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
        was_in, is_in = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
        if was_in != is_in:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            other = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if is_in:
            kept.append(here)
    return kept
