"""Whatever the rules judge, the independent recomputation finds again from the event alone."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.attainment import GROWTH_METHODS
from services.scoring.judging.history import Fresh, after_judging
from services.scoring.judging.model import Base, Indicator, Observation, Period, Tolerance
from services.scoring.progress.events import event_of
from shared.events.vocabulary import Basis, Comparison, Direction, Expectation, GrowthFrom, Measure, Method
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    WHOLE_YEAR,
    filing,
    indicator,
    milestone,
    plan,
    share,
    target,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing
from tools.recompute import recompute


def as_a_plan_may_have_it(drawn: Indicator) -> Indicator:
    """Return the indicator with what loading a plan accepts: one base for growth, and a yes-no that starts from no."""
    if drawn.method is not Method.NO_TARGET:
        drawn = replace(drawn, limit=None)
    if drawn.method is Method.YES_NO:
        return replace(drawn, measure=Measure.YES_NO, baseline=None, growth_from=GrowthFrom.BASELINE, tolerance=None)
    if drawn.method not in GROWTH_METHODS:
        return replace(drawn, growth_from=GrowthFrom.BASELINE)
    drawn = replace(drawn, tolerance=None)
    return replace(drawn, baseline=None) if drawn.growth_from is GrowthFrom.FIRST_OBSERVATION else drawn


FIGURES = st.sampled_from(
    ["-20", "-0.5", "0", "1", "0.001", "7", "20", "20", "33.3", "50", "90", "90.0", "100", "250"]
).map(Decimal)
DAYS = st.dates(date(2012, 6, 1), date(2016, 6, 1))
TOLERANCES = st.sampled_from(["0", "0.5", "7", "13.3", "40"]).map(Decimal)
MILESTONES = st.builds(lambda on, value: milestone(on.isoformat(), str(value)), DAYS, FIGURES)
INDICATORS = st.builds(
    indicator,
    measure=st.sampled_from([Measure.SHARE, Measure.NUMBER]),
    direction=st.sampled_from(Direction),
    method=st.sampled_from(Method),
    target=st.none()
    | st.builds(
        lambda how, value, on: replace(target(how, str(value)), on=on), st.sampled_from(Comparison), FIGURES, DAYS
    )
    | st.builds(lambda how, value: target(how, str(value)), st.sampled_from(Comparison), FIGURES),
    expectation=st.sampled_from([Expectation.LINEAR, Expectation.LINEAR, Expectation.AT_ONCE]),
    baseline=st.none() | MILESTONES,
    milestones=st.lists(MILESTONES, max_size=2).map(tuple),
    growth_from=st.sampled_from(GrowthFrom),
    tolerance=st.none()
    | st.builds(lambda one, other: Tolerance(min(one, other), max(one, other), Basis.ASSUMED), TOLERANCES, TOLERANCES),
    limit=st.none() | st.sampled_from([Decimal("0.001"), Decimal(50), Decimal(100)]),
    weight=st.sampled_from([Decimal(1), Decimal(0), Decimal("2.5")]),
).map(as_a_plan_may_have_it)


@settings(max_examples=500)
@given(
    by=INDICATORS,
    other=INDICATORS.map(lambda drawn: replace(drawn, id="other")),
    figures=st.tuples(FIGURES, FIGURES),
    period=st.sampled_from([FIRST_QUARTER, WHOLE_YEAR]),
    first=st.none() | st.builds(Base, DAYS, FIGURES),
    is_reported=st.booleans(),
    is_filed=st.booleans(),
    is_closed=st.booleans(),
)
def test_whatever_is_judged_is_found_again_from_its_event_alone(
    *,
    by: Indicator,
    other: Indicator,
    figures: tuple[Decimal, Decimal],
    period: Period,
    first: Base | None,
    is_reported: bool,
    is_filed: bool,
    is_closed: bool,
) -> None:
    reported = [observed(by, figures=figures), observed(other, figures=figures)]
    key = KEY._replace(period=period.id)
    filed = filing(*(reported if is_reported else reported[1:]), key=key) if is_filed else None
    judged_by = plan(by, other)
    judgements = judge_agency(
        plan=judged_by,
        agency=DISTRICT,
        period=period,
        filing=filed,
        is_closed=is_closed,
        firsts={by.id: first} if first and first.on != period.last_on else {},  # of an earlier period, never of this
    )
    progress = (
        after_judging(Fresh(key, judged_by, filed, None, is_closed, judgements), before=None, cause=CAUSE)
        if filed
        else after_closing(before=None, key=key, plan=judged_by, agency=DISTRICT, cause=CAUSE)
    )
    assert progress is not None
    event = event_of(progress, plan=judged_by).decode()
    assert list(recompute([event], judgements=Counter(), differing=Counter())) == []


def observed(by: Indicator, *, figures: tuple[Decimal, Decimal]) -> Observation:
    if by.method is Method.YES_NO:
        return yes(answer=figures[0] > 0, of=by.id)
    return share(*map(str, figures), of=by.id) if by.measure is Measure.SHARE else value(str(figures[0]), of=by.id)
