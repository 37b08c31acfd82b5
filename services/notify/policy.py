"""Who is due what: decides from an agency's newest standing and what it was told before, without telling anybody."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.notify.model import NoticeKind, Plan, Progress
from services.notify.notices import Due, Earlier, Situation, Why
from services.notify.working_hours import after_working_time, digest_slot, next_working_moment
from shared.events.vocabulary import Standing

_FINGERPRINT_DIGITS: Final = 12
_OPENS_EPISODE: Final = frozenset({NoticeKind.LAG, NoticeKind.OVERDUE})
_IS_SILENT: Final = frozenset({Standing.MISSING, Standing.AWAITED})
IS_OVER: Final = frozenset({Standing.MET, Standing.ON_TRACK, Standing.NOT_ASSESSABLE})
"""An indicator that stands so has recovered; at risk is not recovered."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an agency's situation asks for: at most one new notice, and the waiting ones that lost their cause."""

    due: Due | None
    withdrawn: tuple[tuple[str, Why], ...]  # cause and reason
    over: tuple[tuple[str, tuple[str, ...]], ...] = ()  # cause, and which of its indicators are in order again


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


def decide(*, situation: Situation, settling: timedelta, now: datetime) -> Decision:
    """Return what is due to the agency and which waiting notices are withdrawn.

    Only the newest period with a judgement counts: a correction of an older one tells nobody about stale lag.
    `settling` is how much of working hours a lag notice waits for a correction.
    """
    due = _due(situation, settling=settling, now=now)
    withdrawn = tuple(
        (earlier.cause, _why_withdrawn(earlier, due=due, situation=situation, now=now))
        for earlier in situation.earlier
        if earlier.is_pending and not _stays(earlier, due=due, situation=situation, now=now)
    )
    return Decision(due=due, withdrawn=withdrawn, over=tuple(_over(situation)))


