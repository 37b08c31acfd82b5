"""Public holidays, and the days a plan's own file takes away or adds."""

from datetime import date

import pytest

from services.ingest.plans.files.days import DayKind, days_off
from tests.unit.services.ingest.plans.files.examples import PlanFolder

OF_2014 = days_off(first=date(2014, 1, 1), end=date(2015, 3, 1), overrides={})


@pytest.mark.parametrize(
    "day",
    [
        "2014-01-01",  # Tết Dương lịch
        "2014-01-30",  # Tết Nguyên Đán
        "2014-02-04",  # Tết Nguyên Đán
        "2014-04-09",  # Giỗ Tổ Hùng Vương
        "2014-04-30",
        "2014-05-01",
        "2014-05-02",  # bridge day, worked on 26 April
        "2014-05-04",  # a Sunday
        "2014-09-01",  # bridge day, worked on 6 September
        "2014-09-02",
        "2015-01-02",  # bridge day, worked on 27 December 2014
    ],
)
def test_is_a_day_off(day: str) -> None:
    assert date.fromisoformat(day) in OF_2014


@pytest.mark.parametrize("day", ["2014-04-08", "2014-04-10", "2014-04-26", "2014-09-06", "2014-12-27"])
def test_is_a_working_day_even_if_a_saturday_worked_in_exchange(day: str) -> None:
    assert date.fromisoformat(day) not in OF_2014


def test_only_days_of_the_span_are_named() -> None:
    assert min(OF_2014) == date(2014, 1, 1)
    assert max(OF_2014) == date(2015, 2, 28)


def test_the_plans_own_days_have_the_last_word() -> None:
    overrides = {date(2014, 4, 9): DayKind.WORKING, date(2014, 4, 10): DayKind.OFF, date(2014, 4, 12): DayKind.WORKING}
    off = days_off(first=date(2014, 4, 7), end=date(2014, 4, 14), overrides=overrides)
    assert off == {date(2014, 4, 10), date(2014, 4, 13)}


def test_a_day_off_of_the_plans_own_moves_its_due_date(folder: PlanFolder) -> None:
    assert folder.load().to_plan_data(1).periods[0].due_on == date(2014, 4, 7)
    folder.write("days.csv", "date,day,reason\n2014-04-04,off,bão số 1\n")
    plan = folder.load().to_plan_data(1)
    assert plan.periods[0].due_on == date(2014, 4, 8)
    assert date(2014, 4, 4) in plan.days_off


def test_faulty_days_are_told_all_at_once(folder: PlanFolder) -> None:
    lines = (
        "date,day,reason",
        "2014-04-31,off,no such day",
        "2014-04-04,holiday,unknown kind",
        "2014-04-03,off,",
        "2014-04-07,off,once",
        "2014-04-07,working,twice",
        "2014-04-08,off",
    )
    folder.write("days.csv", "\n".join(lines))
    assert [code for code, _ in folder.told()] == [
        "bad-date",
        "unknown-word",
        "empty",
        "duplicate-day",
        "wrong-cell-count",
    ]
    assert [line for _, line in folder.told()] == [lines[1], lines[2], lines[3], lines[5], lines[6]]
