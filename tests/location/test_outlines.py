"""Outlines are fit to be drawn: within their bounds, in one piece, every country that is large enough."""

from __future__ import annotations

import time

import pytest

from vendor_audit.location.outlines import EUROPE, WORLD, Bounds, Ring, outlines

FRANCE = Bounds(-5.5, 41.0, 10.0, 51.5)


def area(rings: list[Ring]) -> float:
    """Return the area of the largest ring in square degrees."""
    return max(
        abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2 for ring in rings
    )


@pytest.mark.parametrize("bounds", [EUROPE, WORLD, FRANCE])
def test_every_point_is_within_the_bounds(bounds: Bounds) -> None:
    for rings in outlines(20, bounds).values():
        for lon, lat in (point for ring in rings for point in ring):
            assert bounds.west - 1e-9 <= lon <= bounds.east + 1e-9
            assert bounds.south - 1e-9 <= lat <= bounds.north + 1e-9


def test_even_the_smallest_countries_are_drawn() -> None:
    assert {"AD", "LI", "MC", "SM", "VA", "MT", "GI", "JE", "GG", "IM", "XK", "XN"} <= outlines(20, EUROPE).keys()


def test_a_country_keeps_its_size_when_it_is_simplified() -> None:
    exact, coarse = outlines(0, EUROPE), outlines(15, EUROPE)
    for code in ("DE", "FR", "PL", "ES", "CH", "IS"):
        assert area(coarse[code]) == pytest.approx(area(exact[code]), rel=0.05)


def test_coarser_is_smaller() -> None:
    points = [sum(len(ring) for rings in outlines(km, EUROPE).values() for ring in rings) for km in (0, 5, 20)]
    assert points[0] > 3 * points[1] > 6 * points[2]
    assert points[2] < 10_000


def test_what_crosses_180_degrees_is_on_both_sides_and_nothing_spans_the_map() -> None:
    world = outlines(30)
    russia = [(min(lon for lon, _ in ring), max(lon for lon, _ in ring)) for ring in world["RU"]]
    assert any(east == pytest.approx(180) for _, east in russia)
    assert any(west == pytest.approx(-180) for west, _ in russia)
    for code, rings in world.items():
        if code != "AQ":  # which runs around the pole
            assert all(max(lon for lon, _ in ring) - min(lon for lon, _ in ring) < 170 for ring in rings), code


def test_antarctica_reaches_to_the_pole() -> None:
    assert min(lat for ring in outlines(50)["AQ"] for _, lat in ring) == -90


def test_bounds_within_one_country_are_filled_by_it() -> None:
    inside = outlines(5, Bounds(9.0, 50.5, 9.5, 51.0))
    assert inside.keys() == {"DE"}
    assert area(inside["DE"]) == pytest.approx(0.25)


def test_europe_is_outlined_within_half_a_second() -> None:
    def seconds() -> float:
        before = time.process_time()
        outlines(5, EUROPE)
        return time.process_time() - before

    assert min(seconds() for _ in range(3)) < 0.5
