"""The days off: weekends, Vietnamese holidays, and the exceptions in the plan's own `days.csv`."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import holidays

from services.ingest.plans.calendar import each_day
from shared.runtime.files.csv_rows import read_table
from shared.runtime.files.fields import Findings
from shared.runtime.files.values import day, text, word

COLUMNS: Final = ("date", "day", "reason")


class DayKind(StrEnum):
    """Whether an override makes a day a working day or a day off."""

    WORKING = "working"
    OFF = "off"


def read_overrides(findings: Findings, path: Path) -> Mapping[date, DayKind]:
    """Return the days that `days.csv` overrides; none where there is no such file."""
    if not path.exists():
        return {}
    overrides: dict[date, DayKind] = {}
    for row in read_table(findings, path, columns=COLUMNS) or ():
        if not row.is_whole:
            continue
        on = row.read("date", day)
        kind = row.read("day", word(DayKind))
        row.read("reason", text)  # for readers of the file only
        if on is not None and on in overrides:
            row.fault("date", code="duplicate-day", message=f"{on} stands twice", accepted="one line for each day")
        elif on is not None and kind is not None:
            overrides[on] = kind
    return overrides


def days_off(*, first: date, end: date, overrides: Mapping[date, DayKind]) -> frozenset[date]:
    """Return every day off in `[first, end)`.

    A weekend day worked in exchange for a bridge day is a working day.

    Source: package `holidays`, country VN, with Tết, Giỗ Tổ and substitute days; `days.csv` overrides it.
    """
    # An exchanged day may lie in the year before its holiday, so one more year is read on each side.
    vietnam = _vietnam(first.year - 1, end.year + 1)
    return frozenset(
        on
        for on in each_day(first=first, end=end)
        if overrides.get(on, DayKind.OFF if _is_off(on, vietnam) else DayKind.WORKING) is DayKind.OFF
    )


@cache  # building the calendar of a year takes milliseconds
def _vietnam(first_year: int, last_year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=range(first_year, last_year + 1))


def _is_off(on: date, vietnam: holidays.HolidayBase) -> bool:
    is_weekend = on.weekday() in vietnam.weekend and on not in vietnam.weekend_workdays
    return is_weekend or on in vietnam
