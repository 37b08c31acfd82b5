"""The plan as a change would make it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.scoring.judging.model import Target, Thresholds
from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange, changed_plan
from shared.events.vocabulary import Basis, Comparison, Method
from tests.unit.services.scoring.examples import above, indicator, milestone, plan

WITH_MILESTONE = indicator(milestones=(milestone("2014-06-30", 40),))
PLAN = plan(WITH_MILESTONE, indicator("oss-priority"))


def test_nothing_asked_for_leaves_every_value_as_it_is() -> None:
    after = changed_plan(PLAN, Change(indicators=(IndicatorChange("oss-priority", TargetChange(), None),)))
    assert (after.indicators, after.thresholds) == (PLAN.indicators, PLAN.thresholds)


def test_only_what_is_named_changes() -> None:
    change = Change(
        indicators=(IndicatorChange("edoc-exchange", TargetChange(value=Decimal(80))),),
        thresholds=ThresholdsChange(at_risk_ratio=Decimal("0.5")),
    )
    after = changed_plan(PLAN, change)
    assert after.indicators == (
        replace(WITH_MILESTONE, target=above(80), basis=Basis.ASSUMED),
        PLAN.indicators[1],
    )
    assert after.thresholds == Thresholds(Decimal("0.95"), Decimal("0.5"))
    assert (after.id, after.version, after.periods) == (PLAN.id, PLAN.version, PLAN.periods)
    assert PLAN.indicators[0] is WITH_MILESTONE


def test_comparison_and_day_of_a_target_can_change_too() -> None:
    target = TargetChange(comparison=Comparison.AT_LEAST, on=date(2014, 9, 30))
    after = changed_plan(PLAN, Change(indicators=(IndicatorChange("edoc-exchange", target),)))
    assert after.indicators[0].target == Target(Comparison.AT_LEAST, Decimal(90), date(2014, 9, 30))


def test_both_thresholds_can_change() -> None:
    after = changed_plan(PLAN, Change(thresholds=ThresholdsChange(Decimal("0.9"), Decimal("0.6"))))
    assert after.thresholds == Thresholds(Decimal("0.9"), Decimal("0.6"))


def test_milestones_given_replace_all_there_were_and_keep_the_targets_basis() -> None:
    for given in ((), (milestone("2014-03-31", 10), milestone("2014-09-30", 60))):
        after = changed_plan(PLAN, Change(indicators=(IndicatorChange("edoc-exchange", milestones=given),)))
        assert after.indicators[0] == replace(WITH_MILESTONE, milestones=given)


def test_what_has_no_target_gets_none() -> None:
    services = indicator("services", method=Method.NO_TARGET, target=None)
    change = Change(indicators=(IndicatorChange("services", TargetChange(value=Decimal(1))),))
    assert changed_plan(plan(services), change).indicators == (services,)
