"""What notify knows of notices: their kinds and states, whom they go to, and what was decided before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.notify.contents import Contents
from services.notify.model import Agency, NoticeKind, Plan, Progress
from shared.events.vocabulary import Language


class NoticeState(StrEnum):
    """Where a notice is on its way; the last four are ends."""

    QUEUED = "queued"
    SENDING = "sending"  # claimed by a sender, under a lease
    UNKNOWN = "unknown"  # the relay may have it; asked before anything is sent again
    ACCEPTED = "accepted"  # the relay took it
    SKIPPED = "skipped"
    FAILED = "failed"
    HELD = "held"  # waits for contacts, or for a person to act


class Why(StrEnum):
    """Why a notice that was due is not sent."""

    NO_RECIPIENT = "no-recipient"  # the agency has no contact for it; held until one is loaded
    NO_LONGER_TRUE = "no-longer-true"  # the standing changed before it was sent
    REPLACED = "replaced"  # a newer notice tells it
    SUPERSEDED = "superseded"  # a later period's digest was due as well
    CONTACT_REMOVED = "contact-removed"
    REFUSED = "refused"  # the relay refuses the recipient or the mail for good
    GAVE_UP = "gave-up"  # the relay put it off for a whole day
    NOT_WRITTEN = "not-written"  # its text could not be written
    CHANNEL_CLOSED = "channel-closed"  # the relay was away, or refused us, for a whole day
    ANSWER_LOST = "answer-lost"  # the relay's answer never came; it is asked before anything is sent again


REOPENABLE: Final = frozenset({Why.NO_LONGER_TRUE, Why.REPLACED})
"""A notice skipped for one of these was never sent and is due again when its cause is true again."""


class Role(StrEnum):
    """For what a contact is told."""

    OFFICER = "officer"  # notices about the agency's own progress
    HEAD = "head"  # escalations
    DIGEST = "digest"  # the lead agency's digest
    HELP = "help"  # told nothing: named in the lead agency's letters as whom to ask


ROLE_TOLD: Final = {
    NoticeKind.LAG: Role.OFFICER,
    NoticeKind.OVERDUE: Role.OFFICER,
    NoticeKind.RECOVERED: Role.OFFICER,
    NoticeKind.DIGEST: Role.DIGEST,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of an agency and the address at which they are told."""

    id: UUID
    agency: str
    role: Role
    name: str
    email: str
    language: Language
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Whom agencies may ask at the lead agency."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided before for an agency: one cause, over all its recipients."""

    cause: str
    kind: NoticeKind
    period: str
    thread: str
    indicators: tuple[str, ...]
    is_pending: bool  # a recipient still waits for it
    is_told: bool  # it went out, or may have, to a recipient
    is_spent: bool  # it went out or was refused for good: this cause is not told again
    over: tuple[str, ...] = ()  # of its indicators those that were seen in order again since
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the policy looks at for one agency of one plan."""

    plan: Plan
    agency: Agency
    lead: Agency  # who guides the plan and signs the notices
    newest: Progress  # the agency's latest period with a judgement
    unfiled: tuple[str, ...]  # ids of closed periods with nothing filed, oldest first
    earlier: tuple[Earlier, ...]  # oldest first
    is_synthetic: bool  # simulated figures take part in the plan


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due to everybody whom its kind concerns; `cause` names it once and for all."""

    cause: str
    kind: NoticeKind
    plan: str
    agency: str
    period: str
    thread: str
    indicators: tuple[str, ...]  # that it tells of or asks for; none where it says that a period was locked
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on its way to one recipient."""

    id: UUID
    kind: NoticeKind
    plan: str
    agency: str
    period: str
    thread: str
    indicators: tuple[str, ...]
    contents: Contents
    recipient: str
    email: str
    language: Language
    attempts: int
    help: Help | None
