"""Plays figures that were published instead of made-up ones: a plan's `observations.csv`, filed period by period."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from shared.events.plans import PeriodData, PlanPublishedData
from shared.events.submissions import ObservationData
from tools.demo.requests import Act, Submission, filing
from tools.demo.year import Moment

FILE: Final = "observations.csv"
_NOTE: Final = "Số liệu đã công bố; việc nộp báo cáo là mô phỏng"
_FILED_AT: Final = time(9, 0)
_CLOSED_AT: Final = time(0, 5)
_LONGEST_HOLIDAY_DAYS: Final = 31
# On the first working days after the due date: after mail went out, after the digest, and once more.
_AFTER_DUE: Final = ((0, time(7, 40)), (0, time(8, 30)), (1, time(9, 30)))


class Published(NamedTuple):
    """One published value."""

    period: str
    agency: str
    observation: ObservationData


def read_published(folder: Path) -> list[Published]:
    """Return the published values of a plan's folder, none where it has no such file."""
    file = folder / FILE
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [
        Published(
            period=row["period"],
            agency=row["agency"],
            observation=ObservationData(indicator=row["indicator"], value=Decimal(row["value"])),
        )
        for row in csv.DictReader(line for line in lines if not line.startswith("#"))
    ]


def published_course(
    plan: PlanPublishedData, published: Sequence[Published], *, periods: int | None = None
) -> list[Moment]:
    """Return the moments of the plan's first `periods`, or of all of them: one submission an agency and period."""
    observed: dict[tuple[str, str], list[ObservationData]] = defaultdict(list)
    for each in published:
        observed[each.period, each.agency].append(each.observation)
    return [
        moment
        for period in sorted(plan.periods, key=lambda period: (period.ends_on, period.id))[:periods]
        for moment in _moments(
            plan,
            period,
            acts=tuple(
                (_filed(plan, agency=agency, period=period, observations=observations),)
                for (of, agency), observations in observed.items()
                if of == period.id
            ),
        )
    ]


def _filed(plan: PlanPublishedData, *, agency: str, period: PeriodData, observations: Sequence[ObservationData]) -> Act:
    submission = Submission(
        plan=plan.plan,
        agency=agency,
        filer=agency,
        period=period.id,
        observations=tuple(observations),
        note=_NOTE,
    )
    return filing(submission, number=1)


def _moments(plan: PlanPublishedData, period: PeriodData, *, acts: tuple[tuple[Act, ...], ...]) -> Iterator[Moment]:
    zone = ZoneInfo(plan.timezone)
    after = period.due_on + timedelta(days=1)
    days_off = set(plan.days_off)
    days = (after + timedelta(days=number) for number in range(_LONGEST_HOLIDAY_DAYS))
    working = [day for day in days if day not in days_off]
    yield Moment(at=datetime.combine(period.due_on, _FILED_AT, zone), period=period, acts=acts)
    yield Moment(at=datetime.combine(after, _CLOSED_AT, zone), period=period)
    for number, at in _AFTER_DUE:
        yield Moment(at=datetime.combine(working[number], at, zone), period=period)
