"""The texts of a chart say whose figures they are, tell unknown from zero, and tell it all to who cannot see it."""

from datetime import date
from decimal import Decimal

import pytest

from shared.charts.model import PeriodColumn
from shared.charts.texts import description_of, marks_of, subtitle_of, texts_of, title_of
from shared.events.vocabulary import Basis, Language, Measure, Standing, Verdict
from tests.unit.shared.charts.chart_examples import bar, chart, target


def test_the_head_names_plan_period_version_and_moment() -> None:
    assert title_of(chart()) == "Kế hoạch ứng dụng công nghệ thông tin năm 2014: kỳ 2014-09"
    assert subtitle_of(chart()) == (
        "Kỳ báo cáo 01/09/2014 – 30/09/2014 · phiên bản kế hoạch 1 · số liệu tính đến 15:00 ngày 10/10/2014"
    )
    assert subtitle_of(chart(as_of=None, language=Language.EN)) == (
        "Reporting period 2014-09-01 – 2014-09-30 · plan version 1 · no data yet"
    )


def test_made_up_figures_and_a_rehearsal_are_marked_and_real_ones_are_not() -> None:
    assert marks_of(chart()) == ()
    assert marks_of(chart(is_synthetic=True, is_rehearsal=True)) == (
        "SỐ LIỆU MÔ PHỎNG (synthetic)",
        "DIỄN TẬP (rehearsal)",
    )


def test_beside_a_bar_stand_attainment_value_target_with_whose_it_is_and_who_reported() -> None:
    due = target(on=date(2014, 6, 30), on_basis=Basis.ASSUMED)
    found = texts_of(bar(target=due), Language.VI)
    assert found.attained == ("50 %", "có nguy cơ chậm")
    assert (found.value, found.reported) == ("45 %", "29/32")
    assert found.target == ("≥ 90 %", "quyết định nêu đến 30/06/2014 (ngày giả định)")


def test_a_yes_no_is_told_in_percent_of_agencies() -> None:
    found = texts_of(bar(measure=Measure.YES_NO, unit="", target=target("100")), Language.EN)
    assert (found.value, found.target[0]) == ("45 % of agencies", "≥ 100 % of agencies")


def test_an_attainment_just_below_the_target_is_never_rounded_onto_it() -> None:
    assert texts_of(bar(attainment=Decimal("0.999996")), Language.VI).attained[0] == "99,9996 %"


@pytest.mark.parametrize(
    ("changes", "attained", "value", "aim"),
    [
        ({"value": Decimal(), "attainment": Decimal()}, "0 %", "0 %", "≥ 90 %"),
        ({"value": None, "attainment": None, "target": None}, "–", "–", "–"),
    ],
)
def test_what_is_unknown_is_a_dash_and_not_zero(
    changes: dict[str, object], attained: str, value: str, aim: str
) -> None:
    found = texts_of(bar(**changes), Language.VI)
    assert (found.attained[0], found.value, found.target[0]) == (attained, value, aim)


def test_a_verdict_stands_where_nothing_judges_the_value_as_an_agencys() -> None:
    roll_up = bar(attainment=None, standing=None, verdict=Verdict.NOT_YET_KNOWN, agencies={Standing.MET: 29})
    assert texts_of(roll_up, Language.VI).attained == ("chưa biết (29/32 cơ quan đã báo cáo)",)
    assert texts_of(bar(standing=None, agencies={Standing.MET: 29}), Language.VI).attained == ("–",)


def test_who_cannot_see_it_finds_all_of_it_in_words() -> None:
    made = chart(
        bar(name="Electronic office"),
        bar(name="E-mail", standing=None, verdict=Verdict.MET, agencies={Standing.MET: 29, Standing.MISSING: 3}),
        language=Language.EN,
        is_synthetic=True,
        columns=(PeriodColumn("2014-08", {}), PeriodColumn("2014-09", {Standing.MISSING: 1, Standing.MET: 3})),
    )
    assert description_of(made)[1:] == [
        "SYNTHETIC FIGURES (số liệu mô phỏng)",
        "Electronic office: 45 % / ≥ 90 %, at risk",
        "E-mail: 45 % / ≥ 90 %, met, met 29, missing 3",
        "2014-08: no data",
        "2014-09: met 3, missing 1",
    ]
