"""A chart's bars say what agencies reached together and whose figures that is held against; silence is no success."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.scoring.charts.facts import bars_of
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Indicator, Key, Observation, Period, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.progress.awaiting import awaited
from services.scoring.rollups.model import PeriodProgress
from shared.charts.model import IndicatorBar
from shared.charts.texts import texts_of
from shared.events.vocabulary import Basis, Direction, Expectation, Language, Measure, Method, RollUp, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    WHOLE_YEAR,
    at_least,
    at_most,
    filing,
    indicator,
    milestone,
    plan,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

DISTRICTS = ("ubnd-huyen-di-linh", "ubnd-huyen-lac-duong", "ubnd-huyen-lam-ha")
SHARE = indicator(roll_up=RollUp.POOLED)
DONE = indicator("done", roll_up=RollUp.SHARE_OF_YES, measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))
INCIDENTS = indicator(
    "incidents",
    roll_up=RollUp.SUM,
    unit_vi="sự cố",
    unit_en="incidents",
    measure=Measure.COUNT,
    direction=Direction.DECREASING,
    target=at_most(0),
    basis=Basis.ASSUMED,
    expectation=Expectation.AT_ONCE,
)
UPTIME = replace(INCIDENTS, roll_up=RollUp.MEAN_BY_STAFF, direction=Direction.INCREASING, target=at_least(99))
PACED = indicator(
    "paced",
    unit_vi="",
    unit_en="",
    measure=Measure.NUMBER,
    method=Method.PACE,
    target=replace(at_least(200), on=date(2023, 12, 31)),
    baseline=milestone("2013-12-31", 100),
)


def bars(
    *indicators: Indicator,
    filed: tuple[tuple[Observation, ...], ...] = (),
    period: Period = FIRST_QUARTER,
    is_closed: bool = True,
    agencies: tuple[str, ...] = DISTRICTS,
    staff: Mapping[str, int] | None = None,
    language: Language = Language.EN,
) -> tuple[IndicatorBar, ...]:
    """Return the bars of a period for which the first districts filed these observations and the others are silent."""
    whole = plan(*indicators, agencies=agencies)
    registry = {name: replace(DISTRICT, id=name, staff=(staff or {}).get(name)) for name in agencies}
    rows = [_filed(whole, registry[name], period, each) for name, each in zip(agencies, filed, strict=False)]
    silent = [registry[name] for name in agencies[len(filed) :]]
    if is_closed:
        rows += [_silent(whole, agency, period) for agency in silent]
    else:
        rows += awaited(silent, plan=whole, period=period)
    found = PeriodProgress(
        plan=whole,
        period=period,
        progress=rows,
        plans={PlanVersion(whole.id, whole.version): whole},
        registry=registry,
        is_closed=is_closed,
    )
    return bars_of(found, names={each.id: f"name of {each.id}" for each in indicators}, language=language)


def bar(asked: Indicator, **known: Any) -> IndicatorBar:
    (found,) = bars(asked, **known)
    return found


def told(found: IndicatorBar) -> tuple[str, str]:
    """Return value and target as they stand in the chart."""
    texts = texts_of(found, Language.EN)
    return texts.value, texts.target[0]


def ratio(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else round(figure, 6)


def test_shares_of_agencies_are_pooled_and_judged_as_one_agencys_would_be() -> None:
    found = bar(SHARE, filed=((share(1, 1),), (share(1, 9),)))
    assert (found.name, *told(found), found.basis) == ("name of edoc-exchange", "20 %", "> 90 %", Basis.STATED)
    assert (ratio(found.attainment), found.standing) == (Decimal("0.222222"), Standing.AT_RISK)
    assert (found.reported, found.owed) == (2, 3)


def test_what_is_expected_on_the_way_is_ours_and_at_the_plans_end_the_decisions() -> None:
    on_the_way = bar(SHARE, filed=((share(1, 2),),))
    assert (ratio(on_the_way.expected), on_the_way.expected_basis) == (Decimal("0.246575"), Basis.ASSUMED)
    at_the_end = bar(SHARE, filed=((share(1, 2),),), period=WHOLE_YEAR)
    assert (at_the_end.expected, at_the_end.expected_basis) == (Decimal(1), Basis.STATED)


def test_a_target_of_yes_is_yes_by_every_agency() -> None:
    found = bar(DONE, filed=((yes(answer=True, of="done"),),) * 3)
    assert (*told(found), found.standing) == ("100 % of agencies", "≥ 100 % of agencies", Standing.MET)
    found = bar(DONE, filed=((yes(answer=True, of="done"),), (yes(answer=False, of="done"),)))
    assert texts_of(found, Language.VI).value == "50 % cơ quan"
    assert (found.attainment, found.standing) == (Decimal("0.5"), Standing.ON_TRACK)


def test_what_the_silent_could_still_undo_is_not_met() -> None:
    said, none = (yes(answer=True, of="done"),), (value(0, of="incidents"),)
    assert bar(DONE, filed=(said,) * 2).standing is Standing.MISSING
    assert bar(DONE, filed=(said,) * 2, is_closed=False).standing is Standing.AWAITED
    assert bar(INCIDENTS, filed=(none,) * 2).standing is Standing.MISSING
    assert bar(INCIDENTS, filed=(none,) * 3).standing is Standing.MET
    counted = replace(INCIDENTS, direction=Direction.INCREASING, target=at_least(4))
    assert bar(counted, filed=((value(4, of="incidents"),),)).standing is Standing.MET


def test_milestones_and_baseline_of_a_yes_no_count_in_percent_of_agencies() -> None:
    stepped = replace(DONE, milestones=(milestone("2014-03-31", "0.25"),), baseline=milestone("2013-12-31", 0))
    found = bar(stepped, filed=((yes(answer=True, of="done"),), (yes(answer=False, of="done"),)))
    assert (found.expected, found.expected_basis) == (Decimal("0.25"), Basis.ASSUMED)


def test_a_yes_no_without_a_target_is_still_asked_of_every_agency() -> None:
    found = bar(replace(DONE, target=None), filed=((yes(answer=True, of="done"),),))
    assert texts_of(found, Language.EN).target == ("≥ 100 % of agencies", "stated")


def test_incidents_above_a_target_of_none_have_no_bar_and_lag() -> None:
    found = bar(INCIDENTS, filed=((value(2, of="incidents"),), (value(3, of="incidents"),)))
    assert (*told(found), found.attainment) == ("5 incidents", "≤ 0 incidents", Decimal(0))
    assert (found.standing, found.expected, found.expected_basis) == (Standing.LAGGING, Decimal(1), Basis.ASSUMED)


def test_without_a_target_there_is_a_value_and_nothing_to_hold_it_against() -> None:
    found = bar(replace(INCIDENTS, method=Method.NO_TARGET, target=None), filed=((value(7, of="incidents"),),) * 2)
    assert (*told(found), found.target) == ("14 incidents", "–", None)
    assert (found.attainment, found.expected, found.expected_basis) == (None, None, None)


def test_growth_of_a_single_agency_is_its_own_and_the_target_says_by_when() -> None:
    found = bar(PACED, filed=((value(110, of="paced"),),), agencies=DISTRICTS[:1])
    assert found.attainment is not None
    assert found.attainment > 1
    assert texts_of(found, Language.EN).target == ("≥ 200", "stated by 2023-12-31")
    assert (found.expected, found.expected_basis) == (None, None)


def test_growth_of_several_agencies_is_measured_from_the_plans_baseline() -> None:
    found = bar(PACED, filed=((value(90, of="paced"),), (value(100, of="paced"),)))
    assert (told(found)[0], found.standing) == ("95", Standing.LAGGING)


def test_nothing_to_take_a_share_of_is_not_assessable() -> None:
    found = bar(SHARE, filed=((share(0, 0),),))
    assert (found.value, found.attainment, found.standing, found.reported) == (None, None, Standing.NOT_ASSESSABLE, 1)


def test_what_nobody_reported_is_missing_once_it_is_overdue_and_awaited_before() -> None:
    assert bar(SHARE).standing is Standing.MISSING
    assert bar(SHARE, is_closed=False).standing is Standing.AWAITED


def test_what_nobody_owes_has_no_bar() -> None:
    assert bars(SHARE, agencies=()) == ()
    owed_by_none = replace(DONE, reported_by_kinds=frozenset())
    assert [each.name for each in bars(SHARE, owed_by_none)] == ["name of edoc-exchange"]


def test_the_unit_is_in_the_readers_language() -> None:
    (found,) = bars(INCIDENTS, language=Language.VI)
    assert found.unit == "sự cố"


def test_means_are_weighted_by_staff() -> None:
    filed = ((value(100, of="incidents"),), (value(90, of="incidents"),))
    staff = {DISTRICTS[0]: 90, DISTRICTS[1]: 10}
    assert bar(UPTIME, filed=filed, staff=staff).value == Decimal(99)


def test_a_mean_weighted_by_staff_that_nobody_knows_is_no_value() -> None:
    found = bar(UPTIME, filed=((value(100, of="incidents"),),))
    assert (found.value, found.standing, found.reported) == (None, Standing.NOT_ASSESSABLE, 1)


def _filed(whole: Plan, agency: Agency, period: Period, observations: tuple[Observation, ...]) -> Progress:
    made = filing(*observations, key=Key(whole.id, agency.id, period.id))
    return after_filing(before=None, filing=made, plan=whole, agency=agency, is_closed=True, cause=CAUSE)


def _silent(whole: Plan, agency: Agency, period: Period) -> Progress:
    cause = Cause("closing", None, CAUSE.decided_at)
    found = after_closing(before=None, key=Key(whole.id, agency.id, period.id), plan=whole, agency=agency, cause=cause)
    assert found is not None
    return found
