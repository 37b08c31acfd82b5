"""Decides which notice an agency is due, from its newest standing and what it was told before."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.notify.policy.episodes import indicators_told, lag_notices, lagging_told, recoveries, thread_of
from services.notify.policy.model import Decision, DueNotice, EarlierNotice, NoticeKind, Situation, UnsentReason
from services.notify.policy.recheck import RECOVERED, have_recovered, is_locked, is_true
from services.notify.policy.working_hours import after_working_time, next_working_moment
from services.notify.progress.model import Progress
from shared.events.vocabulary import Standing

_FINGERPRINT_DIGITS: Final = 12
_UNREPORTED: Final = frozenset({Standing.MISSING, Standing.AWAITED})


def decide(*, situation: Situation, settling: timedelta, now: datetime) -> Decision:
    """Return which notice is due to the agency and which waiting ones are withdrawn.

    Only the newest period with a judgement counts: a correction of an older one is no reason for a notice.
    `settling` is how much of working hours a lag notice waits for a correction.
    """
    due = _due(situation, settling=settling, now=now)
    withdrawn = tuple(
        (earlier.cause, _reason_withdrawn(earlier, due=due, situation=situation, now=now))
        for earlier in situation.earlier
        if earlier.is_pending and not _stays(earlier, due=due, situation=situation, now=now)
    )
    return Decision(due=due, withdrawn=withdrawn, recovered=tuple(_newly_recovered(situation)))


def fingerprint(indicators: Iterable[str]) -> str:
    """Return a short name for a set of indicators, whatever their order."""
    return hashlib.sha256("\n".join(sorted(indicators)).encode()).hexdigest()[:_FINGERPRINT_DIGITS]


def _due(situation: Situation, *, settling: timedelta, now: datetime) -> DueNotice | None:
    newest = situation.newest
    if not newest.is_owed:
        due = None
    elif newest.filing is None:
        due = _overdue(situation, now=now) if newest.is_closed else None
    elif newest.indicators_standing(Standing.LAGGING):
        due = _lag(situation, settling=settling, now=now)
    else:
        due = _recovered(situation, now=now)
    return due or _locked(situation, now=now)


def _overdue(situation: Situation, *, now: datetime) -> DueNotice | None:
    newest = situation.newest
    cause = _cause(situation, NoticeKind.OVERDUE)
    is_attempted = any(earlier.is_attempted and earlier.cause == cause for earlier in situation.earlier)
    if is_attempted or is_locked(situation.plan, newest.period, now=now):
        return None
    owed = tuple(judgement.indicator for judgement in newest.judgements)
    return _due_from(now, situation, NoticeKind.OVERDUE, cause=cause, indicators=owed)


def _lag(situation: Situation, *, settling: timedelta, now: datetime) -> DueNotice | None:
    """Return one notice that groups all lagging indicators, due where one lags of which the agency was not told yet."""
    newest = situation.newest
    lagging = newest.indicators_standing(Standing.LAGGING)
    newly_lagging = set(lagging) - lagging_told(situation.earlier, period=newest.period)
    if not newly_lagging:
        return None
    sent = lag_notices(situation.earlier, period=newest.period)
    relapses = sum(not newly_lagging.isdisjoint(notice.recovered) for notice in sent)
    # The ordinal distinguishes a second lag of the same indicators from the first.
    ordinal = str(recoveries(situation.earlier) + relapses or "")
    cause = _cause(situation, NoticeKind.LAG, fingerprint(newly_lagging), ordinal)
    relapsed = {indicator for notice in sent for indicator in notice.indicators}
    began_at = newest.lagging_since
    since = min(
        _filed_at(newest) if indicator in relapsed else began_at.get(indicator, newest.announced_at)
        for indicator in newly_lagging
    )
    settled_at = after_working_time(since, settling, plan=situation.plan)
    return _due_from(max(now, settled_at), situation, NoticeKind.LAG, cause=cause, indicators=lagging)


def _recovered(situation: Situation, *, now: datetime) -> DueNotice | None:
    newest = situation.newest
    lagged, asked = (indicators_told(situation.earlier, kind) for kind in (NoticeKind.LAG, NoticeKind.OVERDUE))
    unreported = {each.indicator for each in newest.judgements if each.standing in _UNREPORTED}
    if not lagged | asked or asked & unreported or not have_recovered(lagged, newest=newest):
        return None
    # The ordinal distinguishes a second episode's recovery from the first.
    cause = _cause(situation, NoticeKind.RECOVERED, str(recoveries(situation.earlier)))
    return _due_from(now, situation, NoticeKind.RECOVERED, cause=cause, indicators=tuple(sorted(lagged)))


def _locked(situation: Situation, *, now: datetime) -> DueNotice | None:
    """Return the last notice on a period that was asked for in vain and is locked."""
    for period in reversed(situation.unfiled):
        asking = [each for each in situation.earlier if each.kind is NoticeKind.OVERDUE and each.period == period]
        is_asked = any(each.is_sent or each.is_pending for each in asking)
        if is_asked and is_locked(situation.plan, period, now=now) and not _is_lock_told(situation, period):
            cause = f"{NoticeKind.OVERDUE}:{situation.newest.plan}:{situation.newest.agency}:{period}:locked"
            due = _due_from(now, situation, NoticeKind.OVERDUE, cause=cause, indicators=())
            return replace(due, period=period, thread=asking[0].thread)
    return None


def _due_from(
    moment: datetime, situation: Situation, kind: NoticeKind, *, cause: str, indicators: tuple[str, ...]
) -> DueNotice:
    newest = situation.newest
    return DueNotice(
        cause=cause,
        kind=kind,
        plan=newest.plan,
        agency=newest.agency,
        period=newest.period,
        thread=thread_of(situation.earlier) or f"{newest.plan}.{newest.agency}.{newest.period}",
        indicators=indicators,
        due_at=next_working_moment(moment, plan=situation.plan),
    )


def _cause(situation: Situation, kind: NoticeKind, *distinctions: str) -> str:
    newest = situation.newest
    return ":".join(filter(None, (kind, newest.plan, newest.agency, newest.period, *distinctions)))


def _filed_at(newest: Progress) -> datetime:
    return newest.filing.filed_at if newest.filing else newest.announced_at


def _is_lock_told(situation: Situation, period_id: str) -> bool:
    """Return whether any notice was sent after the lock: each names the unfiled periods that are locked."""
    period = situation.plan.period(period_id)
    return any(
        each.is_attempted and period and each.sent_at and each.sent_at.date() >= period.locked_on
        for each in situation.earlier
    )


def _newly_recovered(situation: Situation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the causes of lag notices of which indicators are in order again that were not before."""
    standing = situation.newest.standing_by_indicator
    for notice in lag_notices(situation.earlier, period=situation.newest.period):
        recovered = tuple(
            indicator
            for indicator in notice.indicators
            if indicator not in notice.recovered and standing.get(indicator, Standing.MET) in RECOVERED
        )
        if recovered:
            yield notice.cause, recovered


def _stays(earlier: EarlierNotice, *, due: DueNotice | None, situation: Situation, now: datetime) -> bool:
    if due is not None and earlier.cause == due.cause:
        return True
    # Another recipient has it already, so this one gets the same and no other version of the news.
    return earlier.is_attempted and _is_still_true(earlier, situation=situation, now=now)


def _reason_withdrawn(
    earlier: EarlierNotice, *, due: DueNotice | None, situation: Situation, now: datetime
) -> UnsentReason:
    if due is None:
        return UnsentReason.NO_LONGER_TRUE
    is_replaced = due.kind is earlier.kind or _is_still_true(earlier, situation=situation, now=now)
    return UnsentReason.REPLACED if is_replaced else UnsentReason.NO_LONGER_TRUE


def _is_still_true(earlier: EarlierNotice, *, situation: Situation, now: datetime) -> bool:
    return is_true(
        earlier.kind,
        period=earlier.period,
        indicators=earlier.indicators,
        plan=situation.plan,
        newest=situation.newest,
        unfiled=situation.unfiled,
        now=now,
    )
