"""Draws SVG as PNG, with the one font that comes along: no font of the machine changes a chart."""

from importlib.resources import files
from typing import Final

import resvg_py

PIXELS: Final = 2028
"""How wide a PNG is unless another width is asked for; sharp on a projector and in print over a page's width."""

_FONTS: Final = ("BeVietnamPro-Regular.ttf", "BeVietnamPro-Bold.ttf")


def png_of(svg: str, *, width: int = PIXELS) -> bytes:
    """Return the SVG as a PNG so many pixels wide; the same SVG gives the same bytes."""
    folder = files("fontpkg_be_vietnam_pro") / "files"
    return resvg_py.svg_to_bytes(
        svg_string=svg, width=width, skip_system_fonts=True, font_files=[str(folder / name) for name in _FONTS]
    )
