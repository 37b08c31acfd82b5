"""How standings would change under another target, milestone, date or threshold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.judging.history import Arrival
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Base, Filing, Key, Period, Plan
from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange, changed_plan
from services.scoring.what_if.rules import Effect, WhatIf, what_if
from shared.events.vocabulary import GrowthFrom, Measure, Method, Reason, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    WHOLE_YEAR,
    at_least,
    filing,
    indicator,
    milestone,
    plan,
    share,
    told,
    value,
)
from tests.unit.services.scoring.lived import after_arrivals, after_closings, terms

OTHER = replace(DISTRICT, id="ubnd-huyen-don-duong")
PLAN = plan(indicator(), indicator("oss-priority"), agencies=(DISTRICT.id, OTHER.id))
YEARS = tuple(
    Period(str(year), date(year, 1, 1), date(year + 1, 1, 1), date(year + 1, 1, 9)) for year in range(2014, 2018)
)
GROWING = indicator(
    "series",
    method=Method.PACE,
    measure=Measure.NUMBER,
    target=replace(at_least(200), on=date(2024, 12, 31)),
    growth_from=GrowthFrom.FIRST_OBSERVATION,
)
LOOKING_BACK = plan(GROWING, indicator(), periods=YEARS, agencies=(DISTRICT.id, OTHER.id))


def tried(
    change: Change,
    *filings: Filing,
    by: Plan = PLAN,
    closed: Sequence[str] = (),
    periods: Sequence[str] | None = None,
) -> WhatIf:
    return what_if(change, plan=by, agencies=(OTHER, DISTRICT), filings=filings, closed=closed, periods=periods)


def to(target: int, *, of: str = "edoc-exchange", on: date | None = None) -> Change:
    return Change(indicators=(IndicatorChange(of, TargetChange(value=Decimal(target), on=on)),))


def standings(found: WhatIf, indicator: str = "edoc-exchange") -> list[tuple[str, Standing, Standing]]:
    return [
        (effect.period, pair.before.standing, pair.after.standing)
        for effect in found.effects
        for pair in effect.judgements
        if pair.before.indicator == indicator
    ]


def test_a_lower_target_brings_who_lags_back_on_track() -> None:
    filed = filing(share(15, 100), share(22, 100, of="oss-priority"))
    found = tried(to(60), filed)
    (effect,) = found.effects
    assert (effect.agency, effect.period, effect.before, effect.after) == (
        DISTRICT.id,
        FIRST_QUARTER.id,
        Standing.LAGGING,
        Standing.ON_TRACK,
    )
    assert standings(found) == [(FIRST_QUARTER.id, Standing.LAGGING, Standing.ON_TRACK)]
    assert standings(found, "oss-priority") == [(FIRST_QUARTER.id, Standing.ON_TRACK, Standing.ON_TRACK)]


def test_a_later_date_a_milestone_and_a_threshold_change_standings_too() -> None:
    filed = filing(share(15, 100), share(22, 100, of="oss-priority"))
    by_date = to(90, on=date(2015, 12, 31))
    by_milestone = Change(
        indicators=(IndicatorChange("edoc-exchange", milestones=(milestone("2014-03-31", 15),)),),
    )
    by_threshold = Change(thresholds=ThresholdsChange(Decimal("0.65"), Decimal("0.5")))
    for change in (by_date, by_milestone, by_threshold):
        assert standings(tried(change, filed)) == [(FIRST_QUARTER.id, Standing.LAGGING, Standing.ON_TRACK)]


def test_a_target_of_ours_is_told_as_assumed() -> None:
    found = tried(to(60), filing(share(15, 100)))
    pair = found.effects[0].judgements[0]
    before, after = (
        told(judgement, by=by, period=FIRST_QUARTER).vi for judgement, by in zip(pair, (PLAN, found.plan), strict=True)
    )
    assert before.startswith("15 % / mục tiêu > 90 %")
    assert after.startswith("15 % / mục tiêu giả định > 60 %")


def test_who_filed_nothing_for_a_closed_period_stays_missing() -> None:
    found = tried(to(60), filing(share(95, 100)), closed=(FIRST_QUARTER.id,))
    assert [(effect.agency, effect.before, effect.after) for effect in found.effects] == [
        (OTHER.id, Standing.MISSING, Standing.MISSING),
        (DISTRICT.id, Standing.MISSING, Standing.MISSING),  # for the indicator that it left out
    ]


def test_an_open_period_without_a_filing_is_not_looked_at() -> None:
    assert tried(to(60)).effects == ()


def test_an_agency_that_owes_nothing_is_not_missing() -> None:
    owing_nobody = plan(indicator(reported_by_kinds=frozenset()))
    assert tried(to(60), by=owing_nobody, closed=(FIRST_QUARTER.id,)).effects == ()


def test_what_was_filed_for_a_period_that_this_version_does_not_have_is_left_out() -> None:
    assert tried(to(60), filing(share(95, 100), key=KEY._replace(period="2013"))).effects == ()


def test_only_the_periods_asked_for_are_looked_at_and_growth_is_measured_from_the_others_too() -> None:
    series = [filing(value(100 + year, of="series"), key=KEY._replace(period=str(2014 + year))) for year in range(3)]
    change = to(300, of="series")
    every = tried(change, *series, by=LOOKING_BACK)
    last = tried(change, *series, by=LOOKING_BACK, periods=["2016"])
    assert [effect.period for effect in every.effects] == ["2014", "2015", "2016"]
    assert last.effects == every.effects[-1:]
    assert last.effects[0].judgements[0].before.base == Base(date(2014, 12, 31), Decimal(100))


def test_standings_are_counted_before_and_after() -> None:
    filings = [
        filing(share(15, 100), share(22, 100, of="oss-priority")),
        filing(share(70, 100), key=KEY._replace(period=WHOLE_YEAR.id)),
    ]
    found = tried(to(60), *filings, closed=(FIRST_QUARTER.id, WHOLE_YEAR.id))
    assert found.counts() == (
        {Standing.LAGGING: 1, Standing.ON_TRACK: 1, Standing.AT_RISK: 1, Standing.MISSING: 5},
        {Standing.ON_TRACK: 2, Standing.MET: 1, Standing.MISSING: 5},
    )
    assert found.counts(indicator="edoc-exchange", period=FIRST_QUARTER.id) == (
        {Standing.LAGGING: 1, Standing.MISSING: 1},
        {Standing.ON_TRACK: 1, Standing.MISSING: 1},
    )
    assert found.counts(indicator="kpi") == ({}, {})


def test_growth_is_measured_from_the_first_observation_on_both_sides() -> None:
    filings = [
        filing(value(figure, of="series"), key=KEY._replace(period=str(year)))
        for year, figure in ((2016, 120), (2014, 100))
    ]
    found = tried(to(130, of="series"), *filings, by=LOOKING_BACK)
    first, third = (effect.judgements[0] for effect in found.effects)
    assert (first.before.reason, first.after.reason) == (Reason.ONE_OBSERVATION, Reason.ONE_OBSERVATION)
    assert third.before.base == third.after.base
    assert (third.before.standing, third.after.standing) == (Standing.ON_TRACK, Standing.ON_TRACK)
    assert third.before.progress_ratio != third.after.progress_ratio


def _as_scoring_does(by: Plan, *, filings: Iterable[Filing], closed: Sequence[str]) -> dict[Key, Progress]:
    """Return the progress that scoring would announce had this plan version been in force all along."""
    arrivals = {each.key: Arrival(each, CAUSE) for each in filings}
    judging = terms(by, closed=dict.fromkeys(closed, by.version))
    found: dict[Key, Progress] = {}
    for agency in (DISTRICT, OTHER):
        of_agency = {key: each for key, each in arrivals.items() if key.agency == agency.id}
        came = after_arrivals({}, of_agency, by=judging, agency=agency) if of_agency else []
        known = {each.key: each for each in came}
        changed = after_closings(known, closed, by=by, agency=agency, cause=CAUSE)
        found |= known | {each.key: each for each in changed}
    return found


@st.composite
def years_filed(draw: st.DrawFn) -> list[Filing]:
    """Return what two agencies filed over the years, some of it in part."""
    filed = []
    for agency in (DISTRICT, OTHER):
        for period in draw(st.lists(st.sampled_from(YEARS), unique=True)):
            figure = value(draw(st.integers(50, 250)), of="series")
            part = share(draw(st.integers(0, 100)), draw(st.sampled_from([0, 100])))
            chosen = draw(st.sampled_from([(figure, part), (figure,), (part,)]))
            filed.append(filing(*chosen, key=Key(LOOKING_BACK.id, agency.id, period.id)))
    return filed


@settings(max_examples=40, deadline=None)
@given(years_filed(), st.integers(110, 300), st.lists(st.sampled_from([each.id for each in YEARS]), unique=True))
def test_both_sides_are_what_scoring_would_announce(filings: list[Filing], target: int, closed: list[str]) -> None:
    change = to(target, of="series")
    found = tried(change, *filings, by=LOOKING_BACK, closed=closed)
    changed = changed_plan(LOOKING_BACK, change)
    for by, side in ((LOOKING_BACK, 0), (changed, 1)):
        wanted = _as_scoring_does(by, filings=filings, closed=closed)
        assert {
            Key(by.id, effect.agency, effect.period): (
                (effect.before, effect.after)[side],
                tuple(pair[side] for pair in effect.judgements),
            )
            for effect in found.effects
        } == {key: (each.standing, each.judgements) for key, each in wanted.items()}


@settings(max_examples=20, deadline=None)
@given(years_filed())
def test_no_change_changes_nothing(filings: list[Filing]) -> None:
    found = tried(Change(), *filings, by=LOOKING_BACK, closed=("2014", "2015"))
    assert all(pair.before == pair.after for effect in found.effects for pair in effect.judgements)
    before, after = found.counts()
    assert before == after == Counter(pair.before.standing for each in found.effects for pair in each.judgements)
    assert [(effect.agency, effect.period) for effect in found.effects] == sorted(
        (effect.agency, effect.period) for effect in found.effects
    )
    assert all(isinstance(effect, Effect) for effect in found.effects)
