"""A drawing as pixels, for formats that cannot carry SVG."""

from __future__ import annotations

import json
from functools import lru_cache

import typst

# Twice what a screen shows, so that print is sharp.
PIXELS_PER_INCH = 192
PAGE = b"""
#set page(width: auto, height: auto, margin: 4pt, fill: white)
#image(bytes(json(bytes(sys.inputs.data))), format: "svg")
"""


def as_png(svg: str) -> bytes:
    """The drawing as PNG, with the typesetter's own fonts: the same everywhere."""
    pixels = typst.compile(
        PAGE,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(svg)},
    )
    if not isinstance(pixels, bytes):
        raise TypeError("One drawing gave several pages.")
    return pixels


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
