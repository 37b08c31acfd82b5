"""Reporting periods and due dates: spans of the calendar and of Decree 09/2019, working days and holidays."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.plans.calendar import (
    PeriodCalendar,
    PeriodDates,
    add_months,
    due_on,
    each_day,
    length_of,
    locked_on,
    periods_between,
    periods_of_year,
)
from services.ingest.plans.files.days import DayKind, days_off
from shared.events.vocabulary import PeriodLength

EACH_YEAR = st.integers(min_value=1990, max_value=2100)
COUNTS = {
    PeriodLength.MONTH: 12,
    PeriodLength.QUARTER: 4,
    PeriodLength.HALF_YEAR: 2,
    PeriodLength.NINE_MONTHS: 1,
    PeriodLength.YEAR: 1,
}
EACH_CALENDAR = st.sampled_from(PeriodCalendar)
APRIL_2014_OFF = {date(2014, 4, 9)} | {
    day for day in each_day(first=date(2014, 4, 1), end=date(2014, 5, 1)) if day.weekday() >= 5
}


def of_year(calendar: PeriodCalendar, length: PeriodLength, year: int) -> dict[str, PeriodDates]:
    return {period.id: period for period in periods_of_year(calendar=calendar, length=length, year=year)}


def test_a_calendar_period_begins_on_the_first_and_is_named_by_its_year_and_number() -> None:
    calendar = PeriodCalendar.CALENDAR
    named = {
        "2014-03": (date(2014, 3, 1), date(2014, 4, 1), PeriodLength.MONTH),
        "2014-Q1": (date(2014, 1, 1), date(2014, 4, 1), PeriodLength.QUARTER),
        "2014-H2": (date(2014, 7, 1), date(2015, 1, 1), PeriodLength.HALF_YEAR),
        "2014-9M": (date(2014, 1, 1), date(2014, 10, 1), PeriodLength.NINE_MONTHS),
        "2014": (date(2014, 1, 1), date(2015, 1, 1), PeriodLength.YEAR),
    }
    for period_id, (starts_on, ends_on, length) in named.items():
        assert of_year(calendar, length, 2014)[period_id] == PeriodDates(period_id, starts_on, ends_on)


def test_a_decree_period_runs_from_the_fifteenth_to_the_fourteenth() -> None:
    decree = PeriodCalendar.DECREE_09_2019
    named = {
        "2020-03": (date(2020, 2, 15), date(2020, 3, 15), PeriodLength.MONTH),
        "2020-Q1": (date(2019, 12, 15), date(2020, 3, 15), PeriodLength.QUARTER),
        "2020-H1": (date(2019, 12, 15), date(2020, 6, 15), PeriodLength.HALF_YEAR),
        "2020-H2": (date(2020, 6, 15), date(2020, 12, 15), PeriodLength.HALF_YEAR),
        "2020-9M": (date(2019, 12, 15), date(2020, 9, 15), PeriodLength.NINE_MONTHS),
        "2020": (date(2019, 12, 15), date(2020, 12, 15), PeriodLength.YEAR),
    }
    for period_id, (starts_on, ends_on, length) in named.items():
        assert of_year(decree, length, 2020)[period_id] == PeriodDates(period_id, starts_on, ends_on)


def test_march_2020_of_the_decree_has_twenty_nine_days() -> None:
    march = of_year(PeriodCalendar.DECREE_09_2019, PeriodLength.MONTH, 2020)["2020-03"]
    assert (march.ends_on - march.starts_on).days == 29
    assert march.ends_on - timedelta(days=1) == date(2020, 3, 14)


def test_the_first_quarter_of_2020_starts_in_the_year_before() -> None:
    assert of_year(PeriodCalendar.DECREE_09_2019, PeriodLength.QUARTER, 2020)["2020-Q1"].starts_on == date(2019, 12, 15)


@given(calendar=EACH_CALENDAR, year=EACH_YEAR)
def test_months_tile_quarters_and_quarters_tile_halves_and_the_year(calendar: PeriodCalendar, year: int) -> None:
    for shorter, longer in (
        (PeriodLength.MONTH, PeriodLength.QUARTER),
        (PeriodLength.MONTH, PeriodLength.YEAR),
        (PeriodLength.QUARTER, PeriodLength.HALF_YEAR),
        (PeriodLength.QUARTER, PeriodLength.NINE_MONTHS),
        (PeriodLength.QUARTER, PeriodLength.YEAR),
        (PeriodLength.HALF_YEAR, PeriodLength.YEAR),
    ):
        pieces = periods_of_year(calendar=calendar, length=shorter, year=year)
        for whole in periods_of_year(calendar=calendar, length=longer, year=year):
            inside = [piece for piece in pieces if whole.starts_on <= piece.starts_on < whole.ends_on]
            held = COUNTS[shorter] // COUNTS[longer] if longer is not PeriodLength.NINE_MONTHS else 3
            assert len(inside) == held
            assert inside[0].starts_on == whole.starts_on
            assert inside[-1].ends_on == whole.ends_on
            assert all(before.ends_on == after.starts_on for before, after in pairwise(inside))


@given(calendar=EACH_CALENDAR, year=EACH_YEAR)
def test_nine_months_are_the_first_three_quarters(calendar: PeriodCalendar, year: int) -> None:
    quarters = periods_of_year(calendar=calendar, length=PeriodLength.QUARTER, year=year)
    (nine_months,) = periods_of_year(calendar=calendar, length=PeriodLength.NINE_MONTHS, year=year)
    assert (nine_months.starts_on, nine_months.ends_on) == (quarters[0].starts_on, quarters[2].ends_on)


@pytest.mark.parametrize(
    ("period_id", "length"),
    [
        ("2014-03", PeriodLength.MONTH),
        ("2014-Q1", PeriodLength.QUARTER),
        ("2014-H1", PeriodLength.HALF_YEAR),
        ("2014-9M", PeriodLength.NINE_MONTHS),
        ("2014", PeriodLength.YEAR),
    ],
)
def test_an_id_says_how_long_its_period_is(period_id: str, length: PeriodLength) -> None:
    assert length_of(period_id) is length
    for calendar in PeriodCalendar:
        assert period_id in of_year(calendar, length, 2014)


@given(calendar=EACH_CALENDAR, length=st.sampled_from(PeriodLength), year=EACH_YEAR)
def test_every_period_is_named_so_that_its_length_and_year_can_be_read(
    calendar: PeriodCalendar, length: PeriodLength, year: int
) -> None:
    periods = of_year(calendar, length, year)
    assert len(periods) == COUNTS[length]
    assert {length_of(period_id) for period_id in periods} == {length}
    assert {period_id[:4] for period_id in periods} == {f"{year}"}


@pytest.mark.parametrize(
    "text", ["", "2014-", "2014-0", "2014-00", "2014-13", "2014-3", "2014-Q0", "2014-Q5", "2014-H3", "2014-6M",
             "2014-q1", "2014-Q1 ", " 2014", "14-03", "20140-3", "２０１４", "2014-\u0663", "năm"]
)  # fmt: skip
def test_what_names_no_period_has_no_length(text: str) -> None:
    assert length_of(text) is None


@given(st.text(max_size=8))
def test_whatever_is_written_has_a_length_or_none(text: str) -> None:
    length = length_of(text)
    if length is not None and int(text[:4]) > 1:
        assert text in of_year(PeriodCalendar.CALENDAR, length, int(text[:4]))


@given(calendar=EACH_CALENDAR, length=st.sampled_from(PeriodLength), year=EACH_YEAR)
def test_one_year_ends_where_the_next_begins(calendar: PeriodCalendar, length: PeriodLength, year: int) -> None:
    this, following = (periods_of_year(calendar=calendar, length=length, year=y) for y in (year, year + 1))
    if length is PeriodLength.NINE_MONTHS:
        assert this[-1].ends_on < following[0].starts_on
    else:
        assert this[-1].ends_on == following[0].starts_on


def test_a_plan_is_cut_into_the_periods_that_lie_wholly_in_it() -> None:
    cut = periods_between(
        calendar=PeriodCalendar.DECREE_09_2019,
        length=PeriodLength.MONTH,
        starts_on=date(2019, 12, 15),
        ends_on=date(2020, 12, 15),
    )
    assert [period.id for period in cut] == [f"2020-{month:02d}" for month in range(1, 13)]


def test_a_period_that_reaches_out_of_the_plan_is_no_period_of_it() -> None:
    cut = periods_between(
        calendar=PeriodCalendar.CALENDAR,
        length=PeriodLength.QUARTER,
        starts_on=date(2014, 1, 2),
        ends_on=date(2014, 12, 31),
    )
    assert [period.id for period in cut] == ["2014-Q2", "2014-Q3"]


def test_march_2014_is_due_on_the_fifth_working_day_of_april() -> None:
    assert due_on(ends_on=date(2014, 4, 1), working_days=5, days_off=APRIL_2014_OFF) == date(2014, 4, 7)


def test_a_due_date_passes_over_gio_to_and_the_weekend() -> None:
    assert due_on(ends_on=date(2014, 4, 1), working_days=7, days_off=APRIL_2014_OFF) == date(2014, 4, 10)
    assert due_on(ends_on=date(2014, 4, 5), working_days=1, days_off=APRIL_2014_OFF) == date(2014, 4, 7)


def test_corrections_end_with_the_nth_working_day_after_the_due_date() -> None:
    assert locked_on(due_on=date(2014, 4, 7), working_days=2, days_off=APRIL_2014_OFF) == date(2014, 4, 11)


def test_without_working_days_for_corrections_the_period_is_locked_the_day_after_it_is_due() -> None:
    assert locked_on(due_on=date(2014, 4, 7), working_days=0, days_off=APRIL_2014_OFF) == date(2014, 4, 8)


@pytest.mark.parametrize(
    ("ends_on", "working_days", "due"),
    [
        ("2020-01-15", 5, "2020-01-21"),  # January of the decree, before Tết Canh Tý
        ("2020-01-15", 10, "2020-02-04"),  # and over it: 23 to 29 January are off
        ("2020-03-15", 5, "2020-03-20"),  # a quarter of the decree that ends before a Sunday
        ("2022-01-01", 1, "2022-01-04"),  # New Year on a Saturday: Monday the 3rd is its substitute
        ("2022-05-01", 5, "2022-05-10"),  # both holidays on a weekend: 2 and 3 May are substitutes
        ("2023-01-01", 1, "2023-01-03"),  # New Year on a Sunday
        ("2019-05-01", 3, "2019-05-04"),  # a Saturday worked in exchange for 29 April
    ],
)
def test_working_days_pass_over_tet_and_substitute_days_of_the_library(
    ends_on: str, working_days: int, due: str
) -> None:
    first = date.fromisoformat(ends_on)
    off = days_off(first=first, end=first + timedelta(days=60), overrides={})
    assert due_on(ends_on=first, working_days=working_days, days_off=off) == date.fromisoformat(due)


def test_the_override_file_moves_a_due_date_either_way() -> None:
    first = date(2020, 3, 15)
    for overrides, due in (
        ({date(2020, 3, 18): DayKind.OFF}, date(2020, 3, 23)),
        ({date(2020, 3, 15): DayKind.WORKING}, date(2020, 3, 19)),
    ):
        off = days_off(first=first, end=first + timedelta(days=60), overrides=overrides)
        assert due_on(ends_on=first, working_days=5, days_off=off) == due


def test_less_than_one_working_day_to_report_is_refused() -> None:
    with pytest.raises(ValueError, match="accepted: 1 or more"):
        due_on(ends_on=date(2014, 4, 1), working_days=0, days_off=frozenset())


def test_corrections_before_the_due_date_are_refused() -> None:
    with pytest.raises(ValueError, match="accepted: 0 or more"):
        locked_on(due_on=date(2014, 4, 7), working_days=-1, days_off=frozenset())


@given(
    ends_on=st.dates(min_value=date(1995, 1, 1), max_value=date(2090, 1, 1)),
    working_days=st.integers(min_value=1, max_value=30),
    off=st.sets(st.integers(min_value=0, max_value=60)),
)
def test_a_due_date_is_a_working_day_with_exactly_n_of_them_up_to_it(
    ends_on: date, working_days: int, off: set[int]
) -> None:
    days_off = {ends_on + timedelta(days=number) for number in off}
    due = due_on(ends_on=ends_on, working_days=working_days, days_off=days_off)
    assert due not in days_off
    counted = [day for day in each_day(first=ends_on, end=due + timedelta(days=1)) if day not in days_off]
    assert len(counted) == working_days
    locked = locked_on(due_on=due, working_days=working_days, days_off=days_off)
    open_days = [day for day in each_day(first=due + timedelta(days=1), end=locked) if day not in days_off]
    assert len(open_days) == working_days


def test_a_month_later_is_the_same_day_or_the_shorter_months_last() -> None:
    assert add_months(date(2014, 12, 15), 2) == date(2015, 2, 15)
    assert add_months(date(2014, 12, 31), 2) == date(2015, 2, 28)
    assert add_months(date(2015, 1, 1), 2) == date(2015, 3, 1)
