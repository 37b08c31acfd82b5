"""What judging comes to: judgements and the progress they make up, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from services.scoring.judging.model import Base, Ended, Filing, Key
from shared.events.vocabulary import ProgressStatus, Reason, Standing


class Observed(NamedTuple):
    """What was reported: `value` in the indicator's unit (a share in percent, yes-no as 1 or 0), null over 0."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str | None = None


class Judgement(NamedTuple):
    """One indicator judged: steps, standing and reason; `shared/wording` puts it into words."""

    indicator: str
    observed: Observed | None
    attainment_ratio: Decimal | None
    expected_ratio: Decimal | None
    expected_value: Decimal | None
    pace_ratio: Decimal | None
    lag_points: Decimal | None
    standing: Standing
    reason: Reason
    # By the methods that look at growth.
    base: Base | None = None
    progress_ratio: Decimal | None = None
    score: Decimal | None = None
    status: ProgressStatus | None = None
    points: Decimal | None = None  # 0 … the indicator's weight, None where it is not assessable
    lag_value: Decimal | None = None  # short of the expected value, in the unit, never below 0; only by a tolerance
    limit_factor: Decimal | None = None  # C, where growth was measured by a limit
    # What would be on track at the end of the next period owed, and as a share's numerator.
    needed_value: Decimal | None = None
    needed_numerator: Decimal | None = None


class Cause(NamedTuple):
    """What led to a change: the correlation and causation ids of its event, and when it was decided."""

    correlation: str
    causation: str | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How an agency stands in a period (tiến độ), as last announced; `sequence` counts the announcements."""

    key: Key
    plan_version: int
    filing: Filing | None
    standing: Standing
    judgements: tuple[Judgement, ...]
    is_closed: bool
    sequence: int
    previous_standing: Standing | None
    changed_indicators: tuple[str, ...]
    cause: Cause
    composite_score: Decimal | None = None  # 0 … 100, over the indicators that can be assessed
    coverage_ratio: Decimal | None = None  # which part of all weights those have
    ended: Ended | None = None  # where the highest revision was withdrawn or returned; `filing` is None then
