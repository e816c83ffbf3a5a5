"""The maps of the established places, drawn beforehand: outlines, one group of marks a country, rings of round trips.

What is not established is never drawn. The result is plain geometry; `map.html.j2` writes it as SVG and escapes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError
from vendor_audit.location.outlines import EUROPE, Bounds, Ring, outlines
from vendor_audit.location.sphere import BALL_KM
from vendor_audit.location.vantages import Vantage, vantage
from vendor_audit.reports.flat import WIDTH, Sheet, area, circle, gall, mercator, middle, path_of, steps_of
from vendor_audit.reports.labels import Label, Labels
from vendor_audit.reports.places import country_name
from vendor_audit.reports.text import listed, plural
from vendor_audit.reports.words import PLACE_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.reports.places import PlaceRow, Places

_EUROPE_KM = 20.0
_WORLD_KM = 100.0
_INHABITED = Bounds(-180.0, -57.0, 180.0, 84.0)
"""The world without the Antarctic."""
_RINGS = 6
"""Discs that one map shows, the smallest first: the larger say less."""
_MARK = 13
"""Half of the size of a mark, in units."""
_APART = 2.5
"""Of two marks beside each other, in halves of a mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape at a country."""

    x: int
    y: int
    kind: str
    """``proven``, ``declared``, ``databases`` or ``outside``."""


@dataclass(frozen=True, slots=True)
class RingDrawn:
    """The disc within which something answered, and the point from where it was measured."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """One map, in units of its own."""

    width: int
    height: int
    title: str
    description: str
    lands: tuple[tuple[str, bool], ...]
    """Path of each country, and whether it has a mark."""
    rings: tuple[RingDrawn, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Maps:
    """The maps, and what they do not show."""

    drawn: tuple[Map, ...]
    not_drawn: tuple[PlaceRow, ...]
    """Addresses whose country is not established, or has no outline."""
    remarks: tuple[str, ...]


_EUROPE = Sheet("Europe", EUROPE, _EUROPE_KM, mercator)
_WORLD = Sheet("The world", _INHABITED, _WORLD_KM, gall)


def maps_of(places: Places) -> Maps:
    """Return the map of Europe, of the world where a place is not wholly on the first, or none if none is known."""
    rows: dict[str, list[PlaceRow]] = {}
    for row in places.rows:
        if row.country:
            rows.setdefault(row.country, []).append(row)
    if not rows and not any(row.mark == "proven" for row in places.rows):
        return Maps((), (), ())
    europe, whole = _land(_EUROPE)
    inside = {code: each for code, each in rows.items() if code in whole}
    world = _land(_WORLD)[0] if len(inside) < len(rows) else {}
    outside = {code: each for code, each in rows.items() if code not in inside and code in world}
    discs, unplaced = _discs(places.rows)
    drawn = []
    if inside or (discs and not outside):
        drawn.append(_map(_EUROPE, europe, inside, discs))
    if outside:
        # A ring stands on one map only, and of Europe's there is more to see.
        drawn.append(_map(_WORLD, world, outside, [each for each in discs if not (drawn and _on(_EUROPE, each[0]))]))
    known = {*inside, *outside}
    return Maps(tuple(drawn), tuple(row for row in places.rows if row.country not in known), _remarks(discs, unplaced))


def _remarks(discs: Sequence[tuple[Vantage, float]], unplaced: Sequence[str]) -> tuple[str, ...]:
    remarks = []
    for point, radius in discs[:_RINGS]:
        remarks.append(f"Ring: {radius:,.0f} km around {point.name}; what answered in time is inside of it.")
    if len(discs) > _RINGS:
        remarks.append(f"{plural(len(discs) - _RINGS, 'larger ring')} not drawn.")
    if unplaced:
        remarks.append(f"No ring around {listed(list(unplaced))}: where that is, is not known here.")
    return tuple(remarks)


@cache
def _land(sheet: Sheet) -> tuple[dict[str, list[Ring]], frozenset[str]]:
    """Return the outlines of countries in degrees, and which countries are wholly on the sheet."""
    found = outlines(sheet.simplify_km, sheet.bounds)
    edges = sheet.bounds
    cut = {
        code
        for code, rings in found.items()
        for ring in rings
        for lon, lat in ring
        if lon in {edges.west, edges.east} or lat in {edges.south, edges.north}
    }
    return found, frozenset(found) - cut


def _map(
    sheet: Sheet,
    land: dict[str, list[Ring]],
    rows: dict[str, list[PlaceRow]],
    discs: Sequence[tuple[Vantage, float]],
) -> Map:
    marks: list[Mark] = []
    labels = Labels(WIDTH, sheet.height)
    lines = []
    points = {code: middle([sheet.at(each) for each in max(land[code], key=area)]) for code in sorted(rows)}
    for code, (x, y) in points.items():
        kinds = [kind for kind in PLACE_MARKS if any(row.mark == kind for row in rows[code])]
        for place, kind in enumerate(kinds):
            shift = (place - (len(kinds) - 1) / 2) * _APART * _MARK
            marks.append(Mark(round(x + shift), round(y), kind))
        labels.block(x, y, (1 + (len(kinds) - 1) * _APART / 2) * _MARK, _MARK)
        counts = [f"{sum(row.mark == kind for row in rows[code])} {PLACE_MARKS[kind]}" for kind in kinds]
        lines.append(f"{country_name(code)}: {', '.join(counts)}")
    for code, (x, y) in points.items():
        kinds_here = len({row.mark for row in rows[code]})
        more = f" ({len(rows[code])})" if len(rows[code]) > 1 else ""
        labels.place(country_name(code) + more, x, y, (1 + (kinds_here - 1) * _APART / 2) * _MARK, _MARK)
    rings = tuple(_ring(sheet, *each) for each in discs[:_RINGS] if _on(sheet, each[0]))
    return Map(
        WIDTH,
        sheet.height,
        f"{sheet.title}: countries in which addresses are, as far as that is established",
        "; ".join([*lines, *([plural(len(rings), "ring") + " of round-trip times"] if rings else [])]) + ".",
        tuple((path, code in rows) for code, rings in sorted(land.items()) if (path := path_of(sheet, rings))),
        rings,
        tuple(marks),
        labels.placed,
    )


def _on(sheet: Sheet, point: Vantage) -> bool:
    return sheet.holds((point.lon, point.lat))


def _discs(rows: Iterable[PlaceRow]) -> tuple[list[tuple[Vantage, float]], list[str]]:
    """Return the discs, the smallest first, and the vantages of which it is not known where they are."""
    discs: dict[tuple[str, int], tuple[Vantage, float]] = {}
    unplaced: dict[str, None] = {}
    for measured in (row.round_trip for row in rows):
        if measured is None:
            continue
        try:
            discs.setdefault(
                (measured.vantage, round(measured.radius_km)), (vantage(measured.vantage), measured.radius_km)
            )
        except UsageError:
            unplaced[measured.vantage] = None
    return sorted(discs.values(), key=lambda each: (each[1], each[0].name)), list(unplaced)


def _ring(sheet: Sheet, point: Vantage, radius_km: float) -> RingDrawn:
    """Return the disc's edge, as far as it is on the sheet."""
    x, y = sheet.at((point.lon, point.lat))
    parts: list[list[tuple[int, int]]] = [[]]
    before = math.inf
    for place in circle(point, min(radius_km, math.pi * BALL_KM)):
        if not sheet.holds(place):
            parts.append([])
            continue
        if abs(place[0] - before) > 180.0:  # noqa: PLR2004 -- around the globe, to the other edge of the map
            parts.append([])
        before = place[0]
        parts[-1].append((round(sheet.at(place)[0]), round(sheet.at(place)[1])))
    return RingDrawn("".join(steps_of(part) for part in parts if len(part) > 1), round(x), round(y))
