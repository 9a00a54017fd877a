"""A map of the world as SVG from the server: outlines of countries, and a mark on some.

The outlines and capitals are those of the ``countryinfo`` package (a few small states have
none and show only as a mark). Equirectangular, 80° N to 58° S, as nobody works beyond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import pycountry
from countryinfo import CountryInfo

WIDTH = 1000
NORTH, SOUTH = 80.0, -58.0
SCALE = WIDTH / 360
HEIGHT = round((NORTH - SOUTH) * SCALE)


@dataclass(frozen=True, slots=True)
class Mark:
    """So many in one country, as a circle over it."""

    name: str
    number: int
    x: int
    y: int
    radius: int


@dataclass(frozen=True, slots=True)
class Outlines:
    """The countries as path data: those that are marked, and the rest in one path."""

    rest: str
    marked: str
    marks: list[Mark]


def draw(countries: Iterable[Mapping[str, Any]]) -> Outlines:
    """A map of rows ``{"country": ISO 3166 code, "name": …, "partners": number}``."""
    rows = list(countries)
    chosen = {row["country"] for row in rows}
    paths = _paths()
    marks = []
    for row in rows:
        place = _place(row["country"])
        if place is not None:
            radius = round(7 + 3 * sqrt(row["partners"]))
            marks.append(Mark(row["name"], row["partners"], *place, radius))
    return Outlines(
        rest="".join(path for code, path in paths.items() if code not in chosen),
        marked="".join(paths.get(code, "") for code in sorted(chosen)),
        # The large ones first, so that none hides a small one.
        marks=sorted(marks, key=lambda mark: -mark.radius),
    )


@lru_cache(maxsize=1)
def _paths() -> dict[str, str]:
    """Path data of every country, once per process (about 10,000 points, 0.1 s)."""
    codes = (country.alpha_2 for country in pycountry.countries)
    return {code: "".join(map(_path, _rings(code))) for code in codes if code != "AQ"}


def _rings(code: str) -> Iterator[list[list[float]]]:
    """The outer rings of a country's polygons, as [longitude, latitude] pairs."""
    shape: Any = CountryInfo(code).info().get("geoJSON") or {}
    for feature in shape.get("features", ()):
        geometry = feature["geometry"]
        several = geometry["type"] == "MultiPolygon"
        for polygon in geometry["coordinates"] if several else [geometry["coordinates"]]:
            yield polygon[0]


def _path(ring: list[list[float]]) -> str:
    points: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        point = _project(latitude, longitude)
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


@lru_cache(maxsize=300)
def _place(code: str) -> tuple[int, int] | None:
    """Where the mark of a country stands: its middle, or its capital where that is not told."""
    if pycountry.countries.get(alpha_2=code) is None:
        return None
    about: Any = CountryInfo(code).info()
    middle = about.get("latlng") or about.get("capital_latlng")
    return _project(*middle) if middle else None


def _project(latitude: float, longitude: float) -> tuple[int, int]:
    latitude = min(max(latitude, SOUTH), NORTH)
    return round((longitude + 180) * SCALE), round((NORTH - latitude) * SCALE)
