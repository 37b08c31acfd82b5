"""Charts in which a test names only what its sentence is about."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zoneinfo import ZoneInfo

from shared.charts.model import Chart, IndicatorBar, PeriodColumn
from shared.charts.svg import svg_of
from shared.events.plans import TargetData
from shared.events.vocabulary import Basis, Comparison, Language, Measure, Standing

SVG = "{http://www.w3.org/2000/svg}"
LONG_NAME = "Tỷ lệ văn bản, tài liệu chính thức trao đổi hoàn toàn dưới dạng điện tử giữa Ủy ban nhân dân các cấp " * 3
MONTHS = tuple(f"2014-{month:02}" for month in range(1, 13))


def target(value: str = "90", **changes: Any) -> TargetData:
    usual: dict[str, Any] = {"comparison": Comparison.AT_LEAST, "value": Decimal(value), "on": None, "on_basis": None}
    return TargetData(**usual | changes)


def bar(**changes: Any) -> IndicatorBar:
    usual: dict[str, Any] = {
        "name": "Văn phòng điện tử mở rộng đến cấp xã",
        "unit": "%",
        "measure": Measure.PERCENT,
        "value": Decimal(45),
        "target": target(),
        "basis": Basis.STATED,
        "reported": 29,
        "owed": 32,
        "attainment": Decimal("0.5"),
        "expected": Decimal("0.75"),
        "expected_basis": Basis.ASSUMED,
        "standing": Standing.AT_RISK,
    }
    return IndicatorBar(**usual | changes)


def chart(*bars: IndicatorBar, **changes: Any) -> Chart:
    usual: dict[str, Any] = {
        "language": Language.VI,
        "plan": "Kế hoạch ứng dụng công nghệ thông tin năm 2014",
        "plan_version": 1,
        "period": "2014-09",
        "first_on": date(2014, 9, 1),
        "last_on": date(2014, 9, 30),
        "as_of": datetime(2014, 10, 10, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        "columns": (PeriodColumn("2014-09", {Standing.MET: 3, Standing.MISSING: 1}),),
    }
    return Chart(bars=bars, **usual | changes)


def year(*, without: tuple[str, ...] = ()) -> tuple[PeriodColumn, ...]:
    """Return a column for every month, in which all standings are found; nothing is known of some months."""
    counts = {standing: 40 - 5 * place for place, standing in enumerate(Standing)}
    return tuple(PeriodColumn(month, {} if month in without else counts) for month in MONTHS)


def drawn(made: Chart) -> Element:
    return fromstring(svg_of(made))  # noqa: S314  our own words


def texts(sheet: Element) -> list[str]:
    return [each.text or "" for each in sheet.iter(f"{SVG}text")]
