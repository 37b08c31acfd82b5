"""What became of an attempt to send a mail, what becomes of its notice, and how long the next attempt waits."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services.notify.notices.model import NoticeState
from services.notify.policy.model import UnsentReason

GIVE_UP_AFTER: Final = timedelta(hours=24)
"""How long after the first attempt a notice is still offered."""

_GROWTH: Final = 1.3
_LONGEST_PAUSE: Final = timedelta(hours=4)


class Outcome(StrEnum):
    """What became of a mail that was offered to the relay."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # refused for now; the same mail may be offered later
    REFUSED = "refused"  # refused for good
    UNANSWERED = "unanswered"  # the mail went out and no answer came: it may have been accepted
    UNREACHABLE = "unreachable"  # the relay could not be reached; nothing was offered
    CHANNEL_REFUSED = "channel-refused"  # the relay accepts no mail from us, whatever the notice


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome with the relay's own words."""

    outcome: Outcome
    words: str


def state_after(outcome: Outcome, *, is_too_old: bool) -> tuple[NoticeState, UnsentReason | None]:
    """Return the state of a notice after an attempt; `is_too_old` is whether it was tried for `GIVE_UP_AFTER`."""
    match outcome:
        case Outcome.ACCEPTED:
            return NoticeState.ACCEPTED, None
        case Outcome.REFUSED:
            return NoticeState.FAILED, UnsentReason.REFUSED
        case Outcome.UNANSWERED:
            return NoticeState.UNKNOWN, UnsentReason.ANSWER_LOST
        case Outcome.DEFERRED:
            return (NoticeState.FAILED, UnsentReason.GAVE_UP) if is_too_old else (NoticeState.QUEUED, None)
    return (NoticeState.HELD, UnsentReason.CHANNEL_CLOSED) if is_too_old else (NoticeState.QUEUED, None)


def is_attempt(outcome: Outcome) -> bool:
    """Return whether the mail was offered: an unreachable relay, or one that refuses the channel, saw no mail."""
    return outcome not in {Outcome.UNREACHABLE, Outcome.CHANNEL_REFUSED}


def retry_pause(attempts: int, *, first: timedelta) -> timedelta:
    """Return how long a deferred mail waits after that many attempts: each pause is 1.3 times the one before.

    Source: the retry schedule of Postal.
    """
    return min(first * _GROWTH ** max(attempts - 1, 0), _LONGEST_PAUSE)
