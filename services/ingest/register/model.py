"""What the register says of a submission, and what an agency owes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from shared.events.plans import PeriodData

MOST_SENT_BYTES: Final = 8 * 1024
"""Of the body of a refused attempt; a filing of thirty observations has 4 KiB."""


class FilingState(StrEnum):
    """What became of a revision: what was decided last, or that a later revision has taken its place."""

    ACCEPTED = "accepted"
    VERIFIED = "verified"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class ObligationState(StrEnum):
    """Whether something was filed that counts."""

    NOT_FILED = "not_filed"  # or withdrawn
    FILED = "filed"
    RETURNED = "returned"  # to be corrected


class Window(StrEnum):
    """Whether a period that is over takes submissions."""

    OPEN = "open"
    REOPENED = "reopened"  # by an exception, for this agency
    LOCKED = "locked"


@dataclass(frozen=True)
class Obligation:
    """What an agency owes for one period that is over."""

    period: PeriodData
    indicators: frozenset[str]
    state: ObligationState
    window: Window
    locked_on: date  # the first day on which nothing is taken, with the exception where there is one
    reopened_until: date | None  # the last day of that exception


@dataclass(frozen=True)
class RefusedAttempt:
    """A submission that was refused: what was sent, by which key, and what was answered."""

    digest: bytes  # the same for the same attempt of one key on one day
    key: str  # the public part
    agency: str  # whose key it is
    refused_at: datetime
    status: int
    sent: bytes  # the beginning of the body
    sent_bytes: int  # of the whole body
    answer: bytes  # the problem document
    times: int = 1
