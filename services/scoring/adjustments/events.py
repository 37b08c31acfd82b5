"""Events of adjustments: how a plan's targets look, and what is proposed and decided."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from pydantic import BaseModel

from services.scoring.adjustments import outlook
from services.scoring.adjustments.forecast import LEAST_OBSERVATIONS
from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.proposals import Proposal
from services.scoring.judging.model import Indicator, Period, Plan
from services.scoring.what_if.changes import IndicatorChange, changed_indicator, changed_thresholds
from shared.events.adjustments import (
    AuthorData,
    DecisionData,
    LevelData,
    MissData,
    OutlookChanged,
    OutlookChangedData,
    OutlookRulesData,
    ProposalChanged,
    ProposalChangedData,
    ProposedIndicatorData,
    TargetOutlookData,
)
from shared.events.envelope import attributes, event_id
from shared.events.plans import MilestoneData, TargetData, ThresholdsData
from shared.events.vocabulary import Basis, Reach

SOURCE: Final = "/scoring"
OUTLOOK_RULES: Final = OutlookRulesData(
    least_observations=LEAST_OBSERVATIONS,
    reaching_ratio=outlook.REACHING_RATIO,
    quorum_ratio=outlook.QUORUM_RATIO,
    long_periods=outlook.LONG_PERIODS,
    margin_ratio=outlook.MARGIN_RATIO,
    room_ratio=outlook.ROOM_RATIO,
)
ModelT = TypeVar("ModelT", bound=BaseModel)


def outlook_event(
    outlooks: Iterable[Outlook], *, plan: Plan, period: Period, moves: int, as_of: datetime
) -> OutlookChanged:
    """Return the event that tells how a plan's targets look after a period.

    `as_of` is the moment up to which all was counted, `moves` how often progress up to the period had changed by then.
    """
    moment = as_of.astimezone(plan.timezone)
    return OutlookChanged(
        **attributes(
            kind="outlook.changed.v1",
            source=SOURCE,
            subject=plan.id,
            time=moment,
            identity=event_id("outlook", plan.id, plan.version, period.id, moment.isoformat(), moves),
            correlation=f"outlook:{plan.id}",
        ),
        data=OutlookChangedData(
            plan=plan.id,
            plan_version=plan.version,
            plan_ends_on=plan.ends_on,
            period=period.id,
            period_ends_on=period.ends_on,
            as_of=moment,
            rules=OUTLOOK_RULES,
            outlooks=tuple(target_outlook(each, basis=plan.indicator_by_id[each.indicator].basis) for each in outlooks),
        ),
    )


def target_outlook(found: Outlook, *, basis: Basis) -> TargetOutlookData:
    """Return how a target looks over all agencies; `basis` says whose target it is."""
    return TargetOutlookData(
        indicator=found.indicator,
        target=_same(TargetData, found.target),
        basis=basis,
        adjustment=found.adjustment,
        reaches={reach: found.count(reach) for reach in Reach if reach is not Reach.NO_TARGET},
        observed=sum(each.is_observed for each in found.forecasts.values()),
        reported=found.reported,
        level=found.level and _same(LevelData, found.level),
        median_shortfall=found.median_shortfall,
        worst=found.worst and _same(MissData, found.worst),
        ample=found.ample and _same(TargetData, found.ample),
        ample_periods=found.ample_periods,
    )


def proposal_event(proposal: Proposal, *, plan: Plan) -> ProposalChanged:
    """Return the event that tells of a proposal as it stands; `plan` is the version that it was made on."""
    change, in_force_at = proposal.change, proposal.in_force_at
    after = changed_thresholds(plan.thresholds, change.thresholds)
    return ProposalChanged(
        **attributes(
            kind="proposal.changed.v1",
            source=SOURCE,
            subject=f"{plan.id}/{proposal.id}",
            time=proposal.changed_at.astimezone(plan.timezone),
            identity=event_id("proposal", proposal.id, proposal.state),
            correlation=f"proposal:{proposal.id}",
        ),
        data=ProposalChangedData(
            proposal=proposal.id,
            plan=plan.id,
            plan_version=plan.version,
            state=proposal.state,
            indicators=tuple(_proposed(each, plan.indicator_by_id[each.indicator]) for each in change.indicators),
            thresholds_before=_same(ThresholdsData, plan.thresholds),
            thresholds=None if after == plan.thresholds else _same(ThresholdsData, after),
            reason=proposal.reason,
            by=_same(AuthorData, proposal.by),
            made_at=proposal.at.astimezone(plan.timezone),
            periods=proposal.periods,
            standings_before=proposal.counts.before,
            standings_after=proposal.counts.after,
            decisions=decisions_of(proposal, timezone=plan.timezone),
            in_force_version=proposal.in_force_version,
            in_force_at=in_force_at and in_force_at.astimezone(plan.timezone),
        ),
    )


def decisions_of(proposal: Proposal, *, timezone: tzinfo) -> tuple[DecisionData, ...]:
    """Return what was decided on a proposal, the earliest first."""
    return tuple(
        DecisionData(
            outcome=each.outcome, reason=each.reason, by=_same(AuthorData, each.by), at=each.at.astimezone(timezone)
        )
        for each in proposal.decisions
    )


def _proposed(change: IndicatorChange, before: Indicator) -> ProposedIndicatorData:
    after = changed_indicator(before, change)
    return ProposedIndicatorData(
        indicator=before.id,
        basis=before.basis,
        target_before=before.target and _same(TargetData, before.target),
        target=_same(TargetData, after.target) if after.target and after.target != before.target else None,
        milestones_before=_milestones(before),
        milestones=None if after.milestones == before.milestones else _milestones(after),
    )


def _milestones(indicator: Indicator) -> tuple[MilestoneData, ...]:
    return tuple(_same(MilestoneData, each) for each in indicator.milestones)


def _same(model: type[ModelT], value: object) -> ModelT:
    """Return a value of ours as the wire has it, where both have the same fields."""
    return model.model_validate(value, from_attributes=True)
