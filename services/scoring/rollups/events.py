"""Roll-up events: the province's roll-up of a period, and how it compares with the period before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Plan, Target
from services.scoring.rollups.cells import cells_of
from services.scoring.rollups.comparison import Comparison, compared
from services.scoring.rollups.levels import IndicatorRollUp, Level, roll_ups
from services.scoring.rollups.model import PeriodProgress
from shared.events.envelope import attributes, event_id
from shared.events.plans import TargetData
from shared.events.rollups import IndicatorRollUpData, RollUpChanged, RollUpChangedData
from shared.events.vocabulary import Standing

SOURCE: Final = "/scoring"


def rollup_event(found: PeriodProgress, *, before: PeriodProgress | None, as_of: datetime) -> RollUpChanged | None:
    """Return the event that tells what all agencies reach together; None where nobody owes anything.

    `before` is the plan's period before, None where there is none; `as_of` is the moment up to which all was counted.
    """
    plan, period = found.plan, found.period
    today = as_of.astimezone(plan.timezone).date()
    cells = cells_of(found.progress, plans=found.plans, registry=found.registry)
    whole = roll_ups(cells, plan=plan, period=period, level=Level.PROVINCE, is_locked=period.is_locked_on(today))
    if not whole:
        return None
    (province,) = whole
    owing = [each for each in found.progress if each.judgements]
    filed = [each.filing for each in owing if each.filing is not None]
    moment = as_of.astimezone(plan.timezone)
    data = RollUpChangedData(
        plan=plan.id,
        plan_version=plan.version,
        mixed=sum(each.plan_version != plan.version for each in owing),
        period=period.id,
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        due_on=period.due_on,
        is_closed=found.is_closed,
        is_locked=period.is_locked_on(today),
        as_of=moment,
        owed=len(owing),
        filed=len(filed),
        on_time=sum(each.filed_at.astimezone(plan.timezone).date() <= period.due_on for each in filed),
        agencies=province.sums.agencies,
        period_before=before.period.id if before else None,
        agencies_before=_standings(before.progress if before else ()),
        indicators=tuple(
            _indicator(each, comparison=_comparison(each, found, before=before, plan=plan))
            for each in province.indicators
        ),
    )
    return RollUpChanged(
        **attributes(
            kind="rollup.changed.v1",
            source=SOURCE,
            subject=f"{plan.id}/{period.id}",
            time=moment,
            identity=event_id("rollup", plan.id, period.id, moment.isoformat()),
            correlation=f"rollup:{plan.id}:{period.id}",
        ),
        data=data,
    )


def _comparison(
    each: IndicatorRollUp, found: PeriodProgress, *, before: PeriodProgress | None, plan: Plan
) -> Comparison:
    return compared(
        plan.indicator_by_id[each.indicator],
        progress=found.progress,
        period=found.period,
        before=before.progress if before else (),
        period_before=before.period if before else None,
        registry={**found.registry, **(before.registry if before else {})},
    )


def _standings(progress: Sequence[Progress]) -> dict[Standing, int]:
    owing = [each.standing for each in progress if each.judgements]
    return {standing: owing.count(standing) for standing in Standing if standing in owing}


def _indicator(each: IndicatorRollUp, *, comparison: Comparison) -> IndicatorRollUpData:
    return IndicatorRollUpData(
        indicator=each.indicator,
        value=each.value,
        target=_target(each.target) if each.target else None,
        basis=each.basis,
        expected_value=each.expected_value,
        expected_basis=each.expected_basis,
        verdict=each.verdict.verdict,
        reported=each.verdict.reported,
        owed=each.verdict.owed,
        is_incomplete=each.verdict.is_incomplete,
        unknown_staff=each.unknown_staff,
        agencies=each.sums.agencies,
        same=comparison.same,
        value_of_same=comparison.value,
        value_before=comparison.before,
    )


def _target(target: Target) -> TargetData:
    return TargetData(comparison=target.comparison, value=target.value, on=target.on, on_basis=target.on_basis)
