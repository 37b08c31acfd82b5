"""Date arithmetic of plans: reporting periods, and working days on a given set of days off."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from shared.events.vocabulary import PeriodLength

_DAY: Final = timedelta(days=1)
_MONTHS_A_YEAR: Final = 12
_MONTHS: Final = {
    PeriodLength.MONTH: 1,
    PeriodLength.QUARTER: 3,
    PeriodLength.HALF_YEAR: 6,
    PeriodLength.NINE_MONTHS: 9,
    PeriodLength.YEAR: 12,
}


class PeriodCalendar(StrEnum):
    """The day of the month on which a plan's periods begin."""

    CALENDAR = "calendar"  # on the 1st
    DECREE_09_2019 = "decree-09-2019"  # on the 15th of the month before


class PeriodDates(NamedTuple):
    """The id and the dates of a reporting period (kỳ báo cáo), half-open: `ends_on` is the first day after it."""

    id: str
    starts_on: date
    ends_on: date


def month_starts_on(*, calendar: PeriodCalendar, year: int, month: int) -> date:
    """Return the first day of a month's period; months 13 and later belong to the years after.

    Source: Decree 09/2019/NĐ-CP: the 15th of the month before to the 14th of the month itself.
    """
    years, months = divmod(month - 1, _MONTHS_A_YEAR)
    first = date(year + years, months + 1, 1)
    if calendar is PeriodCalendar.CALENDAR:
        return first
    return (first - _DAY).replace(day=15)


def periods_of_year(*, calendar: PeriodCalendar, length: PeriodLength, year: int) -> tuple[PeriodDates, ...]:
    """Return the periods of a year in order; a period of nine months is January to September only."""
    months = _MONTHS[length]
    return tuple(
        PeriodDates(
            id=_period_id(length, year, number),
            starts_on=month_starts_on(calendar=calendar, year=year, month=(number - 1) * months + 1),
            ends_on=month_starts_on(calendar=calendar, year=year, month=number * months + 1),
        )
        for number in range(1, _MONTHS_A_YEAR // months + 1)
    )


def length_of(period_id: str) -> PeriodLength | None:
    """Return the length that a period id says, such as a quarter for `2014-Q1`; None where it is no such id."""
    year = period_id[:4]
    if not (year.isascii() and year.isdecimal()):
        return None
    for length, months in _MONTHS.items():
        if period_id in {_period_id(length, int(year), number) for number in range(1, _MONTHS_A_YEAR // months + 1)}:
            return length
    return None


def periods_between(
    *, calendar: PeriodCalendar, length: PeriodLength, starts_on: date, ends_on: date
) -> tuple[PeriodDates, ...]:
    """Return the periods that lie wholly in `[starts_on, ends_on)`, in order."""
    # A decree year begins in the December before, so the last day may belong to the year after its own.
    years = range(starts_on.year, ends_on.year + 2)
    return tuple(
        period
        for year in years
        for period in periods_of_year(calendar=calendar, length=length, year=year)
        if starts_on <= period.starts_on and period.ends_on <= ends_on
    )


def due_on(*, ends_on: date, working_days: int, days_off: AbstractSet[date]) -> date:
    """Return the last day on which a submission is in time for the period that ended before `ends_on`.

    It is the Nth working day after the period; the first day after the period counts if it is a working day.
    2014-03 ends on 1 April (exclusive) and N = 5 counts 1, 2, 3, 4, 7 April, so it is due on 2014-04-07.

    Raises:
        ValueError: `working_days` is below 1.

    Source: Decree 09/2019/NĐ-CP, art. 8(5): never less than one working day.
    """
    if working_days < 1:
        raise ValueError(f"due {working_days} working days after the period; accepted: 1 or more")
    return _nth_working_day(first=ends_on, count=working_days, days_off=days_off)


def locked_on(*, due_on: date, working_days: int, days_off: AbstractSet[date]) -> date:
    """Return the first day on which no correction is accepted: the day after the Nth working day after `due_on`.

    Due on 2014-04-07 and N = 2 counts 8 and 10 April (9 April is Giỗ Tổ), so it is locked on 2014-04-11.
    With N = 0 corrections end with the due date itself.

    Raises:
        ValueError: `working_days` is below 0.
    """
    if working_days < 0:
        raise ValueError(f"corrections for {working_days} working days after the due date; accepted: 0 or more")
    if working_days == 0:
        return due_on + _DAY
    return _nth_working_day(first=due_on + _DAY, count=working_days, days_off=days_off) + _DAY


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the last day of that month where it is shorter."""
    first = month_starts_on(calendar=PeriodCalendar.CALENDAR, year=day.year, month=day.month + months)
    last = month_starts_on(calendar=PeriodCalendar.CALENDAR, year=day.year, month=day.month + months + 1) - _DAY
    return min(first + timedelta(days=day.day - 1), last)


def each_day(*, first: date, end: date) -> Iterator[date]:
    """Yield every day of `[first, end)`."""
    return (first + timedelta(days=passed) for passed in range((end - first).days))


def _period_id(length: PeriodLength, year: int, number: int) -> str:
    suffix = {
        PeriodLength.MONTH: f"-{number:02d}",
        PeriodLength.QUARTER: f"-Q{number}",
        PeriodLength.HALF_YEAR: f"-H{number}",
        PeriodLength.NINE_MONTHS: "-9M",
        PeriodLength.YEAR: "",
    }
    return f"{year:04d}{suffix[length]}"


def _nth_working_day(*, first: date, count: int, days_off: AbstractSet[date]) -> date:
    day = first
    while True:
        if day not in days_off:
            count -= 1
        if count == 0:
            return day
        day += _DAY
