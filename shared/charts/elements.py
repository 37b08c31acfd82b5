"""The SVG elements of a chart: lines, boxes, text and signs, in pixels from the top left corner."""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from shared.charts.looks import INK, LOOKS, TILE, fill_of, pattern_of
from shared.charts.measuring import width_of
from shared.events.vocabulary import Basis, Standing

TEXT: Final = 12.5
"""The usual size of text."""

SMALL: Final = 11.0


_BASELINE: Final = 0.36  # how far below its middle a line of text stands, in its size
_LEADING: Final = 1.2  # the distance of lines, in their size
_DIAMOND: Final = 6.5  # half of its diagonal


def put(parent: Element, tag: str, **attributes: str | float) -> Element:
    """Add an element; `_` in a name stands for `-`, numbers are written to a hundredth."""
    return SubElement(parent, tag, {name.replace("_", "-"): _written(value) for name, value in attributes.items()})


def write(
    parent: Element,
    text: str,
    *,
    x: float,
    y: float,
    size: float = TEXT,
    anchor: str = "start",
    fill: str = INK,
    is_bold: bool = False,
) -> Element:
    """Add a line of text whose middle is at the height `y`."""
    found = put(parent, "text", x=x, y=y + _BASELINE * size, font_size=size, fill=fill)
    if anchor != "start":
        found.set("text-anchor", anchor)
    if is_bold:
        found.set("font-weight", "bold")
    found.text = text
    return found


def write_lines(parent: Element, lines: Sequence[tuple[str, float]], *, x: float, y: float, anchor: str) -> None:
    """Add lines of text, each with its size, whose middle together is at the height `y`."""
    top = y - sum(size for _, size in lines) * _LEADING / 2
    for text, size in lines:
        write(parent, text, x=x, y=top + size * _LEADING / 2, size=size, anchor=anchor)
        top += size * _LEADING


def box(parent: Element, standing: Standing, *, x: float, y: float, width: float, height: float) -> None:
    """Add a box around a place, that looks as its standing does."""
    place = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height}
    put(parent, "rect", **place, fill=fill_of(standing), stroke=INK, stroke_width=0.8)


def write_count(parent: Element, number: int, standing: Standing, *, x: float, y: float) -> None:
    """Add the number of a box in its middle, on white where the box is hatched."""
    text, look = str(number), LOOKS[standing]
    if look.hatching:
        width = width_of(text, size=SMALL) + 3
        put(parent, "rect", x=x - width / 2, y=y - 7, width=width, height=14, rx=2, fill="#ffffff")
    write(parent, text, x=x, y=y, size=SMALL, anchor="middle", fill=look.ink)


def target_line(parent: Element, basis: Basis, *, x: float, y: float, width: float = 0, height: float = 0) -> None:
    """Add the line of a target around a place, broken where it is assumed."""
    x1, y1 = x - width / 2, y - height / 2
    found = put(parent, "line", x1=x1, y1=y1, x2=x1 + width, y2=y1 + height, stroke=INK, stroke_width=2.8)
    if basis is Basis.ASSUMED:
        found.set("stroke-dasharray", "6 3.6")


def expected_sign(parent: Element, basis: Basis, *, x: float, y: float) -> None:
    """Add the diamond of what is expected, hollow where it is assumed; a dark one has a light edge on dark bars."""
    is_stated = basis is Basis.STATED
    half = _DIAMOND + is_stated
    around = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    points = " ".join(f"{_written(left)},{_written(top)}" for left, top in around)
    fill, stroke = (INK, "#ffffff") if is_stated else ("#ffffff", INK)
    put(parent, "polygon", points=points, fill=fill, stroke=stroke, stroke_width=1.5)


def define_patterns(parent: Element) -> None:
    """Add the definitions of the hatchings."""
    definitions = put(parent, "defs")
    for standing, look in LOOKS.items():
        if look.hatching:
            tile = put(definitions, "pattern", id=pattern_of(standing), patternUnits="userSpaceOnUse")
            tile.attrib.update(width=f"{TILE:g}", height=f"{TILE:g}")
            put(tile, "rect", width=TILE, height=TILE, fill=look.fill)
            put(tile, "path", d=look.hatching, stroke=look.hatching_ink, stroke_width=1.3)


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
