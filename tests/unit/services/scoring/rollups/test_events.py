"""A roll-up event says how many of how many, by whose rule, as of when."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Key, Observation
from services.scoring.plans.model import PlanVersion
from services.scoring.rollups.events import rollup_event
from services.scoring.rollups.model import PeriodProgress
from shared.events.rollups import IndicatorRollUpData, RollUpChangedData
from shared.events.vocabulary import Measure, RollUp, Verdict
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    HANOI_TIME,
    at_least,
    filing,
    indicator,
    plan,
    share,
    value,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

OTHER = replace(DISTRICT, id="ubnd-huyen-lam-ha")
THIRD = replace(DISTRICT, id="ubnd-huyen-di-linh", staff=10)
REGISTRY = {each.id: each for each in (DISTRICT, OTHER, THIRD)}
SHARE = indicator(programme="egov", roll_up=RollUp.POOLED)
UPTIME = indicator(
    "uptime", programme="security", measure=Measure.PERCENT, target=at_least(99), roll_up=RollUp.MEAN_BY_STAFF
)
PERIOD = replace(FIRST_QUARTER, locked_on=datetime(2014, 5, 1, tzinfo=HANOI_TIME).date())
PLAN = plan(SHARE, UPTIME, periods=(PERIOD,), agencies=REGISTRY)
AFTER_DUE = datetime(2014, 4, 9, 0, 5, tzinfo=HANOI_TIME)
AFTER_LOCK = datetime(2014, 5, 1, tzinfo=HANOI_TIME)


def stands(agency: str, *observations: Observation) -> Progress:
    key = Key(PLAN.id, agency, PERIOD.id)
    if observations:
        filed = filing(*observations, key=key)
        return after_filing(before=None, filing=filed, plan=PLAN, agency=REGISTRY[agency], is_closed=True, cause=CAUSE)
    silent = after_closing(before=None, key=key, plan=PLAN, agency=REGISTRY[agency], cause=CAUSE)
    assert silent is not None
    return silent


def rolled_up(*progress: Progress, as_of: datetime = AFTER_DUE) -> RollUpChangedData:
    found = PeriodProgress(
        PLAN, PERIOD, progress, plans={PlanVersion(PLAN.id, 1): PLAN}, registry=REGISTRY, is_closed=True
    )
    event = rollup_event(found, before=None, as_of=as_of)
    assert event is not None
    return event.data


def of(data: RollUpChangedData, name: str) -> IndicatorRollUpData:
    return next(each for each in data.indicators if each.indicator == name)


def test_silence_is_never_success_while_reports_can_still_come() -> None:
    data = rolled_up(stands(DISTRICT.id, share(95, 100)), stands(OTHER.id), stands(THIRD.id))
    assert (data.owed, data.filed, data.on_time) == (3, 1, 1)
    documents = of(data, SHARE.id)
    assert (documents.value, documents.verdict, documents.reported, documents.owed, documents.is_incomplete) == (
        Decimal(95),
        Verdict.NOT_YET_KNOWN,
        1,
        3,
        False,
    )
    assert (documents.same, documents.value_before) == (0, None)


def test_after_the_lock_it_is_judged_over_those_that_reported_and_said_to_be_incomplete() -> None:
    progress = [stands(DISTRICT.id, share(95, 100)), stands(OTHER.id), stands(THIRD.id)]
    data = rolled_up(*progress, as_of=AFTER_LOCK)
    documents = of(data, SHARE.id)
    assert (data.is_locked, documents.verdict, documents.is_incomplete) == (True, Verdict.MET, True)


def test_agencies_of_unknown_staff_are_left_out_of_a_mean_by_staff_and_counted() -> None:
    data = rolled_up(
        stands(DISTRICT.id, value(90, of="uptime")), stands(OTHER.id), stands(THIRD.id, value(100, of="uptime"))
    )
    uptime = of(data, "uptime")
    assert (uptime.value, uptime.unknown_staff, uptime.verdict) == (Decimal(100), 1, Verdict.NOT_YET_KNOWN)


def test_what_nobody_owes_is_not_announced() -> None:
    empty = PeriodProgress(PLAN, PERIOD, (), plans={}, registry=REGISTRY, is_closed=True)
    assert rollup_event(empty, before=None, as_of=AFTER_DUE) is None


def test_the_change_since_the_period_before_stands_beside_it() -> None:
    before = PeriodProgress(
        PLAN,
        replace(PERIOD, id="2013-Q4"),
        [stands(DISTRICT.id, share(1, 4))],
        plans={PlanVersion(PLAN.id, 1): PLAN},
        registry=REGISTRY,
        is_closed=True,
    )
    found = replace(before, period=PERIOD, progress=[stands(DISTRICT.id, share(1, 2))])
    event = rollup_event(found, before=before, as_of=AFTER_DUE)
    assert event is not None
    documents = of(event.data, SHARE.id)
    assert (event.data.period_before, documents.same) == ("2013-Q4", 1)
    assert (documents.value_of_same, documents.value_before) == (Decimal(50), Decimal(25))
    assert sum(event.data.agencies_before.values()) == 1
