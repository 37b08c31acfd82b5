"""Events about targets that may have to be adjusted: where the year will end, and what is proposed and decided."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.events.envelope import Event, EventData, Moment
from shared.events.plans import MilestoneData, TargetData, ThresholdsData
from shared.events.vocabulary import Adjustment, Basis, ProposalOutcome, ProposalState, Reach, Standing


class LevelData(EventData):
    """Where agencies stand in a period, in the indicator's unit: Σ numerator ÷ Σ denominator, else their median."""

    value: Decimal
    is_pooled: bool


class MissData(EventData):
    """By how much an agency would miss a target, in the indicator's unit."""

    agency: str
    shortfall: Decimal


class TargetOutlookData(EventData):
    """Where the agencies that owe an indicator end if the latest pace of each holds; in the indicator's unit."""

    indicator: str
    target: TargetData
    basis: Basis
    adjustment: Adjustment | None  # null: nothing to adjust was found
    reaches: Mapping[Reach, int]  # how many agencies have each answer
    observed: int  # agencies whose answer is a figure of when the target was due, or of later, and no forecast
    reported: int  # agencies with a value in the period
    level: LevelData | None
    median_shortfall: Decimal | None  # of those who would miss it
    worst: MissData | None
    ample: TargetData | None  # the target a margin further on; null where nothing can exceed it
    ample_periods: int  # latest periods in a row in which all who reported met that


class OutlookRulesData(EventData):
    """The constants by which outlooks are found."""

    least_observations: int  # that a forecast needs
    reaching_ratio: Decimal  # of the agencies with a forecast: out of reach where fewer reach the target
    quorum_ratio: Decimal  # of the agencies that owe an indicator: what fewer show is no finding
    long_periods: int  # in a row: long exceeded from so many on
    margin_ratio: Decimal  # of the target, by which `ample` lies beyond it
    room_ratio: Decimal  # but by no more than this part of what the measure leaves beyond the target


class OutlookChangedData(EventData):
    """How a plan's targets look after its latest closed period; a later `as_of` replaces it."""

    plan: str
    plan_version: int  # whose targets stand here
    plan_ends_on: date
    period: str
    period_ends_on: date
    as_of: Moment  # everything that was committed by then is counted, and nothing else
    rules: OutlookRulesData
    outlooks: tuple[TargetOutlookData, ...]  # in the plan's order; what has no target has none


class OutlookChanged(Event[OutlookChangedData]):
    """How the targets of a plan look changed: a period closed, or what was filed for a closed one changed."""

    type: Literal["outlook.changed.v1"] = "outlook.changed.v1"


class AuthorData(EventData):
    """Whose key was used: its agency, and its public part."""

    agency: str
    key: str


class DecisionData(EventData):
    """What was decided on a proposal, and why."""

    outcome: ProposalOutcome
    reason: str
    by: AuthorData
    at: Moment


class ProposedIndicatorData(EventData):
    """What an indicator has and would have; where it would have null, what it has stays."""

    indicator: str
    basis: Basis  # of the target before
    target_before: TargetData | None
    target: TargetData | None
    milestones_before: tuple[MilestoneData, ...]
    milestones: tuple[MilestoneData, ...] | None


class ProposalChangedData(EventData):
    """A change of a plan that is proposed, and what became of it; a later event of the same proposal replaces it."""

    proposal: int  # its number
    plan: str
    plan_version: int  # that it was proposed on
    state: ProposalState
    indicators: tuple[ProposedIndicatorData, ...]
    thresholds_before: ThresholdsData
    thresholds: ThresholdsData | None  # null: they stay
    reason: str
    by: AuthorData
    made_at: Moment
    # On what it rests: how it would have changed standings when it was made.
    periods: tuple[str, ...]  # those that were counted
    standings_before: Mapping[Standing, int]  # how many judgements have each
    standings_after: Mapping[Standing, int]
    decisions: tuple[DecisionData, ...]  # the earliest first
    in_force_version: int | None  # the first plan version that carries all of it
    in_force_at: Moment | None


class ProposalChanged(Event[ProposalChangedData]):
    """A change of a plan was proposed, approved, rejected or withdrawn, or came into force with a plan version."""

    type: Literal["proposal.changed.v1"] = "proposal.changed.v1"
