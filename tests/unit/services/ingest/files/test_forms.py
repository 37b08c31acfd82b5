"""What a form asks of an agency, and what it says beside."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from services.ingest.files.forms import FormRow, form_rows, form_workbook, period_before
from services.ingest.plans.model import Registry
from shared.events.submissions import ObservationData
from tests.support.ingest_examples import APRIL, COMMUNE, DEPARTMENT, DISTRICT, MARCH, PLAN, REGISTRY, changed

AN, DA, ENDED = (
    changed(COMMUNE, agency="ubnd-xa-an", name_vi="UBND xã Ân"),
    changed(COMMUNE, agency="ubnd-xa-da", name_vi="UBND xã Đạ"),
    changed(COMMUNE, agency="ubnd-xa-cu", valid_to=date(2014, 3, 15)),
)
OTHERS = changed(COMMUNE, agency="ubnd-xa-khac", parent="ubnd-huyen-khac")
BROAD = changed(PLAN, agencies=(*PLAN.agencies, *(each.agency for each in (AN, DA, ENDED, OTHERS))))
WIDE = Registry({PLAN.plan: BROAD}, {**REGISTRY.agencies, **{each.agency: each for each in (AN, DA, ENDED, OTHERS)}})


def asked(rows: list[FormRow]) -> list[tuple[str, str]]:
    return [(row.agency.agency, row.indicator.id) for row in rows]


def test_a_district_is_asked_for_its_communes_indicator_by_indicator_in_the_order_of_their_names() -> None:
    found = asked(form_rows(BROAD, DISTRICT, MARCH, registry=WIDE))
    assert found[:3] == [
        ("ubnd-xa-an", "edoc-exchange"),
        ("ubnd-xa-da", "edoc-exchange"),
        ("ubnd-xa-lat", "edoc-exchange"),
    ]
    assert {agency for agency, _ in found} == {"ubnd-xa-an", "ubnd-xa-da", "ubnd-xa-lat"}


def test_another_agency_is_asked_for_its_own_indicators_in_the_order_of_the_plan() -> None:
    found = asked(form_rows(BROAD, DEPARTMENT, MARCH, registry=WIDE))
    assert {agency for agency, _ in found} == {DEPARTMENT.agency}
    assert [name for _, name in found][:2] == ["edoc-exchange", "doc-management"]
    assert asked(form_rows(BROAD, ENDED, MARCH, registry=WIDE)) == []


def test_the_period_before_is_the_one_that_ended_last() -> None:
    assert (period_before(PLAN, APRIL), period_before(PLAN, MARCH)) == ("2014-03", None)


def test_a_form_shows_the_last_figures_as_vietnamese_readers_write_them() -> None:
    of = DEPARTMENT.agency
    last = {
        (of, "edoc-exchange"): ObservationData(
            indicator="edoc-exchange", numerator=Decimal(61), denominator=Decimal(510)
        ),
        (of, "network-uptime"): ObservationData(indicator="network-uptime", value=Decimal("99.20")),
        (of, "doc-management"): ObservationData(indicator="doc-management", yes=False),
    }
    rows = form_rows(BROAD, DEPARTMENT, APRIL, registry=WIDE)
    content = form_workbook(BROAD, DEPARTMENT, APRIL, rows=rows, last=last)
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    shown = {sheet.cell(number, 14).value: sheet.cell(number, 5).value for number in range(8, 8 + len(rows))}
    assert shown["edoc-exchange"] == "61 / 510"
    assert shown["network-uptime"] == "99,2"
    assert (shown["doc-management"], shown["growth"]) == ("Không", "–")
    assert sheet["A6"].value == "Kỳ trước: 2014-03"
    assert "2014-04 (01/04/2014 – 30/04/2014) · Hạn nộp: 09/05/2014" in sheet["A3"].value


def test_a_text_of_the_plan_is_never_a_formula() -> None:
    evil = changed(DEPARTMENT, name_vi="=HYPERLINK(1)")
    rows = form_rows(BROAD, DEPARTMENT, MARCH, registry=WIDE)
    content = form_workbook(BROAD, evil, MARCH, rows=[FormRow(evil, row.indicator) for row in rows], last={})
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet["A8"].value, sheet["A8"].data_type) == ("=HYPERLINK(1)", "s")
    assert sheet["A6"].value == "Kỳ đầu tiên của kế hoạch"
