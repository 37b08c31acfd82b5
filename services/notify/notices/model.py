"""The states of a notice and whom it goes to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.notify.notices.contents import Contents
from services.notify.policy.model import NoticeKind, UnsentReason
from shared.events.vocabulary import Language


class NoticeState(StrEnum):
    """How far a notice has got; the last four are final."""

    QUEUED = "queued"
    SENDING = "sending"  # claimed by a sender, under a lease
    UNKNOWN = "unknown"  # the relay may have it; asked before anything is sent again
    ACCEPTED = "accepted"  # the relay took it
    SKIPPED = "skipped"
    FAILED = "failed"
    HELD = "held"  # waits for contacts, or for a person to act


REOPENABLE: Final = frozenset({UnsentReason.NO_LONGER_TRUE, UnsentReason.REPLACED})
"""Reasons for which a notice was skipped unsent, so that it is due again when its cause is true again."""


class Role(StrEnum):
    """What a contact is told about."""

    OFFICER = "officer"  # notices about the agency's own progress
    HEAD = "head"  # escalations
    DIGEST = "digest"  # the lead agency's digest
    HELP = "help"  # gets no notices: named in mails as the person to ask


RECIPIENT_ROLE: Final = {
    NoticeKind.LAG: Role.OFFICER,
    NoticeKind.OVERDUE: Role.OFFICER,
    NoticeKind.RECOVERED: Role.OFFICER,
    NoticeKind.DIGEST: Role.DIGEST,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of an agency and their mail address."""

    id: UUID
    agency: str
    role: Role
    name: str
    email: str
    language: Language
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """The person at the lead agency whom agencies may ask."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one recipient."""

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
