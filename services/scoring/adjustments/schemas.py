"""The forms of proposals and decisions, and the shapes of answers about outlooks and proposals."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.scoring.plans.sources import Name
from services.scoring.what_if.forms import ChangeIn, Form, Reason
from services.scoring.what_if.schemas import CountsOut
from shared.events.adjustments import AuthorData, DecisionData, LevelData, MissData
from shared.events.plans import TargetData
from shared.events.vocabulary import Adjustment, Basis, ProposalOutcome, ProposalState, Reach


class ForecastOut(BaseModel):
    """Whether an agency reaches the target in time if its latest pace holds; in the indicator's unit."""

    agency: str
    agency_name: str
    reach: Reach
    observations: int
    value_at_end: Decimal | None
    value_when_due: Decimal | None
    shortfall: Decimal | None  # positive where the target is missed


class OutlookOut(BaseModel):
    """How a target looks over all agencies; a key of an agency alone sees its own forecasts, and null for the rest."""

    indicator: str
    name: str
    unit: str
    target: TargetData
    basis: Basis
    adjustment: Adjustment | None
    sentence: str | None
    reaches: Mapping[Reach, int] | None  # how many agencies have each answer
    reported: int | None  # agencies with a value in the period
    level: LevelData | None
    median_shortfall: Decimal | None  # of those who would miss it
    worst: MissData | None
    ample: TargetData | None  # the target a margin further on
    ample_periods: int | None  # latest periods in a row in which all who reported met that
    forecasts: tuple[ForecastOut, ...]


class EditOut(BaseModel):
    """One key of the plan.yaml to be edited, as YAML; null: there is no such key."""

    pointer: str
    before: str | None
    after: str | None


class ProposalOut(BaseModel):
    """A proposal to change a plan; with what is to be edited in its plan.yaml once it is approved."""

    id: int
    plan: str
    plan_version: int  # that it was proposed on
    state: ProposalState
    changes: ChangeIn
    reason: str
    by: AuthorData
    at: datetime
    periods: tuple[str, ...]  # those that were counted when it was proposed
    counts: CountsOut
    decisions: tuple[DecisionData, ...]
    in_force_version: int | None  # the first plan version that carries all of it
    edits: tuple[EditOut, ...] | None
    plan_yaml: str | None


class AtCloseOut(BaseModel):
    """What was made as a period closed: by which plan version, and when."""

    plan_version: int
    made_at: datetime


class AdjustmentsOut(BaseModel):
    """How a plan's targets look after a period, and what was proposed."""

    plan: str
    plan_version: int  # that these outlooks measure by
    period: str
    period_ends_on: date
    made_at: datetime | None  # null: made now
    at_close: AtCloseOut | None  # what `as=closed` gives
    outlooks: tuple[OutlookOut, ...]
    proposals: tuple[ProposalOut, ...]


_NAME: Final[TypeAdapter[str]] = TypeAdapter(Name)


class ProposalIn(Form):
    """A change that is proposed, and why."""

    plan: Name
    changes: ChangeIn
    reason: Reason


class DecisionIn(Form):
    """What is decided on a proposal, and why."""

    outcome: ProposalOutcome
    reason: Reason


def plan_named(said: Any) -> str | None:
    """Return the plan that a proposal names, None where it names none in the right form."""
    try:
        return _NAME.validate_python(said["plan"])
    except (ValidationError, LookupError, TypeError):
        return None
