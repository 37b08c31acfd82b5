"""One indicator, and one agency, judged."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.model import Base, Observation, Tolerance
from shared.events.vocabulary import Basis, Direction, Expectation, Measure, Method, Reason, Standing
from tests.unit.services.scoring.examples import (
    DISTRICT,
    FIRST_QUARTER,
    WHOLE_YEAR,
    above,
    at_least,
    at_most,
    filing,
    indicator,
    judged,
    milestone,
    plan,
    said,
    share,
    value,
    yes,
)

OF_UPTIME = Tolerance(Decimal("0.1"), Decimal("0.5"), Basis.ASSUMED)


def test_ninety_percent_does_not_meet_a_target_above_ninety() -> None:
    short = judged(share(900, 1000), indicator(target=above(90)))
    assert short.standing is Standing.ON_TRACK
    assert short.attainment_ratio == 1
    assert judged(share(9001, 10000), indicator(target=above(90))).standing is Standing.MET


@pytest.mark.parametrize(
    ("attained", "standing"),
    [
        ("94.9", Standing.AT_RISK),
        ("95", Standing.ON_TRACK),
        ("75", Standing.AT_RISK),
        ("74.9", Standing.LAGGING),
        ("100", Standing.MET),
    ],
)
def test_a_threshold_belongs_to_the_better_standing(attained: str, standing: Standing) -> None:
    found = judged(value(attained), indicator(measure=Measure.PERCENT, target=at_least(100)))
    assert (found.standing, found.reason) == (
        standing,
        Reason.TARGET_MET if standing is Standing.MET else Reason.BY_PACE,
    )


def test_a_pace_of_exactly_the_threshold_is_on_track_even_where_no_decimal_is_exact() -> None:
    found = judged(share(1710, 7300), indicator(target=at_least(100)), period=FIRST_QUARTER)
    assert (found.pace_ratio, found.standing) == (Decimal("0.95"), Standing.ON_TRACK)


def test_a_share_of_nothing_is_not_assessable_and_never_zero_percent() -> None:
    found = judged(share(0, 0), indicator())
    assert (found.standing, found.reason) == (Standing.NOT_ASSESSABLE, Reason.DENOMINATOR_ZERO)
    assert found.observed is not None
    assert found.observed.value is None
    assert found.attainment_ratio is None


def test_an_indicator_without_target_is_shown_not_judged() -> None:
    found = judged(value(12), indicator(method=Method.NO_TARGET, target=None))
    assert (found.standing, found.reason) == (Standing.NOT_ASSESSABLE, Reason.NO_TARGET)
    assert found.observed is not None
    assert found.observed.value == 12


def test_open_incidents_are_met_at_none_and_lag_otherwise() -> None:
    incidents = indicator(direction=Direction.DECREASING, target=at_most(0), expectation=Expectation.AT_ONCE)
    assert judged(value(0), incidents).standing is Standing.MET
    found = judged(value(3), incidents)
    assert found.standing is Standing.LAGGING
    assert found.attainment_ratio == found.points == 0


@pytest.mark.parametrize(
    ("incidents", "standing", "lag"),
    [
        (0, Standing.MET, 0),
        (1, Standing.AT_RISK, 1),
        (2, Standing.AT_RISK, 2),
        (3, Standing.LAGGING, 3),
    ],
)
def test_open_incidents_within_their_tolerance_are_at_risk_and_beyond_it_lag(
    incidents: int, standing: Standing, lag: int
) -> None:
    by = indicator(
        direction=Direction.DECREASING,
        target=at_most(0),
        expectation=Expectation.AT_ONCE,
        tolerance=Tolerance(Decimal(0), Decimal(2), Basis.ASSUMED),
    )
    found = judged(value(incidents), by)
    assert found.standing is standing
    assert found.lag_value == lag
    assert found.reason is (Reason.BY_TOLERANCE if incidents else Reason.TARGET_MET)


@pytest.mark.parametrize(
    ("uptime", "standing"),
    [
        ("99", Standing.MET),
        ("98.9", Standing.ON_TRACK),
        ("98.89", Standing.AT_RISK),
        ("98.5", Standing.AT_RISK),
        ("98.49", Standing.LAGGING),
        ("95", Standing.LAGGING),  # 0.96 of 99 %, which a ratio of 0.95 calls on track
    ],
)
def test_a_tolerance_is_counted_in_the_unit_with_both_bounds_included(uptime: str, standing: Standing) -> None:
    by = indicator(measure=Measure.PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE, tolerance=OF_UPTIME)
    assert judged(value(uptime), by).standing is standing


def test_a_tolerance_lies_around_what_is_expected_by_then() -> None:
    by = indicator(
        measure=Measure.PERCENT, target=at_least(73), tolerance=Tolerance(Decimal(1), Decimal(4), Basis.ASSUMED)
    )
    standings = [judged(value(at), by, period=FIRST_QUARTER).standing for at in (17, 14, 13)]  # 18 are expected
    assert standings == [Standing.ON_TRACK, Standing.AT_RISK, Standing.LAGGING]
    assert judged(value(20), by, period=FIRST_QUARTER).lag_value == 0


def test_a_lag_of_exactly_the_tolerance_is_within_it_even_where_no_decimal_is_exact() -> None:
    # 100 × 90 ÷ 365 is expected, and 1 less than that is 100 × 1727 ÷ 7300.
    by = indicator(target=at_least(100), tolerance=Tolerance(Decimal(1), Decimal(2), Basis.ASSUMED))
    found = judged(share(1727, 7300), by, period=FIRST_QUARTER)
    assert found.lag_value == 1
    assert found.standing is Standing.ON_TRACK


def test_points_stay_by_attainment_whatever_is_tolerated() -> None:
    by = indicator(measure=Measure.PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE, tolerance=OF_UPTIME)
    assert judged(value("49.5"), by).points == Decimal("0.5")


def test_a_falling_value_under_its_target_is_met_whatever_the_ratio() -> None:
    complaints = indicator(direction=Direction.DECREASING, target=at_most(10), baseline=milestone("2013-12-31", 100))
    assert judged(value(4), complaints, period=FIRST_QUARTER).standing is Standing.MET
    assert judged(value(80), complaints, period=FIRST_QUARTER).standing is Standing.ON_TRACK
    assert judged(value(100), complaints, period=FIRST_QUARTER).standing is Standing.AT_RISK


def test_a_target_of_zero_approached_on_a_line_is_judged_by_a_tolerance_around_it() -> None:
    complaints = indicator(
        direction=Direction.DECREASING,
        target=at_most(0),
        baseline=milestone("2013-12-31", 365),
        tolerance=Tolerance(Decimal(5), Decimal(10), Basis.ASSUMED),
    )
    standings = [judged(value(at), complaints, period=FIRST_QUARTER).standing for at in (0, 280, 285, 286)]  # 275
    assert standings == [Standing.MET, Standing.ON_TRACK, Standing.AT_RISK, Standing.LAGGING]


def test_before_anything_is_expected_nothing_lags() -> None:
    park = indicator(target=at_least(100), milestones=(milestone("2014-06-30", 0),))
    found = judged(value(0), park, period=FIRST_QUARTER)
    assert (found.standing, found.reason, found.pace_ratio) == (
        Standing.ON_TRACK,
        Reason.NOTHING_EXPECTED_YET,
        None,
    )


def test_a_no_is_on_track_before_its_day_and_lags_from_then_on() -> None:
    asked = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=None)
    assert judged(yes(answer=True), asked, period=FIRST_QUARTER).standing is Standing.MET
    early = judged(yes(answer=False), asked, period=FIRST_QUARTER)
    assert (early.standing, early.reason) == (Standing.ON_TRACK, Reason.NOTHING_EXPECTED_YET)
    assert judged(yes(answer=False), asked).standing is Standing.LAGGING
    due_by_march = replace(asked, target=replace(at_least(1), on=date(2014, 3, 31)))
    assert judged(yes(answer=False), due_by_march, period=FIRST_QUARTER).standing is Standing.LAGGING


def test_the_lag_is_expected_less_attained_in_percentage_points() -> None:
    found = judged(value(9), indicator(measure=Measure.PERCENT, target=at_least(73)), period=FIRST_QUARTER)
    assert found.expected_value == 18
    assert found.lag_points is not None
    assert abs(found.lag_points - Decimal(900) / 73) < Decimal("1e-20")


def test_an_indicator_left_out_is_awaited_before_the_due_date_and_missing_after() -> None:
    before = judged(None, indicator(), is_closed=False)
    after = judged(None, indicator(), is_closed=True)
    silent = judged(None, indicator(), is_closed=True, has_filed=False)
    assert (before.standing, before.reason) == (Standing.AWAITED, Reason.NOT_YET_DUE)
    assert (after.standing, after.reason) == (Standing.MISSING, Reason.NOT_REPORTED)
    assert (silent.standing, silent.reason) == (Standing.MISSING, Reason.NOT_FILED)


def test_an_agency_is_judged_by_what_it_owes_and_by_what_it_reported_besides() -> None:
    not_owed = indicator("it-park", reported_by_kinds=frozenset())
    ignored = indicator("enterprise-support", reported_by_kinds=frozenset())
    judgements = judge_agency(
        plan=plan(not_owed, ignored, indicator("edoc-exchange"), indicator("oss-priority")),
        agency=DISTRICT,
        period=WHOLE_YEAR,
        filing=filing(share(1, 2, of="it-park"), share(95, 100)),
        is_closed=False,
    )
    assert [(each.indicator, each.standing) for each in judgements] == [
        ("it-park", Standing.LAGGING),
        ("edoc-exchange", Standing.MET),
        ("oss-priority", Standing.AWAITED),
    ]


def test_half_of_the_way_from_the_baseline_is_on_track_at_half_time() -> None:
    way = indicator(
        measure=Measure.NUMBER,
        method=Method.FROM_BASELINE,
        target=at_least(60),
        baseline=milestone("2013-12-31", 20),
        milestones=(milestone("2014-03-31", 30),),
    )
    found = judged(value(29), way, period=FIRST_QUARTER)
    assert (found.attainment_ratio, found.expected_ratio, found.pace_ratio) == (
        Decimal("0.225"),
        Decimal("0.25"),
        Decimal("0.9"),
    )
    assert (found.standing, found.lag_points) == (Standing.AT_RISK, Decimal("2.5"))
    assert judged(value(19), way, period=FIRST_QUARTER).standing is Standing.LAGGING


def test_a_baseline_that_is_the_target_is_met_or_not_assessable() -> None:
    kept_up = indicator(method=Method.FROM_BASELINE, target=at_least(60), baseline=milestone("2013-12-31", 60))
    assert judged(value(60), kept_up).standing is Standing.MET
    lost = judged(value(59), kept_up)
    assert (lost.standing, lost.reason) == (Standing.NOT_ASSESSABLE, Reason.BASE_IS_TARGET)


def test_a_target_with_a_day_of_its_own_is_expected_in_full_from_then_on() -> None:
    by_march = indicator(measure=Measure.NUMBER, target=replace(at_least(100), on=date(2014, 3, 31)))
    assert judged(value(80), by_march, period=FIRST_QUARTER).expected_value == 100
    assert judged(value(80), by_march, period=WHOLE_YEAR).expected_value == 100
    after_the_plan = replace(by_march, target=replace(at_least(100), on=date(2015, 12, 31)))
    assert judged(value(80), after_the_plan, period=WHOLE_YEAR).expected_value == 50


@pytest.mark.parametrize(
    ("figure", "standing", "reason"),
    [
        ("200", Standing.MET, Reason.TARGET_MET),
        ("110", Standing.ON_TRACK, Reason.SUBSTANTIAL_PROGRESS),
        ("106", Standing.AT_RISK, Reason.MODERATE_PROGRESS),
        ("101", Standing.LAGGING, Reason.LIMITED_PROGRESS),
        ("99", Standing.LAGGING, Reason.DETERIORATION),
        ("-1", Standing.NOT_ASSESSABLE, Reason.MIXED_SIGNS),
    ],
)
def test_pace_has_standings_of_its_own_and_says_which_progress_they_mean(
    figure: str, standing: Standing, reason: Reason
) -> None:
    paced = indicator(
        measure=Measure.NUMBER,
        method=Method.PACE,
        target=replace(at_least(200), on=date(2023, 12, 31)),
        baseline=milestone("2013-12-31", 100),
    )
    found = judged(value(figure), paced)
    assert (found.standing, found.reason) == (standing, reason)
    assert found.base == Base(date(2013, 12, 31), Decimal(100))
    assert (found.expected_ratio, found.pace_ratio, found.lag_points) == (None, None, None)


def test_what_lags_in_growth_is_told_the_value_that_would_not_lag() -> None:
    paced = indicator(
        measure=Measure.NUMBER,
        method=Method.PACE,
        target=replace(at_least(400), on=date(2015, 12, 31)),
        baseline=milestone("2013-12-31", 100),
    )
    assert judged(value(101), paced).expected_value == 200


FIGURES = st.one_of(
    st.integers(-3, 3).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.just(Decimal("1e999")),
)


@given(
    measured=st.builds(
        Observation, st.just("edoc-exchange"), numerator=FIGURES, denominator=FIGURES, value=FIGURES
    ).flatmap(lambda shared: st.sampled_from([shared, Observation("edoc-exchange", value=shared.value)])),
    goal=FIGURES,
    direction=st.sampled_from(Direction),
    expectation=st.sampled_from(Expectation),
    corners=st.lists(st.tuples(st.dates(), FIGURES), max_size=3),
    has_baseline=st.booleans(),
    method=st.sampled_from([Method.TO_TARGET, Method.FROM_BASELINE, Method.PACE, Method.NO_TARGET]),
    first=FIGURES,
)
def test_no_figures_make_the_rules_raise(
    measured: Observation,
    goal: Decimal,
    direction: Direction,
    expectation: Expectation,
    corners: list[tuple[object, Decimal]],
    *,
    method: Method,
    first: Decimal,
    has_baseline: bool,
) -> None:
    by = indicator(
        direction=direction,
        target=at_least(str(goal)) if direction is Direction.INCREASING else at_most(str(goal)),
        expectation=expectation,
        milestones=tuple(milestone(str(on), str(figure)) for on, figure in corners if str(on) < "9999-12-31"),
        method=method,
        baseline=milestone("2013-06-30", str(first)) if has_baseline else None,
    )
    sentences = said(measured, by, period=FIRST_QUARTER)
    assert sentences.vi
    assert sentences.en


def test_a_reported_value_is_kept_to_its_last_digit() -> None:
    figure = "123456789012345.123456789012345"
    found = judged(value(figure), indicator(measure=Measure.NUMBER, target=at_least(1)))
    assert found.observed is not None
    assert str(found.observed.value) == figure


def test_a_share_is_kept_with_as_many_digits_as_every_quotient() -> None:
    found = judged(share(1, 3), indicator())
    assert found.observed is not None
    assert found.observed.value == Decimal("33.33333333333333333333333333")
