"""Who is due what: decides from an agency's newest standing and what it was told before, without telling anybody."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notify.model import NoticeKind, Plan, Progress
from services.notify.notices import Due, Earlier, Situation, Why
from services.notify.working_hours import digest_slot, next_working_moment
from shared.events.vocabulary import Standing

_FINGERPRINT_DIGITS: Final = 12
_OPENS_EPISODE: Final = frozenset({NoticeKind.LAG, NoticeKind.OVERDUE})


@dataclass(frozen=True, slots=True)
class Decision:
    """What an agency's situation asks for: at most one new notice, and the waiting ones that lost their cause."""

    due: Due | None
    withdrawn: tuple[tuple[str, Why], ...]  # cause and reason


@dataclass(frozen=True, slots=True)
class Send:
    """The notice goes out now."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The notice is not sent, ever."""

    why: Why


@dataclass(frozen=True, slots=True)
class Postpone:
    """The notice waits for working hours."""

    until: datetime


def decide(*, situation: Situation, now: datetime) -> Decision:
    """Return what is due to the agency and which waiting notices are withdrawn.

    Only the newest period with a judgement counts: a correction of an older one tells nobody about stale lag.
    """
    due = _due(situation, now)
    withdrawn = tuple(
        (earlier.cause, Why.NO_LONGER_TRUE if due is None or due.kind is not earlier.kind else Why.REPLACED)
        for earlier in situation.earlier
        if earlier.is_pending and not _stays(earlier, due=due, newest=situation.newest)
    )
    return Decision(due=due, withdrawn=withdrawn)


def recheck(
    *, kind: NoticeKind, period: str, indicators: Iterable[str], plan: Plan, newest: Progress | None, now: datetime
) -> Send | Skip | Postpone:
    """Return whether a waiting notice is still true and may be sent at `now`."""
    if kind is not NoticeKind.DIGEST and not (
        newest and _is_true(kind, period=period, indicators=indicators, newest=newest)
    ):
        return Skip(Why.NO_LONGER_TRUE)
    allowed_at = next_working_moment(now, plan=plan)
    return Send() if allowed_at == now else Postpone(allowed_at)


def due_digests(*, plan: Plan, known_since: datetime, decided: frozenset[str], now: datetime) -> tuple[str, ...]:
    """Return ids of the periods whose digest is due and not decided yet, oldest first.

    A slot that passed before the plan was known was nobody's to keep.
    """
    return tuple(
        period.id
        for period in plan.periods
        if period.id not in decided and known_since <= digest_slot(period.due_on, plan=plan, timezone=now.tzinfo) <= now
    )


def digest_cause(*, plan: str, period: str) -> str:
    """Return the cause of a period's digest."""
    return f"{NoticeKind.DIGEST}:{plan}:{period}"


def fingerprint(indicators: Iterable[str]) -> str:
    """Return a short name for a set of indicators, whatever their order."""
    return hashlib.sha256("\n".join(sorted(indicators)).encode()).hexdigest()[:_FINGERPRINT_DIGITS]


def _due(situation: Situation, now: datetime) -> Due | None:
    newest = situation.newest
    lagging = newest.indicators_standing(Standing.LAGGING)
    if newest.filing is None:
        kind, distinction = NoticeKind.OVERDUE, ""
        is_due = newest.is_closed and not _is_spent(situation, _cause(situation, NoticeKind.OVERDUE))
    elif lagging:
        newly = set(lagging) - _told_lagging(situation)
        kind, distinction = NoticeKind.LAG, _lag_distinction(newly, situation)
        is_due = bool(newly)
    else:
        # The ordinal keeps a second episode's recovery apart from the first one's.
        kind, distinction = NoticeKind.RECOVERED, str(_recoveries(situation))
        is_due = _episode(situation) is not None and _is_reported_in_full(newest)
    if not is_due:
        return None
    return Due(
        cause=_cause(situation, kind, distinction),
        kind=kind,
        plan=newest.plan,
        agency=newest.agency,
        period=newest.period,
        thread=_episode(situation) or f"{newest.plan}.{newest.agency}.{newest.period}",
        indicators=lagging,
        due_at=next_working_moment(now, plan=situation.plan),
    )


def _cause(situation: Situation, kind: NoticeKind, distinction: str = "") -> str:
    newest = situation.newest
    return ":".join(filter(None, (kind, newest.plan, newest.agency, newest.period, distinction)))


def _told_lagging(situation: Situation) -> set[str]:
    """Return the indicators that the agency was told lag in the newest period, and not that they recovered since."""
    told: set[str] = set()
    for earlier in situation.earlier:
        if earlier.kind is NoticeKind.RECOVERED and earlier.is_spent:
            told.clear()
        elif earlier.kind is NoticeKind.LAG and earlier.is_spent and earlier.period == situation.newest.period:
            told.update(earlier.indicators)
    return told


def _lag_distinction(newly: Iterable[str], situation: Situation) -> str:
    """Return what tells lag notices of a period apart: the indicators, and after a recovery how many there were."""
    return ":".join(filter(None, (fingerprint(newly), str(_recoveries(situation) or ""))))


def _is_spent(situation: Situation, cause: str) -> bool:
    return any(earlier.is_spent and earlier.cause == cause for earlier in situation.earlier)


def _recoveries(situation: Situation) -> int:
    return sum(earlier.is_spent and earlier.kind is NoticeKind.RECOVERED for earlier in situation.earlier)


def _episode(situation: Situation) -> str | None:
    """Return the thread in which the agency was told of trouble that is not told to be over, if there is one."""
    thread: str | None = None
    for earlier in situation.earlier:
        if earlier.kind is NoticeKind.RECOVERED and earlier.is_spent:
            thread = None
        elif earlier.kind in _OPENS_EPISODE and earlier.is_told:
            thread = thread or earlier.thread
    return thread


def _stays(earlier: Earlier, *, due: Due | None, newest: Progress) -> bool:
    if due is not None and earlier.cause == due.cause:
        return True
    # Another recipient has it already, so this one gets the same and not a second kind of news.
    return earlier.is_spent and _is_true(
        earlier.kind, period=earlier.period, indicators=earlier.indicators, newest=newest
    )


def _is_true(kind: NoticeKind, *, period: str, indicators: Iterable[str], newest: Progress) -> bool:
    if newest.period != period:
        return False
    lagging = newest.indicators_standing(Standing.LAGGING)
    if kind is NoticeKind.LAG:
        return not set(indicators).isdisjoint(lagging)
    if kind is NoticeKind.OVERDUE:
        return newest.filing is None and newest.is_closed
    return newest.filing is not None and not lagging and _is_reported_in_full(newest)


def _is_reported_in_full(newest: Progress) -> bool:
    """Return whether the filing leaves out no indicator: one not reported yet may still lag."""
    return not newest.indicators_standing(Standing.MISSING) and not newest.indicators_standing(Standing.AWAITED)
