"""The borders of all countries, from Natural Earth, and the questions that distances ask of them.

``data/borders.bin`` holds every border and coast once, cut into pieces of at most 64 edges; a piece knows the box in
which it lies, so that most questions are answered without looking at its edges. Which area bears which codes stands in
``data/territories.yaml``; script/make_borders.py makes the one file from the other.

The file, after unpacking (zlib): the length of the head (4 bytes), the head (JSON), then arrays, all of them little
endian, each as long as the head says: of every piece its first point (longitude, then latitude, in steps of the grid),
its box relative to that point (west, east, south, north) and its number of edges; then the steps from point to point.
Longitudes run on beyond 180 degrees where a border crosses that meridian.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vendor_audit.location.sphere import Vector, cap_of_box, direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = Path(__file__).parent / "data" / "borders.bin"

_FINER = 1024
"""Parts of a step of the grid to which a meridian is rounded: a power of two, so that whole turns are added exactly."""


@dataclass(frozen=True, slots=True)
class Territory:
    """An area with one set of codes: a country, or a part of one that has a code or a law of its own."""

    name: str
    codes: tuple[str, ...]
    """The ISO 3166-1 alpha-2 codes by which it may rightly be named, its own first. See ``data/territories.yaml``."""
    counts_as: tuple[str, ...]
    """The codes that must all be allowed before this territory is."""
    rings: tuple[tuple[int, ...], ...]
    """Its outlines as numbers of arcs; ``~number`` is an arc walked backwards. Holes are rings like others."""


class Piece(NamedTuple):
    """A stretch of border: where it certainly lies."""

    middle: Vector
    """Direction to the middle of its box."""
    reach: float
    """Chord from the middle within which the whole piece lies."""
    west: float
    east: float
    south: float
    north: float
    """Its box in degrees; ``east`` may exceed 180."""


class Borders:
    """All territories and the pieces of their borders."""

    def __init__(self, packed: bytes) -> None:
        """Unpack the file's bytes."""
        raw = zlib.decompress(packed)
        start = 4 + int.from_bytes(raw[:4], "little")
        head: dict[str, Any] = json.loads(raw[4:start])
        self.edition: str = head["edition"]
        """What the data is, with version and date, for the report."""
        self.licence: str = head["licence"]
        self.territories = tuple(
            Territory(each["name"], tuple(each["codes"]), tuple(each["counts_as"]), tuple(map(tuple, each["rings"])))
            for each in head["territories"]
        )
        columns = _Columns(raw, start)
        pieces, edges = head["pieces"], head["edges"]
        self._first_x, self._first_y = columns.take("i", pieces), columns.take("i", pieces)
        boxes = [columns.take("h", pieces) for _ in range(4)]
        counts = columns.take("B", pieces)
        self._steps_x, self._steps_y = columns.take("b", edges), columns.take("b", edges)
        self._edges = (0, *accumulate(counts))
        self._west, self._south = head["origin"]
        self._wide, self._high = head["grid"]
        self._around = round(360.0 / self._wide)
        self._spans = [
            (x + west, x + east, y + north)
            for x, y, west, east, north in zip(self._first_x, self._first_y, boxes[0], boxes[1], boxes[3], strict=True)
        ]
        self.pieces = tuple(map(self._piece, self._first_x, self._first_y, *boxes))
        ends = (0, *accumulate(head["arcs"]))
        self._arcs = tuple(map(range, ends, ends[1:]))
        self.owners: tuple[tuple[int, ...], ...] = self._owners()
        """Of every piece, the numbers of the territories that it borders: one at a coast, else two."""

    def _owners(self) -> tuple[tuple[int, ...], ...]:
        owners: list[tuple[int, ...]] = [()] * len(self.pieces)
        for number, territory in enumerate(self.territories):
            for piece in self.pieces_of(territory):
                owners[piece] += (number,)
        return tuple(owners)

    def _piece(self, x: int, y: int, west: int, east: int, south: int, north: int) -> Piece:
        box = (
            self._west + (x + west) * self._wide,
            self._west + (x + east) * self._wide,
            self._south + (y + south) * self._high,
            self._south + (y + north) * self._high,
        )
        middle, reach = cap_of_box(box[2], box[3], box[0], box[1])
        return Piece(middle, reach, *box)

    @property
    def codes(self) -> frozenset[str]:
        """All codes that some territory bears."""
        return frozenset(code for each in self.territories for code in each.codes)

    def pieces_of(self, territory: Territory) -> Iterator[int]:
        """Yield the numbers of the pieces of its borders, in no useful order."""
        for ring in territory.rings:
            yield from self.pieces_of_ring(ring)

    def pieces_of_ring(self, ring: tuple[int, ...]) -> Iterator[int]:
        """Yield the numbers of the pieces of a ring, in no useful order."""
        for arc in ring:
            yield from self._arcs[max(arc, ~arc)]

    def points(self, piece: int) -> list[tuple[float, float]]:
        """Return the points of a piece as longitude and latitude in degrees, in order; its edges are straight there."""
        return [(self._west + x * self._wide, self._south + y * self._high) for x, y in self._points(piece)]

    def _points(self, piece: int) -> Iterator[tuple[int, int]]:
        """Yield the points of a piece in steps of the grid."""
        edges = slice(self._edges[piece], self._edges[piece + 1])
        xs = accumulate(self._steps_x[edges], initial=self._first_x[piece])
        ys = accumulate(self._steps_y[edges], initial=self._first_y[piece])
        return zip(xs, ys, strict=True)

    def directions(self, piece: int) -> list[Vector]:
        """Return the points of a piece as directions from the Earth's centre, in order."""
        return [direction(lat, lon) for lon, lat in self.points(piece)]

    def arc(self, number: int) -> list[tuple[float, float]]:
        """Return the points of an arc in the order in which a ring walks it; ``~number`` is walked backwards."""
        forwards = number >= 0
        points: list[tuple[float, float]] = []
        for piece in self._arcs[max(number, ~number)]:
            points += self.points(piece)[1 if points else 0 :]
        return points if forwards else points[::-1]

    def holds(self, territory: Territory, lat: float, lon: float) -> bool:
        """Return whether a place, in degrees, lies in a territory; at most some metres from its border either may be.

        Counts how often the meridian from the place to the North Pole, which lies in no territory, crosses its border.
        """
        return sum(1 for _ in self._crossings(lat, lon, self.pieces_of(territory))) % 2 == 1

    def at(self, lat: float, lon: float) -> frozenset[int]:
        """Return the numbers of the territories in which a place, in degrees, lies: one; none at sea. As `holds`."""
        inside: set[int] = set()
        for piece in self._crossings(lat, lon, range(len(self.pieces))):
            for owner in self.owners[piece]:
                inside ^= {owner}
        return frozenset(inside)

    def _crossings(self, lat: float, lon: float, pieces: Iterable[int]) -> Iterator[int]:
        """Yield the pieces that the meridian from a place to the North Pole crosses an odd number of times."""
        row = (lat - self._south) / self._high
        column = round((lon - self._west) / self._wide * _FINER) / _FINER
        around = self._around
        for number in pieces:
            west, east, north = self._spans[number]
            if north >= row:
                meridian = west + (column - west) % around
                if meridian <= east and _crossed(self._points(number), row, meridian):
                    yield number


def _crossed(points: Iterator[tuple[int, int]], row: float, meridian: float) -> bool:
    """Return whether the meridian crosses the line an odd number of times north of the row; in steps of the grid."""
    odd = False
    before_x, before_y = next(points)
    for x, y in points:
        if (before_x <= meridian) != (x <= meridian):
            share = (meridian - before_x) / (x - before_x)
            if before_y + share * (y - before_y) > row:
                odd = not odd
        before_x, before_y = x, y
    return odd


class _Columns:
    """Takes arrays of numbers from bytes, one after the other."""

    def __init__(self, raw: bytes, start: int) -> None:
        self._raw = raw
        self._at = start

    def take(self, kind: str, count: int) -> array[int]:
        """Return the next `count` numbers of an array type of one, two or four bytes."""
        numbers: array[int] = array(kind)
        end = self._at + count * numbers.itemsize
        numbers.frombytes(self._raw[self._at : end])
        self._at = end
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers


@cache
def borders() -> Borders:
    """Return the shipped borders, read once.

    Raises:
        OSError: the file is missing; the installation is broken.
    """
    return Borders(FILE.read_bytes())
