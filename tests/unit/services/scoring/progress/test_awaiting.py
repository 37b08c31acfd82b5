"""Who is awaited in a period under way, though nothing is known of it yet."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from services.scoring.judging.model import Period
from services.scoring.plans.model import ClosedPeriod
from services.scoring.progress.awaiting import awaited, periods_under_way
from shared.events.vocabulary import AgencyKind, Reason, Standing
from tests.unit.services.scoring.examples import DISTRICT, FIRST_QUARTER, HANOI_TIME, WHOLE_YEAR, indicator, plan

COMMUNE = replace(DISTRICT, id="xa-a", kind=AgencyKind.COMMUNE)
PLAN = plan(indicator(weight=Decimal(3)), agencies=(DISTRICT.id, COMMUNE.id))
ELSEWHERE = replace(DISTRICT, id="ubnd-huyen-elsewhere")


def _under_way(now: datetime, *closed: Period) -> list[str]:
    names = [ClosedPeriod(PLAN.id, each.id) for each in closed]
    return [each.id for each in periods_under_way(PLAN, closed=names, now=now)]


def test_a_period_is_under_way_from_its_first_day_until_it_is_closed() -> None:
    assert _under_way(datetime(2013, 12, 31, 23, 59, tzinfo=HANOI_TIME)) == []
    assert _under_way(datetime(2014, 1, 1, tzinfo=HANOI_TIME)) == [FIRST_QUARTER.id, WHOLE_YEAR.id]
    assert _under_way(datetime(2014, 5, 1, tzinfo=HANOI_TIME), FIRST_QUARTER) == [WHOLE_YEAR.id]


def test_who_owes_something_is_awaited_and_who_owes_nothing_is_not_named() -> None:
    (found,) = awaited((DISTRICT, COMMUNE, ELSEWHERE), plan=PLAN, period=FIRST_QUARTER)
    assert (found.key.agency, found.standing, found.filing, found.sequence) == (DISTRICT.id, Standing.AWAITED, None, 0)
    assert [each.reason for each in found.judgements] == [Reason.NOT_YET_DUE]
    assert (found.composite_score, found.coverage_ratio, found.changed_indicators) == (None, Decimal(0), ())
    assert found.cause.decided_at == datetime(2014, 1, 1, tzinfo=HANOI_TIME)
