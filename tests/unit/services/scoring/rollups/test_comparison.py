"""A change is told over the agencies that reported both periods."""

from dataclasses import replace
from decimal import Decimal

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Agency, Key, Observation, Period
from services.scoring.rollups.comparison import Comparison, compared
from shared.events.vocabulary import Measure, RollUp
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    WHOLE_YEAR,
    filing,
    indicator,
    plan,
    share,
    value,
)
from tests.unit.services.scoring.lived import after_filing

OTHER = replace(DISTRICT, id="ubnd-huyen-lam-ha", staff=10)
REGISTRY = {DISTRICT.id: replace(DISTRICT, staff=30), OTHER.id: OTHER}
SHARE = indicator(roll_up=RollUp.POOLED)
UPTIME = indicator("uptime", measure=Measure.PERCENT, roll_up=RollUp.MEAN_BY_STAFF)
PLAN = plan(SHARE, UPTIME, agencies=REGISTRY)


def stands(agency: Agency, *observations: Observation, period: Period) -> Progress:
    filed = filing(*observations, key=Key(PLAN.id, agency.id, period.id))
    return after_filing(before=None, filing=filed, plan=PLAN, agency=agency, is_closed=False, cause=CAUSE)


def change(now: list[Progress], before: list[Progress], by: str = SHARE.id) -> Comparison:
    return compared(
        PLAN.indicator_by_id[by],
        progress=now,
        period=WHOLE_YEAR,
        before=before,
        period_before=FIRST_QUARTER if before else None,
        registry=REGISTRY,
    )


def test_who_was_silent_before_is_not_taken_for_growth() -> None:
    now = [stands(each, share(40, 100), period=WHOLE_YEAR) for each in (DISTRICT, OTHER)]
    before = [stands(DISTRICT, share(30, 100), period=FIRST_QUARTER)]
    assert change(now, before) == Comparison(same=1, value=Decimal(40), before=Decimal(30))


def test_a_denominator_of_zero_is_reported_too() -> None:
    now = [stands(DISTRICT, share(0, 0), period=WHOLE_YEAR), stands(OTHER, share(1, 2), period=WHOLE_YEAR)]
    before = [stands(each, share(1, 4), period=FIRST_QUARTER) for each in (DISTRICT, OTHER)]
    assert change(now, before) == Comparison(same=2, value=Decimal(50), before=Decimal(25))


def test_a_mean_by_staff_weighs_with_the_staff_of_each_period() -> None:
    now = [stands(each, value(up, of="uptime"), period=WHOLE_YEAR) for each, up in ((DISTRICT, 100), (OTHER, 96))]
    before = [stands(each, value(98, of="uptime"), period=FIRST_QUARTER) for each in (DISTRICT, OTHER)]
    assert change(now, before, by="uptime") == Comparison(same=2, value=Decimal(99), before=Decimal(98))


def test_without_a_period_before_there_is_no_change() -> None:
    now = [stands(DISTRICT, share(40, 100), period=WHOLE_YEAR)]
    assert change(now, []) == Comparison(same=0, value=None, before=None)
    elsewhere = [stands(OTHER, share(40, 100), period=FIRST_QUARTER)]
    assert change(now, elsewhere) == Comparison(same=0, value=None, before=None)
