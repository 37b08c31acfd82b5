"""What a method is asked, and what it finds."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.scoring.judging.model import Base, Target
from shared.events.vocabulary import Direction, ProgressStatus, Reason


class Case(NamedTuple):
    """A value to be judged, with all that any method may ask for; a moment is the start of its day."""

    direction: Direction
    target: Target | None
    value: Decimal
    at: date  # the moment of the value: the first day after its period
    due: date  # the moment by which the target is to be reached
    base: Base | None = None  # what the way to the target, or growth, is measured from
    limit: Decimal | None = None  # the value that growth without a target can reach


class Growth(NamedTuple):
    """What a method finds that looks at growth."""

    status: ProgressStatus
    ratio: Decimal | None = None  # actual ÷ required growth; where nothing is required growth in a year, ÷ C by a limit
    score: Decimal | None = None  # −5 … 5
    expected_value: Decimal | None = None  # the value that would have grown exactly as required
    limit_factor: Decimal | None = None  # C, where growth was measured by a limit


class Finding(NamedTuple):
    """What a method finds: an attainment (a ratio, 1 = met), or growth, or the reason why there is neither."""

    attainment: Decimal | None = None
    reason: Reason | None = None
    growth: Growth | None = None
