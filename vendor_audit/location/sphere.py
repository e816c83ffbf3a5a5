"""Directions from the Earth's centre, and how near to each other two of them certainly are. Pure arithmetic.

A place is the direction from the centre of the Earth to it, a unit vector; latitudes are geodetic (WGS 84), as maps and
GPS give them. Everything is compared by chords, straight lines through the unit sphere: a chord needs no trigonometry
and obeys the triangle inequality.

Why a bound of physics may stand on a sphere although the Earth is none: every path that a signal can take, through
glass, air or space, stays outside of a ball of ``BALL_KM`` around the centre, for that ball lies below the deepest sea
floor everywhere (the ellipsoid is nowhere nearer to the centre than 6356.75 km, at the poles, where the sea is no
deeper than 5.6 km). A path outside of a ball is at least as long as the arc on that ball between the two directions.
So ``BALL_KM`` times the angle never overstates the distance, on the ellipsoid or above it. The price is 0.1 to 0.5 per
cent: the arc along the surface is that much longer.
"""

from __future__ import annotations

import math

Vector = tuple[float, float, float]

BALL_KM = 6350.0
"""Radius of a ball that no path of a signal enters, in km."""

FLATTENING_SQUARED = 0.00669437999014
"""Square of the first eccentricity of the WGS 84 ellipsoid (NGA.STND.0036, defining parameters)."""

STRETCH = 1.0 / (1.0 - FLATTENING_SQUARED)
"""By how much a step in geodetic latitude or longitude may grow, at most, when it becomes one seen from the centre."""

LONGEST_CHORD = 2.0


def direction(lat: float, lon: float) -> Vector:
    """Return the direction from the Earth's centre to a place given in degrees (WGS 84)."""
    phi = math.radians(lat)
    theta = math.radians(lon)
    across = math.cos(phi)
    up = (1.0 - FLATTENING_SQUARED) * math.sin(phi)
    length = math.hypot(across, up)
    across /= length
    return across * math.cos(theta), across * math.sin(theta), up / length


def place_of(towards: Vector) -> tuple[float, float]:
    """Return latitude and longitude, in degrees (WGS 84), of the place in a direction from the Earth's centre."""
    x, y, z = towards
    return math.degrees(math.atan2(z * STRETCH, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def chord_of(km: float) -> float:
    """Return the chord of an arc of that many km on the ball; at half the circumference and beyond: more than any."""
    angle = km / BALL_KM
    return 2.0 * math.sin(angle / 2.0) if angle < math.pi else 2.0 * LONGEST_CHORD


def km_of(length: float) -> float:
    """Return the km on the ball of the arc that has this chord: no path between the two places is shorter."""
    return 2.0 * BALL_KM * math.asin(min(1.0, length / 2.0))


def chord_to_segment(point: Vector, a: Vector, b: Vector) -> float:
    """Return the distance of a direction from the straight line between two others.

    The line runs below the arc, by 5 m at the 16 km that a border's edges have at most: far below every tolerance.
    """
    px, py, pz = point
    ax, ay, az = a
    dx, dy, dz = b[0] - ax, b[1] - ay, b[2] - az
    px, py, pz = px - ax, py - ay, pz - az
    square = dx * dx + dy * dy + dz * dz
    along = (px * dx + py * dy + pz * dz) / square if square else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(px - along * dx, py - along * dy, pz - along * dz)


def cap_of_box(south: float, north: float, west: float, east: float) -> tuple[Vector, float]:
    """Return a direction and a chord within which the whole box of degrees lies, as seen from the Earth's centre.

    By the haversine formula, the squared chord between two points of a sphere is at most
    (difference of latitude)^2 + cos * cos * (difference of longitude)^2.
    """
    middle = (south + north) / 2.0
    high = math.radians(north - south) / 2.0
    wide = math.radians(east - west) / 2.0
    widest = math.cos(math.radians(max(0.0, south, -north)))
    reach = STRETCH * math.hypot(high, wide * math.sqrt(widest * math.cos(math.radians(middle))))
    return direction(middle, (west + east) / 2.0), min(reach, LONGEST_CHORD)
