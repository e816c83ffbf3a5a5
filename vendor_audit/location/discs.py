"""What a round-trip time proves of where the answer came from: nothing is faster than light. Pure.

Whatever answered within a round trip of t from a vantage is no farther from it than v * t / 2. Every country farther
than that is excluded; every other is possible. All errors are on the side of `possible`:

- the distance is never overstated (see `sphere`), the time is lengthened by CLOCK_MS, the radius by the measurement's
  tolerance, which covers the error of the vantage's position and of the map (MAP_KM);
- queues, detours and slow servers lengthen the time, so they widen the disc;
- a country is excluded only if no point of it is in the disc; of several discs, if no point of it is in all of them.

It holds as far as the vantage is where it is said to be, and as far as the answer could only come from the far end: an
authenticated exchange, not a handshake that something on the way can answer. It says where the answer came from, not
where data goes from there.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Literal

from vendor_audit.location.borders import Borders, Territory, borders
from vendor_audit.location.sphere import Vector, chord_of, chord_to_segment, direction, km_of, place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Speed = Literal["vacuum", "fibre"]

LIGHT_KM_PER_MS = 299.792458
"""Speed of light in vacuum (SI, exact): nothing is faster, by microwave, satellite or hollow fibre."""

FIBRE_SHARE = 0.69
"""Speed of light in the fastest ordinary fibre, as a share of that in vacuum. An assumption about the path."""

KM_PER_MS: dict[Speed, float] = {"vacuum": LIGHT_KM_PER_MS, "fibre": FIBRE_SHARE * LIGHT_KM_PER_MS}

MAP_KM = 5.0
"""Added to every radius: what the borders and a position given in degrees may be wrong by."""

CLOCK_MS = 0.02
"""Added to every round trip: the resolution of the clocks and the time between reading them and sending."""

_HALF_METRE = 1e-7
"""A chord that no rounding of ours exceeds."""

_QUARTER = math.sqrt(2.0)
"""The chord of 90 degrees: smaller discs are convex, so that what several have in common is in one piece."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The least of several round trips from one vantage."""

    lat: float
    """Degrees north, geodetic (WGS 84): -90 to 90."""
    lon: float
    """Degrees east: -180 to 180."""
    rtt_ms: float
    """Milliseconds, by a clock that was read before the request was sent and after its answer had come."""
    tolerance_km: float = MAP_KM
    """What to add to the radius, for the position of the vantage and the map. `vantages` knows it for cities."""

    def __post_init__(self) -> None:
        """Raise ValueError with a sentence if a number is none that can be measured."""
        _check_place(self.lat, self.lon)
        for name, value in (("a round-trip time", self.rtt_ms), ("a tolerance", self.tolerance_km)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is a finite number and not negative, not {value}")

    def radius_km(self, speed: Speed = "vacuum") -> float:
        """Return how far away the answer can have come from, in km, tolerances included."""
        return KM_PER_MS[speed] * (self.rtt_ms + CLOCK_MS) / 2.0 + self.tolerance_km


@dataclass(frozen=True, slots=True)
class Possible:
    """Where the answer can have come from."""

    countries: frozenset[str]
    """
    Countries by ISO 3166-1 alpha-2: the answer is proven to come from a set of countries if these are all in it. Parts
    of the Union with a code of their own count as their Member State (GP as FR, AX as FI); disputed areas as everybody
    who claims them; XN (Northern Cyprus), XD (British bases in Cyprus) and XK (Kosovo) stand for themselves.
    """
    codes: frozenset[str]
    """All codes by which the answer's place may rightly be named: `countries`, and parts with a code of their own."""
    excluded: frozenset[str]
    """All other codes: no place that bears one of them is within reach."""
    radius_km: tuple[float, ...]
    """The radius of each measurement's disc, tolerances included, in the order of the measurements."""
    speed: Speed
    """``vacuum``: excluded by physics. ``fibre``: excluded if every part of the path is ordinary fibre or slower."""
    contradiction: bool = False
    """
    No place of any country is in all discs: several machines answered (anycast), or a vantage is not where it is said
    to be. Then the rest of this holds for each machine that answered: what is excluded is so by every single disc.
    Only then `countries` may be empty: a vantage far out at sea.
    """

    def may_be(self, code: str) -> bool:
        """Return whether the answer can have come from there; of a code that the map does not know: always."""
        return code not in self.excluded


@dataclass(frozen=True, slots=True)
class _Disc:
    centre: Vector
    reach: float
    """Its radius, as a chord."""

    def holds(self, towards: Vector) -> bool:
        return math.dist(self.centre, towards) <= self.reach + _HALF_METRE


def possible_countries(
    vantages: Sequence[Measurement], *, speed: Speed = "vacuum", using: Borders | None = None
) -> Possible:
    """Return the countries from which the answers to all measurements can have come.

    Several vantages measure one machine; their discs are intersected, the borders too, to within 16 km. Without any
    measurement every country is possible.
    """
    world = using or borders()
    radii = tuple(each.radius_km(speed) for each in vantages)
    discs = [_Disc(direction(each.lat, each.lon), chord_of(km)) for each, km in zip(vantages, radii, strict=True)]
    small = [disc for disc in discs if disc.reach < _QUARTER]
    within = _within(world, discs, small)
    contradiction = not within
    if contradiction:
        within = set().union(*(_touched(world, [disc], disc.centre) for disc in discs))
    found = [world.territories[number] for number in within]
    countries = frozenset(code for each in found for code in each.counts_as)
    codes = countries.union(*(each.codes for each in found))
    return Possible(countries, codes, world.codes - codes, radii, speed, contradiction)


def nearest_km(lat: float, lon: float, codes: Collection[str], *, using: Borders | None = None) -> float:
    """Return how far the nearest place that bears one of the codes is, at least, in km: for "US: at least 5,380 km".

    0 inside of it; infinity if the map knows none of the codes. No tolerance is subtracted.

    Raises:
        ValueError: the position is none.
    """
    world = using or borders()
    return _nearest(world, lat, lon, [each for each in world.territories if not set(codes).isdisjoint(each.codes)])


def largest_proving_rtt(
    lat: float,
    lon: float,
    allowed_countries: Collection[str],
    *,
    speed: Speed = "vacuum",
    tolerance_km: float = MAP_KM,
    clock_ms: float = CLOCK_MS,
) -> float:
    """Return the largest round-trip time, in ms, that proves an answer to come from the allowed countries.

    0 if none does, because another country is within the tolerance; infinity if every country is allowed. With both
    tolerances at 0 it is what the bare distance allows.

    Raises:
        ValueError: the position is none.
    """
    _, km = nearest_outside(lat, lon, allowed_countries)
    if math.isinf(km):
        return km
    rtt = 2.0 * (km - tolerance_km) / KM_PER_MS[speed] - clock_ms
    return max(0.0, rtt - 1e-5)  # ten nanoseconds short, so that no rounding lets the border itself in


def nearest_outside(lat: float, lon: float, allowed_countries: Collection[str]) -> tuple[Territory | None, float]:
    """Return the nearest territory that is not allowed, and how far it is at least, in km; None: all are allowed.

    Raises:
        ValueError: the position is none.
    """
    world = borders()
    allowed = set(allowed_countries)
    outside = [each for each in world.territories if not allowed.issuperset(each.counts_as)]
    least = _nearest(world, lat, lon, outside)
    for each in outside:
        if _nearest(world, lat, lon, [each], enough=least) <= least:
            return each, least
    return None, math.inf


def _check_place(lat: float, lon: float) -> None:
    if not -90.0 <= lat <= 90.0:  # noqa: PLR2004 -- the poles
        raise ValueError(f"a latitude is a number from -90 to 90, not {lat}")
    if not -180.0 <= lon <= 180.0:  # noqa: PLR2004 -- around the globe
        raise ValueError(f"a longitude is a number from -180 to 180, not {lon}")


def _within(world: Borders, discs: list[_Disc], small: list[_Disc]) -> set[int]:
    """Return the numbers of the territories of which some point may be in all discs; the small ones together."""
    within = set(range(len(world.territories)))
    if small:
        witness = _common_point(small)
        if witness is None:
            return set()
        within &= _touched(world, small, witness)
    for disc in discs:
        if disc not in small:
            within &= _touched(world, [disc], disc.centre)
    return within


def _touched(world: Borders, discs: list[_Disc], witness: Vector) -> set[int]:
    """Return the numbers of the territories of which some point may be in all discs.

    What the discs have in common is in one piece. So it touches a territory if a border of it passes through, and
    otherwise lies inside of it wholly or not at all: then one point of it, the witness, decides.
    """
    within: set[int] = set()
    unsure: list[tuple[float, int]] = []
    depth = _depths(world, discs)
    for number, (inner, outer) in enumerate(depth):
        if inner <= 0.0:
            within.update(world.owners[number])
        elif outer <= 0.0:
            unsure.append((inner, number))
    for _, number in sorted(unsure):  # those that are almost inside first: they are the likeliest to decide
        if not within.issuperset(world.owners[number]) and _passes(world.directions(number), discs):
            within.update(world.owners[number])
    return within | world.at(*place_of(witness))


def _depths(world: Borders, discs: list[_Disc]) -> list[tuple[float, float]]:
    """Return for every piece of border how far its farthest and its nearest point may be out of the discs, in chords.

    At most 0, the first: the whole piece is in all discs. More than 0, the second: no point of it is.
    """
    dist = math.dist
    columns = []
    for disc in discs:
        centre, reach = disc.centre, disc.reach
        columns.append([dist(centre, piece.middle) - reach for piece in world.pieces])
    away = columns[0] if len(columns) == 1 else [max(each) for each in zip(*columns, strict=True)]
    return [(far + piece.reach, far - piece.reach) for far, piece in zip(away, world.pieces, strict=True)]


def _passes(line: list[Vector], discs: list[_Disc]) -> bool:
    """Return whether a line passes through all discs: exactly for one, to within an edge's length for several."""
    if len(line) == 1:
        return all(disc.holds(line[0]) for disc in discs)
    for point in line:
        if all(disc.holds(point) for disc in discs):
            return True
    return any(
        all(chord_to_segment(disc.centre, a, b) <= disc.reach + _HALF_METRE for disc in discs)
        for a, b in pairwise(line)
    )


def _common_point(discs: list[_Disc]) -> Vector | None:
    """Return a point that is in all discs, each smaller than a hemisphere; None if there is none.

    If discs have a point in common, then the middle of one of them is in all, or a point where two circles cross.
    """
    for point in _candidates(discs):
        if all(disc.holds(point) for disc in discs):
            return point
    return None


def _candidates(discs: list[_Disc]) -> Iterable[Vector]:
    yield from (disc.centre for disc in discs)
    for one, other in combinations(discs, 2):
        yield from _crossings(one, other)


def _crossings(one: _Disc, other: _Disc) -> Iterable[Vector]:
    """Yield the points where two circles cross; where they barely miss each other, the point between."""
    (ax, ay, az), (bx, by, bz) = one.centre, other.centre
    cross = (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    square = sum(each * each for each in cross)
    if square < 1e-18:  # noqa: PLR2004 -- the same vantage to a centimetre: one disc holds the other's middle
        return
    together = ax * bx + ay * by + az * bz
    cos_one, cos_other = 1.0 - one.reach**2 / 2.0, 1.0 - other.reach**2 / 2.0
    a = (cos_one - together * cos_other) / square
    b = (cos_other - together * cos_one) / square
    rest = max(0.0, 1.0 - (a * a + b * b + 2.0 * a * b * together))
    for c in (math.sqrt(rest / square), -math.sqrt(rest / square)):
        point = (a * ax + b * bx + c * cross[0], a * ay + b * by + c * cross[1], a * az + b * bz + c * cross[2])
        length = math.hypot(*point)
        if length:
            yield (point[0] / length, point[1] / length, point[2] / length)


def _nearest(world: Borders, lat: float, lon: float, territories: list[Territory], *, enough: float = 0.0) -> float:
    """Return the distance of the nearest territory in km, at least; it looks no further once `enough` is reached."""
    _check_place(lat, lon)
    here = direction(lat, lon)
    if any(world.holds(each, lat, lon) for each in territories):
        return 0.0
    numbers = {number for each in territories for number in world.pieces_of(each)}
    queue = [(math.dist(here, world.pieces[number].middle) - world.pieces[number].reach, number) for number in numbers]
    heapq.heapify(queue)
    best = math.inf
    while queue and queue[0][0] < best:
        line = world.directions(heapq.heappop(queue)[1])
        least = min(chord_to_segment(here, a, b) for a, b in pairwise([*line, line[-1]]))
        best = min(best, least)
        if km_of(best) <= enough:
            break
    return math.inf if math.isinf(best) else km_of(best)
