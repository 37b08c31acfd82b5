"""A PNG is as large as asked for, shows the chart in its own font, and is the same each time."""

import io

from PIL import Image

from shared.charts.png import PIXELS, png_of
from shared.charts.svg import svg_of
from tests.unit.shared.charts.chart_examples import bar, chart

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" viewBox="0 0 200 40">{}</svg>'


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def shares_of_grey(content: bytes) -> list[int]:
    return opened(content).convert("L").histogram()


def test_it_has_the_width_asked_for_and_is_not_blank() -> None:
    svg = svg_of(chart(bar()))
    whole, small = png_of(svg), png_of(svg, width=600)
    assert (opened(whole).format, opened(whole).width, opened(small).width) == ("PNG", PIXELS, 600)
    counted = shares_of_grey(whole)
    assert 0.02 < 1 - counted[255] / sum(counted) < 0.5


def test_the_same_chart_is_the_same_png() -> None:
    svg = svg_of(chart(bar()))
    assert png_of(svg, width=300) == png_of(svg, width=300)


def test_vietnamese_letters_are_drawn_with_their_marks() -> None:
    def ink(text: str) -> int:
        found = png_of(SVG.format(f'<text x="5" y="30" font-family="Be Vietnam Pro">{text}</text>'), width=800)
        return opened(found).getchannel("A").histogram()[255]

    assert 0 < ink("Uoaad") < ink("Ưoaad") < ink("Ướaad") < ink("Ướậad") < ink("Ướậẵđ")
