"""Places on a drawing: degrees to points of an SVG. Pure.

Over a county the earth is flat enough: a degree of longitude is a degree of latitude times the cosine of the latitude.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 640.0, 420.0, 40.0


@dataclass(frozen=True)
class Spot:
    """A named place in degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Point:
    """A place on the drawing."""

    name: str
    x: float
    y: float
    right: bool
    """whether its name stands to its right"""


@dataclass(frozen=True)
class Drawing:
    """What the template draws."""

    ours: tuple[Point, ...]
    around: tuple[Point, ...]
    kilometres: float
    """length that the bar of 100 points stands for"""


def placed(ours: Sequence[Spot], around: Sequence[Spot]) -> Drawing:
    """Return both lists on one drawing that holds them all."""
    spots = (*ours, *around)
    if not spots:
        return Drawing((), (), 0.0)
    south, north = min(s.latitude for s in spots), max(s.latitude for s in spots)
    west, east = min(s.longitude for s in spots), max(s.longitude for s in spots)
    stretch = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * stretch, 1e-3), max(north - south, 1e-3)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)

    def point(spot: Spot) -> Point:
        x = WIDTH / 2 + (spot.longitude - (west + east) / 2) * stretch * scale
        y = HEIGHT / 2 - (spot.latitude - (south + north) / 2) * scale
        return Point(spot.name, round(x, 1), round(y, 1), x < WIDTH / 2)

    return Drawing(tuple(map(point, ours)), tuple(map(point, around)), round(100 / scale * 111.32, 2))
