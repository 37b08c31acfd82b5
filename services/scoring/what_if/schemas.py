"""The shapes of answers about a change that is tried."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel

from shared.events.plans import MilestoneData, TargetData, ThresholdsData
from shared.events.vocabulary import Basis, Standing


class CountsOut(BaseModel):
    """How many judgements have each standing, before and after."""

    before: Mapping[Standing, int]
    after: Mapping[Standing, int]


class ThresholdsOut(BaseModel):
    """The plan's thresholds before and after."""

    before: ThresholdsData
    after: ThresholdsData


class ValuesOut(BaseModel):
    """What a plan says of an indicator."""

    target: TargetData | None
    basis: Basis
    milestones: tuple[MilestoneData, ...]


class ChangedIndicatorOut(BaseModel):
    """An indicator that would be changed."""

    indicator: str
    name: str
    unit: str
    before: ValuesOut
    after: ValuesOut
    counts: CountsOut


class ChangedJudgementOut(BaseModel):
    """How one indicator's judgement would change."""

    indicator: str
    before: Standing
    after: Standing
    attainment_before: Decimal | None
    attainment_after: Decimal | None


class ChangedStandingOut(BaseModel):
    """How an agency's standing in a period would change, with its indicators'."""

    agency: str
    agency_name: str
    period: str
    before: Standing
    after: Standing
    indicators: tuple[ChangedJudgementOut, ...]


class WhatIfOut(BaseModel):
    """What a change of a plan would do."""

    plan: str
    plan_version: int
    periods: tuple[str, ...]  # those that were looked at
    thresholds: ThresholdsOut
    indicators: tuple[ChangedIndicatorOut, ...]
    counts: CountsOut
    standings: tuple[ChangedStandingOut, ...]
