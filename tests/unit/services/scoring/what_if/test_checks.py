"""What is wrong with a change, all of it at once, and where."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.model import Indicator, Milestone, Tolerance
from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange
from services.scoring.what_if.checks import faults_of
from shared.events.vocabulary import Basis, Comparison, Direction, Expectation, Measure, Method
from shared.wording.faults import Fault
from tests.unit.services.scoring.examples import above, at_least, at_most, indicator, milestone, plan

PATH = indicator(milestones=(milestone("2014-06-30", 40),))
DUE = indicator(target=replace(above(90), on=date(2014, 9, 30)))
FROM_BASELINE = indicator(method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", 30))
GROWING = indicator(method=Method.PACE, baseline=milestone("2013-12-31", 95))
INCIDENTS = indicator(
    measure=Measure.COUNT,
    direction=Direction.DECREASING,
    target=at_most(2),
    method=Method.FROM_BASELINE,
    baseline=milestone("2013-12-31", 10),
)
YES_NO = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))
AT_ONCE = indicator(measure=Measure.PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE)
NO_TARGET = indicator(measure=Measure.COUNT, method=Method.NO_TARGET, target=None)


def faults(change: IndicatorChange, by: Indicator) -> list[tuple[str, str]]:
    found = faults_of(Change(indicators=(change,)), plan=plan(by))
    return [(each.pointer.removeprefix("/indicators/0"), each.code) for each in found]


def targeted(
    value: str | int | None = None, comparison: Comparison | None = None, on: str | None = None
) -> IndicatorChange:
    target = TargetChange(
        comparison, None if value is None else Decimal(value), None if on is None else date.fromisoformat(on)
    )
    return IndicatorChange("edoc-exchange", target)


def led_by(*milestones: Milestone) -> IndicatorChange:
    return IndicatorChange("edoc-exchange", milestones=milestones)


FALLING = indicator(
    measure=Measure.COUNT, direction=Direction.DECREASING, target=at_most(2), baseline=milestone("2013-12-31", 10)
)


def test_a_line_towards_nothing_cannot_be_asked_for_but_by_what_is_expected_at_once_or_tolerated() -> None:
    assert faults(targeted(0), FALLING) == [("/target/value", "nothing-expected")]
    assert faults(targeted(0), replace(FALLING, expectation=Expectation.AT_ONCE)) == []
    tolerant = replace(FALLING, tolerance=Tolerance(Decimal(1), Decimal(2), Basis.ASSUMED))
    assert faults(targeted(0), tolerant) == []
    assert faults(targeted(0), INCIDENTS) == []


def test_milestones_of_a_yes_no_are_shares_of_the_agencies() -> None:
    assert faults(led_by(milestone("2014-06-30", "0.5")), YES_NO) == []
    assert faults(led_by(milestone("2014-06-30", "1.5")), YES_NO) == [("/milestones/0/value", "out-of-range")]


@pytest.mark.parametrize(
    ("change", "by"),
    [
        (targeted(80), indicator()),
        (targeted(on="2014-12-31"), PATH),
        (targeted(40), PATH),
        (targeted(on="2020-12-31"), indicator()),
        (targeted(comparison=Comparison.AT_LEAST), indicator()),
        (targeted(100, Comparison.AT_LEAST), indicator()),
        (targeted(30), FROM_BASELINE),
        (targeted(50), GROWING),  # published series have baselines that were past their target already
        (targeted(10), INCIDENTS),
        (targeted("12.5"), indicator(measure=Measure.NUMBER)),
        (targeted(120), indicator(measure=Measure.COUNT)),
        (targeted(-5), indicator(measure=Measure.NUMBER)),
        (targeted(on="2014-09-30"), YES_NO),
        (led_by(), PATH),
        (led_by(milestone("2014-03-31", 30), milestone("2014-12-30", 90)), FROM_BASELINE),
        (led_by(milestone("2014-03-31", 10)), GROWING),
        (led_by(milestone("2014-03-31", 8), milestone("2014-06-30", 8), milestone("2014-09-30", 2)), INCIDENTS),
        (led_by(milestone("2014-06-30", 0)), YES_NO),
        (led_by(milestone("2014-06-30", 40)), DUE),
        (IndicatorChange("edoc-exchange"), NO_TARGET),
    ],
)
def test_what_a_plan_file_could_have_has_no_faults(change: IndicatorChange, by: Indicator) -> None:
    assert faults(change, by) == []


@pytest.mark.parametrize(
    ("change", "by", "wanted"),
    [
        (targeted(29), FROM_BASELINE, [("/target/value", "wrong-side")]),
        (targeted(11), INCIDENTS, [("/target/value", "wrong-side")]),
        (targeted(39), PATH, [("/target/value", "past-target")]),
        (targeted(101), indicator(), [("/target/value", "out-of-range")]),
        (targeted(100), indicator(), [("/target/value", "out-of-range")]),  # above 100 is no percentage
        (targeted(-1), indicator(measure=Measure.COUNT), [("/target/value", "out-of-range")]),
        (targeted("2.5"), indicator(measure=Measure.COUNT), [("/target/value", "out-of-range")]),
        (targeted(0, Comparison.BELOW), INCIDENTS, [("/target/value", "out-of-range")]),
        (targeted(comparison=Comparison.AT_MOST), indicator(), [("/target/comparison", "comparison-does-not-fit")]),
        (targeted(comparison=Comparison.ABOVE), INCIDENTS, [("/target/comparison", "comparison-does-not-fit")]),
        (targeted(0), YES_NO, [("/target", "target-does-not-fit")]),
        (targeted(1), NO_TARGET, [("/target", "target-not-used")]),
        (targeted(on="2013-12-31"), indicator(), [("/target/on", "out-of-plan")]),
        (targeted(on="2014-06-30"), PATH, [("/target/on", "out-of-order")]),
        (targeted(on="2014-06-29"), PATH, [("/target/on", "out-of-order")]),
        (
            targeted(on="2014-03-31"),
            indicator(method=Method.PACE, baseline=milestone("2014-03-31", 1)),
            [("/target/on", "out-of-order")],
        ),
        (
            targeted("30", Comparison.BELOW, "2013-01-01"),
            PATH,
            [
                ("/target/comparison", "comparison-does-not-fit"),
                ("/target/value", "past-target"),
                ("/target/on", "out-of-plan"),
            ],
        ),
    ],
)
def test_a_target_that_no_plan_file_could_have_is_refused(
    change: IndicatorChange, by: Indicator, wanted: Sequence[tuple[str, str]]
) -> None:
    assert faults(change, by) == wanted


@pytest.mark.parametrize(
    ("change", "by", "wanted"),
    [
        (led_by(milestone("2013-12-31", 10)), indicator(), [("/milestones/0/on", "out-of-plan")]),
        (led_by(milestone("2015-01-01", 10)), indicator(), [("/milestones/0/on", "out-of-plan")]),
        (
            led_by(milestone("2014-03-31", 10), milestone("2014-03-31", 20)),
            indicator(),
            [("/milestones/1/on", "duplicate-milestone")],
        ),
        (
            led_by(milestone("2014-06-30", 10), milestone("2014-03-31", 20)),
            indicator(),
            [("/milestones/1/on", "out-of-order")],
        ),
        (
            led_by(milestone("2014-03-31", 50)),
            replace(FROM_BASELINE, baseline=milestone("2014-03-31", 30)),
            [("/milestones/0/on", "out-of-order")],
        ),
        (led_by(milestone("2014-09-30", 50)), DUE, [("/milestones/0/on", "out-of-order")]),
        (
            led_by(milestone("2014-03-31", 50), milestone("2014-06-30", 40)),
            indicator(),
            [("/milestones/1/value", "falls-back")],
        ),
        (led_by(milestone("2014-03-31", 20)), FROM_BASELINE, [("/milestones/0/value", "falls-back")]),
        (
            led_by(milestone("2014-03-31", 20), milestone("2014-06-30", 10)),
            GROWING,
            [("/milestones/1/value", "falls-back")],
        ),
        (led_by(milestone("2014-03-31", 91)), indicator(), [("/milestones/0/value", "past-target")]),
        (led_by(milestone("2014-03-31", 1)), INCIDENTS, [("/milestones/0/value", "past-target")]),
        (
            led_by(milestone("2014-03-31", 101), milestone("2014-06-30", 40)),
            indicator(),
            [("/milestones/0/value", "out-of-range")],
        ),
        (led_by(milestone("2014-03-31", "-0.5")), YES_NO, [("/milestones/0/value", "out-of-range")]),
        (led_by(milestone("2014-03-31", 50)), AT_ONCE, [("/milestones", "milestones-not-used")]),
        (led_by(milestone("2014-03-31", 50)), NO_TARGET, [("/milestones", "target-not-used")]),
    ],
)
def test_milestones_that_no_plan_file_could_have_are_refused(
    change: IndicatorChange, by: Indicator, wanted: Sequence[tuple[str, str]]
) -> None:
    assert faults(change, by) == wanted


def test_new_milestones_are_held_against_the_new_target() -> None:
    change = replace(targeted(60, on="2014-09-30"), milestones=(milestone("2014-06-30", 70),))
    assert faults(change, PATH) == [("/milestones/0/value", "past-target")]
    late = replace(targeted(60, on="2014-09-30"), milestones=(milestone("2014-10-31", 50),))
    assert faults(late, PATH) == [("/target/on", "out-of-order")]


@pytest.mark.parametrize(
    ("on_track", "at_risk", "is_fine"),
    [
        ("1", "0.01", True),
        ("0.9", None, True),
        ("0.75", None, False),  # not above at_risk, which stays at 0.75
        ("0.7", "0.8", False),
        ("1.01", None, False),
        (None, "0", False),
        (None, "-1", False),
    ],
)
def test_thresholds_keep_their_order_within_one(on_track: str | None, at_risk: str | None, *, is_fine: bool) -> None:
    thresholds = ThresholdsChange(*(None if each is None else Decimal(each) for each in (on_track, at_risk)))
    found = faults_of(Change(thresholds=thresholds), plan=plan(indicator()))
    assert [(each.pointer, each.code) for each in found] == ([] if is_fine else [("/thresholds", "bad-order")])


def test_every_fault_is_told_at_once_with_its_place() -> None:
    change = Change(
        indicators=(
            IndicatorChange("kpi"),
            targeted(101),
            IndicatorChange("edoc-exchange", milestones=(milestone("2013-01-01", 10),)),
        ),
        thresholds=ThresholdsChange(on_track_ratio=Decimal(2)),
    )
    found = faults_of(change, plan=plan(indicator()))
    assert [(each.pointer, each.code) for each in found] == [
        ("/indicators/0/indicator", "unknown-indicator"),
        ("/indicators/1/target/value", "out-of-range"),
        ("/indicators/2/indicator", "repeated-indicator"),
        ("/indicators/2/milestones/0/on", "out-of-plan"),
        ("/thresholds", "bad-order"),
    ]


def test_a_fault_says_what_would_be_accepted_in_both_languages() -> None:
    (wrong,) = faults_of(Change(indicators=(targeted(29),)), plan=plan(FROM_BASELINE))
    assert wrong == Fault(
        "/indicators/0/target/value",
        "wrong-side",
        "Mục tiêu kém hơn hiện trạng; cần từ 30 trở lên.",
        "The target is on the wrong side of the baseline; it must be 30 or more.",
    )
    (fewer,) = faults_of(Change(indicators=(targeted(11),)), plan=plan(INCIDENTS))
    assert (fewer.vi[-16:], fewer.en[-11:]) == ("từ 10 trở xuống.", "10 or less.")
    (outside,) = faults_of(Change(indicators=(led_by(milestone("2015-01-01", 10)),)), plan=plan(indicator()))
    assert outside.vi == "Ngày phải từ 01/01/2014 đến 31/12/2014."
    assert outside.en == "The day must be from 2014-01-01 to 2014-12-31."
    (early,) = faults_of(Change(indicators=(targeted(on="2013-12-31"),)), plan=plan(indicator()))
    assert (early.vi, early.en) == ("Ngày phải từ 01/01/2014 trở đi.", "The day must be from 2014-01-01 on.")
