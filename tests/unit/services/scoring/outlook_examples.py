"""Builders for tests of outlooks: what four districts file month by month, and how their targets look then."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.outlook import outlooks
from services.scoring.judging.model import Agency, Filing, Indicator, Key, Observation, Period
from shared.events.vocabulary import Direction, Measure, Method
from tests.unit.services.scoring.examples import DISTRICT, at_least, at_most, filing, indicator, plan, share

_STARTS = [date(2014, month, 1) for month in range(1, 13)] + [date(2015, 1, 1)]
MONTHS = tuple(
    Period(f"{starts_on:%Y-%m}", starts_on, ends_on, ends_on.replace(day=8)) for starts_on, ends_on in pairwise(_STARTS)
)
DISTRICTS = tuple(replace(DISTRICT, id=f"ubnd-huyen-{number}") for number in range(1, 5))
SHARE = indicator()
COUNT = indicator("support", measure=Measure.COUNT, target=at_least(4), unit_en="activities")
INCIDENTS = indicator("incidents", measure=Measure.COUNT, direction=Direction.DECREASING, target=at_most(10))
YES_NO = indicator("deployed", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))


def months(agency: Agency, *observations: Observation | None) -> list[Filing]:
    """Return a filing for each month from January on; None is a month without one."""
    return [
        filing(each, key=Key("lam-dong-2014", agency.id, period.id))
        for each, period in zip(observations, MONTHS, strict=False)
        if each is not None
    ]


def percents(agency: Agency, *figures: int | None) -> list[Filing]:
    return months(agency, *(None if each is None else share(each, 100) for each in figures))


def outlook(
    *filings: Iterable[Filing], by: Indicator = SHARE, month: int = 3, agencies: Sequence[Agency] = DISTRICTS
) -> Outlook:
    province = plan(by, periods=MONTHS, agencies=[each.id for each in agencies])
    (found,) = outlooks(
        plan=province,
        period=MONTHS[month - 1],
        agencies=agencies,
        filings=[each for some in filings for each in some],
    )
    return found
