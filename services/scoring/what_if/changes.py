"""A change of a plan that the DIC tries before proposing it, and the plan as it would be."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.scoring.judging.model import Indicator, Milestone, Plan, Thresholds
from shared.events.vocabulary import Basis, Comparison


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What becomes of a target; None leaves it as it is. `on` is the day at whose end it is due."""

    comparison: Comparison | None = None
    value: Decimal | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """What becomes of an indicator; None leaves it as it is, and milestones given replace all there were."""

    indicator: str
    target: TargetChange | None = None
    milestones: tuple[Milestone, ...] | None = None


@dataclass(frozen=True, slots=True)
class ThresholdsChange:
    """What becomes of the plan's thresholds; None leaves one as it is."""

    on_track_ratio: Decimal | None = None
    at_risk_ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a plan."""

    indicators: tuple[IndicatorChange, ...] = ()
    thresholds: ThresholdsChange = ThresholdsChange()


def changed_plan(plan: Plan, change: Change) -> Plan:
    """Return the plan as it would be; the change has no faults.

    A target that is changed is ours and no longer the decision's: whoever reads its sentence is told so.
    """
    changes = {each.indicator: each for each in change.indicators}
    return replace(
        plan,
        thresholds=changed_thresholds(plan.thresholds, change.thresholds),
        indicators=tuple(
            changed_indicator(each, changes[each.id]) if each.id in changes else each for each in plan.indicators
        ),
    )


def changed_thresholds(thresholds: Thresholds, change: ThresholdsChange) -> Thresholds:
    """Return the thresholds as they would be."""
    return Thresholds(
        thresholds.on_track_ratio if change.on_track_ratio is None else change.on_track_ratio,
        thresholds.at_risk_ratio if change.at_risk_ratio is None else change.at_risk_ratio,
    )


def changed_indicator(indicator: Indicator, change: IndicatorChange) -> Indicator:
    """Return the indicator as it would be; one without a target keeps none."""
    milestones = indicator.milestones if change.milestones is None else change.milestones
    target = indicator.target
    if target is not None and change.target is not None:
        target = replace(
            target,
            comparison=change.target.comparison or target.comparison,
            value=target.value if change.target.value is None else change.target.value,
            on=change.target.on or target.on,
        )
    if target is None or target == indicator.target:
        return replace(indicator, milestones=milestones)
    return replace(indicator, target=replace(target, on_basis=None), milestones=milestones, basis=Basis.ASSUMED)


def is_carried_by(change: Change, plan: Plan) -> bool:
    """Return whether a plan version says all that the change asks for.

    Whose figures they are makes no difference: what we assumed a decision may state (our rule).
    """
    if changed_thresholds(plan.thresholds, change.thresholds) != plan.thresholds:
        return False
    return all(_is_carried(each, plan.indicator_by_id.get(each.indicator)) for each in change.indicators)


def _is_carried(change: IndicatorChange, indicator: Indicator | None) -> bool:
    if indicator is None:
        return False
    after = changed_indicator(indicator, change)
    return after.target == indicator.target and _milestones(after) == _milestones(indicator)


def _milestones(indicator: Indicator) -> list[tuple[date, Decimal]]:
    return [(milestone.on, milestone.value) for milestone in indicator.milestones]
