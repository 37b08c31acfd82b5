"""A chart is well-formed SVG with title and description, in which no text covers another and none is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple
from xml.etree.ElementTree import Element

import pytest

from shared.charts.measuring import width_of
from shared.charts.model import Chart, PeriodColumn
from shared.charts.svg import svg_of
from shared.charts.texts import title_of
from shared.events.rollups import IndicatorRollUpData
from shared.events.vocabulary import Basis, Language, Measure, Standing, Verdict
from tests.unit.shared.charts.chart_examples import LONG_NAME, MONTHS, SVG, bar, chart, drawn, target, texts, year

DUE = target("1234567.5", on=date(2014, 6, 30), on_basis=Basis.ASSUMED)
ODD = chart(
    bar(name=LONG_NAME, unit="dịch vụ công trực tuyến mức độ 3 và 4", target=DUE, value=Decimal("1234567.8")),
    bar(name="W" * 300, attainment=Decimal("9.9e20"), expected=Decimal(-3), expected_basis=Basis.STATED),
    bar(attainment=Decimal(-7), expected=None, expected_basis=None, basis=Basis.ASSUMED),
    bar(value=None, attainment=None, target=None, standing=Standing.NOT_ASSESSABLE, expected=None),
    plan=LONG_NAME,
    columns=year(without=MONTHS[3:5]),
    is_synthetic=True,
    is_rehearsal=True,
)
ROLLED_UP = IndicatorRollUpData(
    indicator="edoc-exchange",
    value=Decimal("85.13"),
    target=target(),
    basis=Basis.STATED,
    expected_value=Decimal(70),
    expected_basis=Basis.ASSUMED,
    verdict=Verdict.NOT_YET_KNOWN,
    reported=29,
    owed=32,
    is_incomplete=False,
    unknown_staff=0,
    agencies={Standing.MET: 20, Standing.LAGGING: 9, Standing.AT_RISK: 0, Standing.MISSING: 3},
    same=0,
    value_of_same=None,
    value_before=None,
)


class Place(NamedTuple):
    """Where a line of text stands."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def from_event(data: IndicatorRollUpData, *, name: str) -> Chart:
    """Return a chart that is made of nothing but a roll-up event and what the plan calls an indicator."""
    rolled = bar(
        name=name,
        unit="%",
        measure=Measure.SHARE,
        value=data.value,
        target=data.target,
        basis=data.basis,
        reported=data.reported,
        owed=data.owed,
        attainment=None,
        expected=None,
        expected_basis=None,
        standing=None,
        verdict=data.verdict,
        is_incomplete=data.is_incomplete,
        agencies=data.agencies,
    )
    return chart(rolled, columns=(PeriodColumn("2014-09", data.agencies),))


def places(sheet: Element) -> Iterator[Place]:
    for each in sheet.iter(f"{SVG}text"):
        if each.get("transform"):
            continue  # the names of periods stand aslant
        size, at, text = float(each.get("font-size", "")), float(each.get("x", "")), each.text or ""
        width = width_of(text, size=size, is_bold=each.get("font-weight") == "bold")
        left = at - {"start": 0.0, "middle": width / 2, "end": width}[each.get("text-anchor", "start")]
        base = float(each.get("y", ""))
        yield Place(text, left, left + width, base - 0.74 * size, base + 0.22 * size)


@pytest.mark.parametrize("made", [chart(), chart(bar()), ODD, from_event(ROLLED_UP, name=LONG_NAME)])
@pytest.mark.parametrize("language", list(Language))
def test_no_text_covers_another_and_all_of_it_is_on_the_sheet(made: Chart, language: Language) -> None:
    sheet = drawn(replace(made, language=language))
    width, height = float(sheet.get("width", "")), float(sheet.get("height", ""))
    placed = list(places(sheet))
    covered = [
        (one.text, other.text)
        for one, other in combinations(placed, 2)
        if one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
    ]
    assert covered == []
    assert [each for each in placed if each.left < 0 or each.right > width or each.bottom > height] == []


def test_the_same_facts_are_drawn_the_same() -> None:
    assert svg_of(ODD) == svg_of(ODD)


