"""Draws a chart as SVG: on the left each indicator, on the right the agencies by standing, period by period."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, tostring

from shared.charts import texts
from shared.charts.elements import (
    SMALL,
    TEXT,
    box,
    define_patterns,
    expected_sign,
    put,
    target_line,
    write,
    write_count,
    write_lines,
)
from shared.charts.looks import FAINT, INK, LINE
from shared.charts.measuring import width_of, wrapped
from shared.charts.model import Chart, IndicatorBar, PeriodColumn
from shared.events.vocabulary import Basis, Standing
from shared.wording.judgement_terms import WORDS

# The font that PNGs are drawn with, and narrower ones for who opens an SVG without it.
_FONTS: Final = "'Be Vietnam Pro', Arial, 'Liberation Sans', sans-serif"

# Pixels, as all that follows.
_WIDTH: Final = 1560
_MARGIN: Final = 25
_HEAD: Final = 180
_TITLE: Final = 19.0
_LEAST_TITLE: Final = 11.0
_HEADING: Final = 14.5
_ROW: Final = 43.0
_LEAST_HEIGHT: Final = 430.0  # of a half
_MOST_HEIGHT: Final = 700.0  # of the columns
_FOOT: Final = 114  # under the halves: their axes, and the legend
_LEGEND_ROW: Final = 27

_BARS: Final = 335.0
_UNIT: Final = 200.0  # an attainment of 1, or all agencies
_MOST: Final = Decimal("1.25")  # attainment; a longer bar ends there in an arrow
_TICKS: Final = (0, 25, 50, 75, 100)  # percent
_BAR: Final = 24.0
_TARGET: Final = 36.0
_NAME_WIDTH: Final = 300.0
_GAP: Final = 10.0
_TEXT_COLUMNS: Final = (600.0, 740.0, 880.0, 1082.0, 1150.0)  # the left edges of four, and where the last one ends

_STACK: Final = 1190.0
_STACK_WIDTH: Final = 345.0
_STACK_HEADING: Final = 1150.0
_FEWEST_PLACES: Final = 4
_MOST_NAMED: Final = 12  # periods whose names and numbers have room
_PART: Final = 0.78  # of a period's place, which its column takes
_COUNT_HEIGHT: Final = 15.0  # room that a number needs
_GRID_LINES: Final = 6
_MOST_LINES: Final = 3  # of text beside a bar

_SIGN_WIDTH: Final = 26.0  # in the legend
_SIGN_HEIGHT: Final = 14.0
_BETWEEN: Final = 28.0  # entries of the legend


class _Entry(NamedTuple):
    """An entry of the legend: its text, and what draws its sign around a place."""

    text: str
    sign: Callable[..., object] | None = None


def svg_of(chart: Chart) -> str:
    """Return the chart as SVG with title and description; the same facts give the same text."""
    height = max(_LEAST_HEIGHT, _ROW * len(chart.bars))
    total = _HEAD + height + _FOOT
    sheet = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "lang": chart.language.value,
            "role": "img",
            "aria-labelledby": "chart-title chart-description",
            "viewBox": f"0 0 {_WIDTH} {total:g}",
            "width": str(_WIDTH),
            "height": f"{total:g}",
            "font-family": _FONTS,
        },
    )
    put(sheet, "title", id="chart-title").text = texts.title_of(chart)
    put(sheet, "desc", id="chart-description").text = "; ".join(texts.description_of(chart))
    define_patterns(sheet)
    put(sheet, "rect", width=_WIDTH, height=total, fill="#ffffff")
    _draw_head(sheet, chart)
    _draw_bars(sheet, chart, bottom=_HEAD + height)
    _draw_columns(sheet, chart.columns, bottom=_HEAD + min(height, _MOST_HEIGHT))
    _draw_legend(sheet, _standing_entries(chart), y=total - 2 * _LEGEND_ROW)
    _draw_legend(sheet, _sign_entries(chart), y=total - _LEGEND_ROW)
    return tostring(sheet, encoding="unicode")


def _draw_head(sheet: Element, chart: Chart) -> None:
    title, width = texts.title_of(chart), _WIDTH - 2 * _MARGIN
    size = min(_TITLE, max(_LEAST_TITLE, _TITLE * width / width_of(title, size=_TITLE, is_bold=True)))
    (shown,) = wrapped(title, width=width, size=size, most=1, is_bold=True)
    write(sheet, shown, x=_MARGIN, y=30, size=size, is_bold=True)
    write(sheet, texts.subtitle_of(chart), x=_MARGIN, y=63)
    if marks := " · ".join(texts.marks_of(chart)):
        right = _WIDTH - _MARGIN
        left = right - width_of(marks, size=TEXT, is_bold=True) - 2 * _GAP
        put(sheet, "rect", x=left, y=51, width=right - left, height=26, fill="none", stroke=INK, stroke_width=1.5)
        write(sheet, marks, x=(left + right) / 2, y=64, anchor="middle", is_bold=True)
    on_the_left = texts.SHARES if chart.is_by_agencies else texts.ATTAINED
    for heading, x in ((on_the_left, _MARGIN), (texts.OVER_TIME, _STACK_HEADING)):
        write(sheet, heading.of(chart.language), x=x, y=121, size=_HEADING, is_bold=True)


def _draw_bars(sheet: Element, chart: Chart, *, bottom: float) -> None:
    """Draw one row an indicator; nothing is told by its colour alone."""
    for percent in _TICKS:
        x = _BARS + _UNIT * percent / 100
        put(sheet, "line", x1=x, y1=_HEAD, x2=x, y2=bottom, stroke=LINE, stroke_width=0.8)
        shown = f"{percent} %" if percent == _TICKS[-1] else str(percent)
        write(sheet, shown, x=x, y=bottom + 12, size=SMALL, anchor="middle", fill=FAINT)
    put(sheet, "line", x1=_BARS, y1=_HEAD, x2=_BARS, y2=bottom, stroke=FAINT, stroke_width=0.8)
    first = texts.TOGETHER if chart.is_by_agencies else texts.ATTAINMENT
    for x, title in zip(_TEXT_COLUMNS, (first, texts.VALUE, texts.TARGET, texts.REPORTED), strict=False):
        write(sheet, title.of(chart.language), x=x, y=_HEAD - 14, size=SMALL, fill=FAINT)
    write(sheet, texts.AGENCIES.of(chart.language), x=_TEXT_COLUMNS[3], y=_HEAD - 28, size=SMALL, fill=FAINT)
    for place, bar in enumerate(chart.bars):
        row = put(sheet, "g")
        put(row, "title").text = bar.name
        y = _HEAD + _ROW * (place + 0.5)
        name = [(line, TEXT) for line in wrapped(bar.name, width=_NAME_WIDTH, size=TEXT, most=2)]
        write_lines(row, name, x=_BARS - _GAP, y=y, anchor="end")
        _draw_bar(row, bar, y=y)
        _write_row(row, bar, chart=chart, y=y)


def _draw_bar(row: Element, bar: IndicatorBar, *, y: float) -> None:
    if bar.agencies:
        _draw_shares(row, bar, y=y)
        return
    if bar.attainment is not None:
        length = _UNIT * float(min(max(bar.attainment, Decimal()), _MOST))
        box(row, bar.standing or Standing.NOT_ASSESSABLE, x=_BARS + length / 2, y=y, width=length, height=_BAR)
        if bar.attainment > _MOST:
            put(row, "path", d=f"M{_BARS + length:g},{y - 6:g} l10,6 -10,6z", fill="#ffffff", stroke=INK)
    if bar.target:
        target_line(row, bar.basis, x=_BARS + _UNIT, y=y, height=_TARGET)
    if bar.expected is not None and bar.expected_basis:
        expected_sign(row, bar.expected_basis, x=_BARS + _UNIT * float(min(max(bar.expected, Decimal()), _MOST)), y=y)


def _draw_shares(row: Element, bar: IndicatorBar, *, y: float) -> None:
    """Draw which share of the agencies has each standing, the best one on the left."""
    left, whole = _BARS, sum(bar.agencies.values())
    for standing in Standing:
        if number := bar.agencies.get(standing, 0):
            length = _UNIT * number / whole
            box(row, standing, x=left + length / 2, y=y, width=length, height=_BAR)
            if length > width_of(str(number), size=SMALL) + 6:
                write_count(row, number, standing, x=left + length / 2, y=y)
            left += length


def _write_row(row: Element, bar: IndicatorBar, *, chart: Chart, y: float) -> None:
    said = texts.texts_of(bar, chart.language)
    for cell, x, end in zip(
        (said.attained, (said.value,), said.target, (said.reported,)),
        _TEXT_COLUMNS,
        _TEXT_COLUMNS[1:],
        strict=False,
    ):
        width, (main, *remarks) = end - x - _GAP, cell
        lines = [(line, TEXT) for line in wrapped(main, width=width, size=TEXT, most=1 if remarks else _MOST_LINES)]
        for remark in remarks:
            lines += [(line, SMALL) for line in wrapped(remark, width=width, size=SMALL, most=_MOST_LINES - 1)]
        write_lines(row, lines, x=x, y=y, anchor="start")


def _draw_columns(sheet: Element, columns: Sequence[PeriodColumn], *, bottom: float) -> None:
    """Draw one column a period, the best standing at the bottom, each part with its number where there is room."""
    highest = max((sum(column.agencies.values()) for column in columns), default=0) or 1
    unit = (bottom - _HEAD) / highest
    steps = (factor * 10**power for power in itertools.count() for factor in (1, 2, 5))
    step = next(each for each in steps if highest <= _GRID_LINES * each)
    for number in range(0, highest + 1, step):
        y = bottom - unit * number
        put(sheet, "line", x1=_STACK - 4, y1=y, x2=_STACK, y2=y, stroke=FAINT, stroke_width=0.8)
        write(sheet, str(number), x=_STACK - 7, y=y, size=SMALL, anchor="end", fill=FAINT)
    put(sheet, "path", d=f"M{_STACK:g},{_HEAD} V{bottom:g} H{_WIDTH - _MARGIN}", fill="none", stroke=FAINT)
    place = _STACK_WIDTH / max(len(columns), _FEWEST_PLACES)
    named = -(-len(columns) // _MOST_NAMED) or 1
    for number, column in enumerate(columns):
        middle = _STACK + place * (number + 0.5)
        _draw_column(sheet, column, middle=middle, width=_PART * place, bottom=bottom, unit=unit)
        if (len(columns) - 1 - number) % named == 0:  # the last one always
            text = write(sheet, column.period, x=middle + 4, y=bottom + 12, size=SMALL, anchor="end", fill=FAINT)
            text.set("transform", f"rotate(-45 {middle + 4:g} {bottom + 12:g})")


def _draw_column(
    sheet: Element, column: PeriodColumn, *, middle: float, width: float, bottom: float, unit: float
) -> None:
    top = bottom
    for standing in Standing:
        number = column.agencies.get(standing, 0)
        if not number:
            continue
        height = unit * number
        top -= height
        box(sheet, standing, x=middle, y=top + height / 2, width=width, height=height)
        if height >= _COUNT_HEIGHT and width >= width_of(str(number), size=SMALL):
            write_count(sheet, number, standing, x=middle, y=top + height / 2)
    if top == bottom:
        write(sheet, texts.NOTHING, x=middle, y=bottom - 9, anchor="middle", fill=FAINT)


def _draw_legend(sheet: Element, entries: Iterable[_Entry], *, y: float) -> None:
    x = float(_MARGIN)
    for entry in entries:
        if entry.sign:
            entry.sign(sheet, x=x + _SIGN_WIDTH / 2, y=y)
        write(sheet, entry.text, x=x + _SIGN_WIDTH + _GAP, y=y)
        x += _SIGN_WIDTH + _GAP + width_of(entry.text, size=TEXT) + _BETWEEN


def _standing_entries(chart: Chart) -> Iterator[_Entry]:
    """Yield the standings that are drawn, with the newest period's counts: they serve both halves."""
    newest: Mapping[Standing, int] = chart.columns[-1].agencies if chart.columns else {}
    drawn = {bar.standing for bar in chart.bars if not bar.agencies}
    for counts in (*(bar.agencies for bar in chart.bars), *(column.agencies for column in chart.columns)):
        drawn |= {standing for standing, number in counts.items() if number}
    for standing in Standing:
        if standing in drawn:
            name = WORDS[chart.language].standings[standing]
            yield _Entry(
                f"{name} ({newest.get(standing, 0)})",
                partial(box, standing=standing, width=_SIGN_WIDTH, height=_SIGN_HEIGHT),
            )


def _sign_entries(chart: Chart) -> Iterator[_Entry]:
    bars = [bar for bar in chart.bars if not bar.agencies]
    targets = {bar.basis for bar in bars if bar.target}
    expectations = {bar.expected_basis for bar in bars if bar.expected is not None}
    for basis in Basis:
        if basis in targets:
            yield _Entry(texts.TARGETS[basis].of(chart.language), partial(target_line, basis=basis, width=_SIGN_WIDTH))
    for basis in Basis:
        if basis in expectations:
            yield _Entry(texts.EXPECTATIONS[basis].of(chart.language), partial(expected_sign, basis=basis))
    if not all(any(column.agencies.values()) for column in chart.columns):
        yield _Entry(texts.NO_DATA.of(chart.language), partial(write, text=texts.NOTHING, anchor="middle", fill=FAINT))
    if chart.columns:
        yield _Entry(texts.COUNTED.of(chart.language))
