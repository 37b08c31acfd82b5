"""What became of a mail that was offered to the relay."""

from dataclasses import dataclass
from enum import StrEnum


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
