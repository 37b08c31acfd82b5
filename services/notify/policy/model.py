"""What the policy looks at and what it decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.notify.progress.model import Plan, Progress
from shared.events.vocabulary import LocalizedText


class NoticeKind(StrEnum):
    """What a notice is about."""

    LAG = "lag"
    OVERDUE = "overdue"
    RECOVERED = "recovered"
    DIGEST = "digest"


class UnsentReason(StrEnum):
    """Why a notice that was due is not sent."""

    NO_RECIPIENT = "no-recipient"  # the agency has no contact for it; held until one is loaded
    NO_LONGER_TRUE = "no-longer-true"  # the standing changed before it was sent
    REPLACED = "replaced"  # by a newer notice on the same
    SUPERSEDED = "superseded"  # a later period's digest was due as well
    CONTACT_REMOVED = "contact-removed"
    REFUSED = "refused"  # the relay refuses the recipient or the mail for good
    GAVE_UP = "gave-up"  # the relay deferred it for a whole day
    NOT_WRITTEN = "not-written"  # its text could not be rendered
    CHANNEL_CLOSED = "channel-closed"  # the relay was unreachable, or refused us, for a whole day
    ANSWER_LOST = "answer-lost"  # the relay's answer never came; it is asked before anything is sent again


@dataclass(frozen=True, slots=True)
class EarlierNotice:
    """What was decided before for an agency: one cause, over all its recipients."""

    cause: str
    kind: NoticeKind
    period: str
    thread: str
    indicators: tuple[str, ...]
    is_pending: bool  # it is queued or held for at least one recipient
    is_sent: bool  # it went out, or may have, to at least one recipient
    is_attempted: bool  # it was sent, or refused for good: the same cause is not sent again
    recovered: tuple[str, ...] = ()  # of its indicators those that were seen in order again since
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the policy looks at for one agency of one plan."""

    plan: Plan
    agency_name: LocalizedText
    lead_name: LocalizedText  # of the agency that runs the plan and signs the notices
    newest: Progress  # the agency's latest period with a judgement
    unfiled: tuple[str, ...]  # ids of closed periods with nothing filed, oldest first
    earlier: tuple[EarlierNotice, ...]  # oldest first
    is_synthetic: bool  # the plan holds simulated figures


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that is due to every contact whom its kind concerns; a cause is told only once."""

    cause: str
    kind: NoticeKind
    plan: str
    agency: str
    period: str
    thread: str
    indicators: tuple[str, ...]  # those it names or asks for; none where it says that a period was locked
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """At most one new notice for an agency, and what becomes of the earlier ones."""

    due: DueNotice | None
    withdrawn: tuple[tuple[str, UnsentReason], ...]  # by cause
    recovered: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by cause: its indicators that are in order again