def test_title_and_description_are_the_sheets_label() -> None:
    sheet = drawn(ODD)
    named = {each.get("id"): each.text for each in sheet if each.get("id")}
    assert [named[name] for name in sheet.get("aria-labelledby", "").split()] == [
        title_of(ODD),
        sheet.findtext(f"{SVG}desc"),
    ]
    assert (sheet.get("role"), sheet.get("lang")) == ("img", "vi")
    assert "SỐ LIỆU MÔ PHỎNG (synthetic)" in (sheet.findtext(f"{SVG}desc") or "")


def test_vietnamese_and_signs_of_markup_come_out_as_they_went_in() -> None:
    name = "Ữ Ằ ẵ đĐ ự <b>&amp; “Sở” 'Y tế'"
    sheet = drawn(chart(bar(name=name)))
    assert name in texts(sheet)
    assert sheet.findtext(f".//{SVG}g/{SVG}title") == name


def test_a_long_name_is_whole_where_a_reader_points_at_it() -> None:
    assert drawn(ODD).findtext(f".//{SVG}g/{SVG}title") == LONG_NAME


def test_a_month_without_data_is_a_dash_that_the_legend_explains_and_a_month_of_zeros_is_not() -> None:
    known = texts(drawn(chart(bar(), columns=year())))
    assert "–" not in known
    assert "không có số liệu" not in known
    missing = texts(drawn(chart(bar(), columns=year(without=MONTHS[3:5]))))
    assert missing.count("–") == 3  # two months and the legend
    assert "không có số liệu" in missing


def test_of_many_periods_the_last_is_always_named() -> None:
    columns = tuple(PeriodColumn(f"P{place}", {Standing.MET: 1}) for place in range(30))
    named = [each for each in texts(drawn(chart(columns=columns))) if each.startswith("P")]
    assert (len(named), named[-1]) == (10, "P29")


def test_the_legend_names_what_is_drawn_and_nothing_else() -> None:
    found = texts(drawn(chart(bar(), columns=(PeriodColumn("2014-09", {Standing.MET: 3, Standing.LAGGING: 0}),))))
    assert [each for each in found if each.endswith(")")] == ["đạt (3)", "có nguy cơ chậm (0)"]
    assert "mục tiêu quyết định nêu" in found
    assert "mục tiêu giả định" not in found
    assert "mức cần đạt cuối kỳ, giả định" in found


def test_a_bar_beyond_the_scale_ends_in_an_arrow() -> None:
    def arrows(attainment: str) -> int:
        return len(drawn(chart(bar(attainment=Decimal(attainment)))).findall(f"{SVG}g/{SVG}path"))

    assert (arrows("1.25"), arrows("1.26")) == (0, 1)


def test_a_roll_up_event_alone_makes_a_chart_of_shares() -> None:
    sheet = drawn(from_event(ROLLED_UP, name="Văn bản điện tử"))
    found = texts(sheet)
    assert "Từng chỉ tiêu: tỷ lệ cơ quan theo xếp loại" in found
    assert {"85,13 %", "≥ 90 %", "29/32"} <= set(found)
    row = sheet.find(f"{SVG}g")
    assert row is not None
    widths = [float(each.get("width", "")) for each in row.findall(f"{SVG}rect") if each.get("stroke")]
    assert widths == [125.0, 56.25, 18.75]  # of 200


def test_a_number_stands_only_where_there_is_room_for_it() -> None:
    counts = {Standing.MET: 199, Standing.MISSING: 1}
    found = texts(drawn(chart(bar(agencies=counts), columns=(PeriodColumn("2014-09", counts),))))
    assert (found.count("199"), found.count("1")) == (2, 0)


def test_nothing_at_all_is_a_sheet_without_a_legend() -> None:
    found = texts(drawn(chart(columns=())))
    assert "trong ngoặc: số cơ quan trong kỳ" not in found
    assert "Xếp loại tiến độ theo kỳ, số cơ quan" in found


def test_an_axis_has_at_most_six_round_steps() -> None:
    sheet = drawn(chart(columns=(PeriodColumn("2014-09", {Standing.MET: 1750}),)))
    assert [each for each in texts(sheet) if each.endswith("500") or each == "1000"] == ["500", "1000", "1500"]