def recheck(
    *,
    kind: NoticeKind,
    period: str,
    indicators: Iterable[str],
    plan: Plan,
    newest: Progress | None,
    unfiled: Iterable[str],
    now: datetime,
) -> Send | Skip | Postpone:
    """Return whether a waiting notice is still true and may be sent at `now`; `unfiled` are closed periods' ids."""
    if kind is not NoticeKind.DIGEST and not (
        newest
        and _is_true(kind, period=period, indicators=indicators, plan=plan, newest=newest, unfiled=unfiled, now=now)
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


def told_of(earlier: Iterable[Earlier], kind: NoticeKind) -> frozenset[str]:
    """Return the indicators that notices of `kind` told an agency of since it was last told that it recovered."""
    told: set[str] = set()
    for each in earlier:
        if each.kind is NoticeKind.RECOVERED and each.is_spent:
            told.clear()
        elif each.kind is kind and each.is_told:
            told.update(each.indicators)
    return frozenset(told)


def _due(situation: Situation, *, settling: timedelta, now: datetime) -> Due | None:
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


def _overdue(situation: Situation, *, now: datetime) -> Due | None:
    newest = situation.newest
    cause = _cause(situation, NoticeKind.OVERDUE)
    if _is_spent(situation, cause) or _is_locked(situation.plan, newest.period, now=now):
        return None
    asked = tuple(judgement.indicator for judgement in newest.judgements)
    return _due_now(situation, NoticeKind.OVERDUE, cause=cause, indicators=asked, now=now)


def _lag(situation: Situation, *, settling: timedelta, now: datetime) -> Due | None:
    newest = situation.newest
    lagging = newest.indicators_standing(Standing.LAGGING)
    told = [each for each in situation.earlier if _tells_lag(each, situation) and each.is_spent]
    newly = set(lagging) - _told_lagging(situation)
    if not newly:
        return None
    relapses = sum(not newly.isdisjoint(each.over) for each in told)
    # The ordinal keeps a second lag of the same indicators apart from the first one.
    cause = _cause(situation, NoticeKind.LAG, fingerprint(newly), str(_recoveries(situation) + relapses or ""))
    began = dict(newest.lag_began)
    relapsed = {indicator for each in told for indicator in each.indicators}
    since = min(_filed_at(newest) if each in relapsed else began.get(each, newest.announced_at) for each in newly)
    settled_at = after_working_time(since, settling, plan=situation.plan)
    return _due_now(situation, NoticeKind.LAG, cause=cause, indicators=lagging, now=max(now, settled_at))


def _recovered(situation: Situation, *, now: datetime) -> Due | None:
    lagged, asked = (told_of(situation.earlier, kind) for kind in (NoticeKind.LAG, NoticeKind.OVERDUE))
    silent = {each.indicator for each in situation.newest.judgements if each.standing in _IS_SILENT}
    if not lagged | asked or asked & silent or not _are_over(lagged, newest=situation.newest):
        return None
    # The ordinal keeps a second episode's recovery apart from the first one's.
    cause = _cause(situation, NoticeKind.RECOVERED, str(_recoveries(situation)))
    return _due_now(situation, NoticeKind.RECOVERED, cause=cause, indicators=tuple(sorted(lagged)), now=now)


def _locked(situation: Situation, *, now: datetime) -> Due | None:
    """Return the last letter about a report that was asked for in vain, once its period is locked."""
    for period in reversed(situation.unfiled):
        asking = [each for each in situation.earlier if each.kind is NoticeKind.OVERDUE and each.period == period]
        is_asked = any(each.is_told or each.is_pending for each in asking)
        if is_asked and _is_locked(situation.plan, period, now=now) and not _is_lock_told(situation, period):
            return Due(
                cause=f"{NoticeKind.OVERDUE}:{situation.plan.id}:{situation.agency.id}:{period}:locked",
                kind=NoticeKind.OVERDUE,
                plan=situation.plan.id,
                agency=situation.agency.id,
                period=period,
                thread=asking[0].thread,
                indicators=(),
                due_at=next_working_moment(now, plan=situation.plan),
            )
    return None


def _due_now(situation: Situation, kind: NoticeKind, *, cause: str, indicators: tuple[str, ...], now: datetime) -> Due:
    newest = situation.newest
    return Due(
        cause=cause,
        kind=kind,
        plan=newest.plan,
        agency=newest.agency,
        period=newest.period,
        thread=_episode(situation) or f"{newest.plan}.{newest.agency}.{newest.period}",
        indicators=indicators,
        due_at=next_working_moment(now, plan=situation.plan),
    )


def _cause(situation: Situation, kind: NoticeKind, *distinctions: str) -> str:
    newest = situation.newest
    return ":".join(filter(None, (kind, newest.plan, newest.agency, newest.period, *distinctions)))


def _filed_at(newest: Progress) -> datetime:
    return newest.filing.filed_at if newest.filing else newest.announced_at


def _is_locked(plan: Plan, period_id: str, *, now: datetime) -> bool:
    period = plan.period(period_id)
    return period is not None and now.date() >= period.locked_on


def _is_lock_told(situation: Situation, period_id: str) -> bool:
    """Return whether a letter went out after the lock: each names the unfiled periods that are locked."""
    period = situation.plan.period(period_id)
    return any(
        each.is_spent and period and each.told_at and each.told_at.date() >= period.locked_on
        for each in situation.earlier
    )


def _tells_lag(earlier: Earlier, situation: Situation) -> bool:
    return earlier.kind is NoticeKind.LAG and earlier.period == situation.newest.period


def _told_lagging(situation: Situation) -> set[str]:
    """Return the indicators that the agency was told lag in the newest period and that did not recover since."""
    told: set[str] = set()
    for earlier in situation.earlier:
        if earlier.kind is NoticeKind.RECOVERED and earlier.is_spent:
            told.clear()
        elif _tells_lag(earlier, situation) and earlier.is_spent:
            told.update(set(earlier.indicators) - set(earlier.over))
    return told


def _over(situation: Situation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the lag notices of which indicators are in order again that were not before."""
    standing = {judgement.indicator: judgement.standing for judgement in situation.newest.judgements}
    for earlier in situation.earlier:
        if _tells_lag(earlier, situation) and earlier.is_spent:
            over = tuple(
                each
                for each in earlier.indicators
                if each not in earlier.over and standing.get(each, Standing.MET) in IS_OVER
            )
            if over:
                yield earlier.cause, over


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
        elif earlier.kind in _OPENS_EPISODE and earlier.is_told and earlier.indicators:
            thread = thread or earlier.thread
    return thread


def _stays(earlier: Earlier, *, due: Due | None, situation: Situation, now: datetime) -> bool:
    if due is not None and earlier.cause == due.cause:
        return True
    # Another recipient has it already, so this one gets the same and not a second kind of news.
    return earlier.is_spent and _is_earlier_true(earlier, situation=situation, now=now)


def _why_withdrawn(earlier: Earlier, *, due: Due | None, situation: Situation, now: datetime) -> Why:
    if due is None:
        return Why.NO_LONGER_TRUE
    is_retold = due.kind is earlier.kind or _is_earlier_true(earlier, situation=situation, now=now)
    return Why.REPLACED if is_retold else Why.NO_LONGER_TRUE


def _is_earlier_true(earlier: Earlier, *, situation: Situation, now: datetime) -> bool:
    return _is_true(
        earlier.kind,
        period=earlier.period,
        indicators=earlier.indicators,
        plan=situation.plan,
        newest=situation.newest,
        unfiled=situation.unfiled,
        now=now,
    )


def _is_true(
    kind: NoticeKind,
    *,
    period: str,
    indicators: Iterable[str],
    plan: Plan,
    newest: Progress,
    unfiled: Iterable[str],
    now: datetime,
) -> bool:
    told = frozenset(indicators)
    is_locked = _is_locked(plan, period, now=now)
    if kind is NoticeKind.OVERDUE and not told:
        return is_locked and period in unfiled
    if newest.period != period or not newest.is_owed:
        return False
    lagging = newest.indicators_standing(Standing.LAGGING)
    if kind is NoticeKind.LAG:
        return not told.isdisjoint(lagging)
    if kind is NoticeKind.OVERDUE:
        return newest.filing is None and newest.is_closed and not is_locked
    return newest.filing is not None and not lagging and _are_over(told, newest=newest)


def _are_over(indicators: Iterable[str], *, newest: Progress) -> bool:
    """Return whether each of the indicators is in order, not assessable, or not owed any more."""
    standing = {judgement.indicator: judgement.standing for judgement in newest.judgements}
    return all(standing.get(each, Standing.MET) in IS_OVER for each in indicators)
