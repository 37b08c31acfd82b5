"""Compares what clients were told, what scoring and notify hold, and what lies in the mailbox; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

ENDS: Final = frozenset({"accepted", "skipped", "failed", "held"})


@dataclass(frozen=True)
class Receipt:
    """What a client was told of an accepted submission."""

    submission: UUID
    agency: str
    period: str
    revision: int


@dataclass(frozen=True)
class Standing:
    """The submission that scoring judged last for an agency and period; none where nothing was filed."""

    submission: UUID | None
    revision: int | None


@dataclass(frozen=True)
class Notice:
    """A notice and what became of it."""

    id: str
    kind: str
    state: str
    due_at: datetime


@dataclass(frozen=True)
class Mail:
    """A mail in the mailbox."""

    message_id: str
    notice: str  # the notice it says it carries
    kind: str = ""


@dataclass(frozen=True)
class Account:
    """Everything that does not add up, each with a sentence that says what; empty where all does."""

    unscored: tuple[str, ...]  # accepted submissions without a standing
    undecided: tuple[str, ...]  # notices that were due and have no outcome
    undelivered: tuple[str, ...]  # notices said to be accepted, whose mail is not there
    unexplained: tuple[str, ...]  # mails that no notice answers for
    duplicates: tuple[str, ...]  # mails beyond the first of the same notice or Message-ID

    @property
    def unaccounted(self) -> int:
        """Return how many submissions, notices and mails are not accounted for."""
        return len(self.unscored) + len(self.undecided) + len(self.undelivered) + len(self.unexplained)

    def sentences(self) -> list[str]:
        """Return all that does not add up."""
        return [*self.unscored, *self.undecided, *self.undelivered, *self.unexplained, *self.duplicates]


def account(
    *,
    receipts: Iterable[Receipt],
    applied: Collection[UUID],
    standings: Mapping[tuple[str, str], Standing],
    notices: Collection[Notice],
    mails: Collection[Mail],
    now: datetime,
) -> Account:
    """Return what is missing or too much; `applied` are the submissions that scoring has taken in."""
    return Account(
        unscored=tuple(_unscored(list(receipts), applied=applied, standings=standings)),
        undecided=tuple(
            f"{notice.kind} notice {notice.id} was due at {notice.due_at:%Y-%m-%d %H:%M} and is {notice.state}"
            for notice in notices
            if notice.due_at <= now and notice.state not in ENDS
        ),
        undelivered=tuple(_undelivered(notices, mails=mails)),
        unexplained=tuple(_unexplained(notices, mails=mails)),
        duplicates=tuple(_duplicates(mails)),
    )


def _unscored(
    receipts: list[Receipt], *, applied: Collection[UUID], standings: Mapping[tuple[str, str], Standing]
) -> Iterable[str]:
    counting: dict[tuple[str, str], Receipt] = {}
    for receipt in receipts:
        key = receipt.agency, receipt.period
        if key not in counting or receipt.revision > counting[key].revision:
            counting[key] = receipt
    for receipt in receipts:
        key = receipt.agency, receipt.period
        named = f"submission {receipt.submission} of {receipt.agency} for {receipt.period}"
        standing = standings.get(key)
        if standing is None or standing.submission is None:
            yield f"{named} has no standing"
        elif receipt is counting[key] and (standing.submission, standing.revision) != (
            receipt.submission,
            receipt.revision,
        ):
            yield f"{named} is revision {receipt.revision}, but revision {standing.revision} was judged"
        elif receipt.submission not in applied:
            yield f"{named} was never taken in by scoring"


def _undelivered(notices: Iterable[Notice], *, mails: Iterable[Mail]) -> Iterable[str]:
    there = {mail.notice for mail in mails}
    for notice in notices:
        if notice.state == "accepted" and notice.id not in there:
            yield f"{notice.kind} notice {notice.id} is accepted, but its mail is not in the mailbox"


def _unexplained(notices: Iterable[Notice], *, mails: Iterable[Mail]) -> Iterable[str]:
    accepted = {notice.id for notice in notices if notice.state == "accepted"}
    for mail in mails:
        if mail.notice not in accepted:
            yield f"mail {mail.message_id or 'without Message-ID'} is in the mailbox, but no accepted notice sent it"


def _duplicates(mails: Iterable[Mail]) -> Iterable[str]:
    by_message: Counter[str] = Counter()
    by_notice: Counter[str] = Counter()
    for mail in mails:
        by_message[mail.message_id] += 1
        by_notice[mail.notice] += 1
        if by_message[mail.message_id] > 1 or (mail.notice and by_notice[mail.notice] > 1):
            yield f"mail {mail.message_id} of notice {mail.notice or '?'} is there more than once"
