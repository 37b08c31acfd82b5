"""The form of an agency for a period: a workbook with a row for each indicator that it or its communes report."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import ceil
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from services.ingest.exceptions.rules import is_in_force
from services.ingest.files.columns import FIGURES, SHOWN, TITLES
from services.ingest.files.rules import letters_of
from services.ingest.plans.model import Plan, Registry, is_reported_by
from services.ingest.submissions.rules import may_file
from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import Language, Measure
from shared.wording.alphabet import place_of
from shared.wording.phrases import Phrases
from shared.wording.rounding import exact

_SHEET: Final = "Biểu mẫu"
_HEADER_AT: Final = 7
_PARTS: Final[Mapping[Measure, tuple[str, ...]]] = {
    Measure.SHARE: ("numerator", "denominator"),
    Measure.PERCENT: ("value",),
    Measure.COUNT: ("value",),
    Measure.NUMBER: ("value",),
    Measure.YES_NO: ("yes",),
}
_HELP: Final[Mapping[Measure, str]] = {
    Measure.SHARE: "Tử số và mẫu số",
    Measure.PERCENT: "Từ 0 đến 100: ghi 85 cho 85%",
    Measure.COUNT: "Một số nguyên",
    Measure.NUMBER: "Một số",
    Measure.YES_NO: "Chọn Có hoặc Không",
}
_NOTES: Final = (
    "Chỉ điền các ô màu vàng; ô để trống là chưa báo cáo. Không đổi tiêu đề, không gộp ô, không dùng công thức.",
    "Nộp lại là thay toàn bộ báo cáo trước của cùng cơ quan và kỳ, nên cần điền đủ mọi chỉ tiêu.",
)
# In letters; what is shown, what is filled in, and the ids, which stand beyond what is printed.
_WIDTHS: Final = (26, 44, 9, 27, 14, 10, 10, 10, 11, 26, 16, 10, 26, 22)
_COLUMNS: Final = (*SHOWN, *TITLES.values())
_AT: Final = {name: len(SHOWN) + position for position, name in enumerate(TITLES)}
_LINE_POINTS: Final = 13
_AROUND_POINTS: Final = 6

_HAIR: Final = Side("thin", color="BFBFBF")
_FRAME: Final = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_HEAD: Final = PatternFill("solid", fgColor="D9E8F0")
_INPUT: Final = PatternFill("solid", fgColor="FFF9DB")
_NOT_ASKED: Final = PatternFill("solid", fgColor="EDEDED")
_GREY: Final = Font(name="Arial", size=8, color="808080")
_PLAIN: Final = Font(name="Arial", size=10)
_BOLD: Final = Font(name="Arial", size=10, bold=True)
_OPEN: Final = Protection(locked=False)


@dataclass(frozen=True)
class FormRow:
    """A row of a form: an indicator that an agency reports."""

    agency: AgencyRegisteredData
    indicator: IndicatorData


def form_rows(plan: Plan, agency: AgencyRegisteredData, period: PeriodData, *, registry: Registry) -> list[FormRow]:
    """Return what a form asks: an agency's own indicators, then each of its communes' with a row for every commune."""
    listed = [registry.agencies[each] for each in plan.agencies]
    existing = [each for each in listed if is_in_force(each, period=period)]
    communes = sorted(
        (
            each
            for each in existing
            if each is not agency
            and may_file(agency_id=each.agency, agency=each, filer=agency.agency, registry=registry)
        ),
        key=lambda each: place_of(each.name_vi),
    )
    own = [agency] if agency in existing else []
    return [
        FormRow(each, indicator)
        for reporting in (own, communes)
        for indicator in plan.indicators
        for each in reporting
        if is_reported_by(indicator, agency=each)
    ]


def period_before(plan: Plan, period: PeriodData) -> str | None:
    """Return the period of a plan that ended before another began, None where it is the first."""
    earlier = [each for each in plan.periods if each.ends_on <= period.starts_on]
    return max(earlier, key=lambda each: each.ends_on).id if earlier else None


def form_workbook(
    plan: Plan,
    agency: AgencyRegisteredData,
    period: PeriodData,
    *,
    rows: Sequence[FormRow],
    last: Mapping[tuple[str, str], ObservationData],
) -> bytes:
    """Return a form as a workbook; `last` is what was reported for the period before, by agency and indicator."""
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = _SHEET
    _write_head(sheet, plan, agency, period)
    for number, row in enumerate(rows, start=_HEADER_AT + 1):
        _write_row(sheet, number, row, ids=(plan.plan, period.id), last=last.get((row.agency.agency, row.indicator.id)))
    _validate(sheet, rows)
    _lay_out(sheet, last_row=_HEADER_AT + len(rows))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write_head(sheet: Any, plan: Plan, agency: AgencyRegisteredData, period: PeriodData) -> None:
    before = period_before(plan, period)
    days = f"{period.starts_on:%d/%m/%Y} – {period.ends_on - timedelta(days=1):%d/%m/%Y}"
    lines = (
        ("BIỂU BÁO CÁO SỐ LIỆU", Font(name="Arial", size=14, bold=True)),
        (plan.title_vi, _PLAIN),
        (f"Cơ quan: {agency.name_vi} · Kỳ báo cáo: {period.id} ({days}) · Hạn nộp: {period.due_on:%d/%m/%Y}", _BOLD),
        *((note, _PLAIN) for note in _NOTES),
        (f"Kỳ trước: {before}" if before else "Kỳ đầu tiên của kế hoạch", _PLAIN),
    )
    for number, (text, font) in enumerate(lines, start=1):
        _write(sheet, number, 0, text, font)
    for position, title in enumerate(_COLUMNS):
        cell = _write(sheet, _HEADER_AT, position, title, _BOLD)
        cell.fill, cell.border = _HEAD, _FRAME
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")


def _write_row(sheet: Any, number: int, row: FormRow, *, ids: tuple[str, str], last: ObservationData | None) -> None:
    indicator = row.indicator
    phrases = Phrases.of(Language.VI, unit=indicator.unit_vi, measure=indicator.measure)
    goal = f". Mục tiêu: {phrases.compared(indicator.target)}" if indicator.target else ""
    shown = (
        row.agency.name_vi,
        indicator.name_vi,
        "" if indicator.measure is Measure.YES_NO else indicator.unit_vi,
        _HELP[indicator.measure] + goal,
        _told(last, phrases) if last else "–",
    )
    for position, text in enumerate(shown):
        _write(sheet, number, position, text, _PLAIN).border = _FRAME
    for name in (*FIGURES, "note"):
        cell = sheet.cell(number, _AT[name] + 1)
        is_asked = name == "note" or name in _PARTS[indicator.measure]
        cell.font, cell.border, cell.fill = _PLAIN, _FRAME, _INPUT if is_asked else _NOT_ASKED
        cell.alignment = Alignment(wrap_text=name == "note", vertical="center")
        if is_asked:
            cell.protection = _OPEN
    plan, period = ids
    for name, text in (("plan", plan), ("period", period), ("agency", row.agency.agency), ("indicator", indicator.id)):
        _write(sheet, number, _AT[name], text, _GREY)
    lines = max(ceil(len(text) / width) for text, width in zip(shown, _WIDTHS, strict=False))
    sheet.row_dimensions[number].height = _LINE_POINTS * lines + _AROUND_POINTS


def _write(sheet: Any, number: int, position: int, text: str, font: Font) -> Any:
    """Write a text, which is never a formula and never a date."""
    cell = sheet.cell(number, position + 1)
    cell.value = text
    cell.data_type, cell.number_format = "s", "@"
    cell.font = font
    cell.alignment = Alignment(wrap_text=number > _HEADER_AT, vertical="center")
    return cell


def _told(last: ObservationData, phrases: Phrases) -> str:
    """Return what was reported, as a reader of the form compares it with what to write."""
    if last.yes is not None:
        return "Có" if last.yes else "Không"
    figures = (last.value,) if last.value is not None else (last.numerator, last.denominator)
    return " / ".join(phrases.localised(exact(each)) for each in figures if each is not None)


def _validate(sheet: Any, rows: Sequence[FormRow]) -> None:
    """Let the spreadsheet refuse what would be refused anyway, while it is typed."""
    for (measure, is_whole), numbered in groupby(
        enumerate(rows, start=_HEADER_AT + 1), key=lambda each: (each[1].indicator.measure, each[1].indicator.is_whole)
    ):
        numbers = [number for number, _ in numbered]
        rule = _rule(measure, is_whole=is_whole)
        rule.showErrorMessage, rule.showInputMessage = True, True
        rule.errorTitle, rule.error = "Số liệu không hợp lệ", _HELP[measure]
        rule.promptTitle, rule.prompt = "Cách điền", _HELP[measure]
        for name in _PARTS[measure]:
            letters = letters_of(_AT[name])
            rule.add(f"{letters}{numbers[0]}:{letters}{numbers[-1]}")
        sheet.add_data_validation(rule)


def _rule(measure: Measure, *, is_whole: bool) -> DataValidation:
    if measure is Measure.YES_NO:
        return DataValidation("list", formula1='"Có,Không"')
    if measure is Measure.PERCENT:
        return DataValidation("decimal", operator="between", formula1="0", formula2="100")
    if measure is Measure.NUMBER:
        return DataValidation("decimal", operator="between", formula1="-1E+15", formula2="1E+15")
    kind = "whole" if is_whole or measure is Measure.COUNT else "decimal"
    return DataValidation(kind, operator="greaterThanOrEqual", formula1="0")


def _lay_out(sheet: Any, *, last_row: int) -> None:
    for position, width in enumerate(_WIDTHS):
        sheet.column_dimensions[letters_of(position)].width = width
    sheet.row_dimensions[_HEADER_AT].height = _LINE_POINTS * 2
    sheet.freeze_panes = sheet.cell(_HEADER_AT + 1, 3)
    sheet.protection.sheet = True  # without a password: against slips, not against people
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.formatCells = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEADER_AT}:{_HEADER_AT}"
    sheet.print_area = f"A1:{letters_of(_AT['note'])}{last_row}"
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = 0.4
    margins.bottom, margins.footer = 0.7, 0.3
    sheet.oddFooter.center.text = "Trang &P/&N"
