"""Composes the contents of a notice to an agency from the agency's situation."""

from collections.abc import Set as AbstractSet
from typing import Final

from services.notify.notices.contents import (
    IndicatorLine,
    LagContents,
    NoticeContext,
    OverdueContents,
    RecoveredContents,
    Unfiled,
)
from services.notify.policy.episodes import indicators_told
from services.notify.policy.model import DueNotice, NoticeKind, Situation
from shared.events.progress import JudgementData
from shared.events.vocabulary import Direction, LocalizedText, Method, Reason, Standing

_NOT_LAGGING: Final = frozenset({Standing.MET, Standing.ON_TRACK, Standing.AT_RISK})
"""Standings of indicators that were judged and do not lag."""


def contents_of(due: DueNotice, *, situation: Situation) -> LagContents | OverdueContents | RecoveredContents:
    """Return what the notice that is due to an agency says."""
    if due.kind is NoticeKind.OVERDUE:
        return _overdue(due, situation)
    return _lag(due, situation) if due.kind is NoticeKind.LAG else _recovered(due, situation)


def _overdue(due: DueNotice, situation: Situation) -> OverdueContents:
    newest = situation.newest
    reasons = {judgement.reason for judgement in newest.judgements if due.period == newest.period}
    return OverdueContents(
        about=_context(due, situation),
        indicators=tuple(situation.plan.indicator_name(each) for each in due.indicators),
        unfiled=_unfiled(situation),
        is_withdrawn=Reason.WITHDRAWN in reasons,
        is_returned=Reason.RETURNED in reasons,
    )


def _lag(due: DueNotice, situation: Situation) -> LagContents:
    newest = situation.newest
    told = frozenset(
        indicator
        for earlier in situation.earlier
        if earlier.kind is NoticeKind.LAG and earlier.thread == due.thread and earlier.is_attempted
        for indicator in earlier.indicators
    )
    return LagContents(
        about=_context(due, situation),
        lagging=_lines(situation, {Standing.LAGGING}, told=told),
        missing=_lines(situation, {Standing.MISSING}, told=told),
        others=_count_not_lagging(situation),
        awaited=_names(situation, Standing.AWAITED),
        unassessed=_names(situation, Standing.NOT_ASSESSABLE),
        on_track_ratio=newest.thresholds.on_track_ratio if any(map(_is_judged_by_ratio, newest.judgements)) else None,
        next_period=_next_period(situation),
        unfiled=_unfiled(situation, but=newest.period),
    )


def _recovered(due: DueNotice, situation: Situation) -> RecoveredContents:
    told = indicators_told(situation.earlier, NoticeKind.LAG)
    at_risk = _lines(situation, {Standing.AT_RISK}, told=told)
    in_order = _lines(situation, {Standing.MET, Standing.ON_TRACK}, told=told)
    recovered = tuple(line for line in in_order if not line.is_new)
    owed = {judgement.indicator for judgement in situation.newest.judgements}
    return RecoveredContents(
        about=_context(due, situation),
        recovered=recovered,
        at_risk=at_risk,
        others=_count_not_lagging(situation) - len(recovered) - len(at_risk),
        is_lag_told=bool(told),
        unassessed=_names(situation, Standing.NOT_ASSESSABLE),
        not_owed=tuple(situation.plan.indicator_name(each) for each in sorted(told - owed)),
        missing=_names(situation, Standing.MISSING),
        awaited=_names(situation, Standing.AWAITED),
        next_period=_next_period(situation),
        unfiled=_unfiled(situation, but=situation.newest.period),
    )


def _context(due: DueNotice, situation: Situation) -> NoticeContext:
    plan, newest = situation.plan, situation.newest
    period = plan.period(due.period)
    dates = (newest.period_starts_on, newest.period_ends_on, newest.due_on)
    if period and due.period != newest.period:
        dates = (period.starts_on, period.ends_on, period.due_on)
    starts_on, ends_on, due_on = dates
    return NoticeContext(
        plan=plan.plan,
        plan_version=newest.plan_version,
        plan_title=plan.title,
        decision=plan.decision,
        sender=situation.lead_name,
        agency=newest.agency,
        agency_name=situation.agency_name,
        period=due.period,
        starts_on=starts_on,
        ends_on=ends_on,
        due_on=due_on,
        locked_on=period.locked_on if period else None,
        since=due.thread.rsplit(".", 1)[-1],
        as_of=newest.announced_at,
        is_synthetic=situation.is_synthetic,
    )


def _unfiled(situation: Situation, *, but: str | None = None) -> tuple[Unfiled, ...]:
    return tuple(
        Unfiled(period.id, period.locked_on)
        for period in map(situation.plan.period, situation.unfiled)
        if period is not None and period.id != but
    )


def _next_period(situation: Situation) -> str | None:
    later = [period for period in situation.plan.periods if period.ends_on > situation.newest.period_ends_on]
    return min(later, key=lambda period: period.ends_on).id if later else None


def _is_judged_by_ratio(judgement: JudgementData) -> bool:
    """Return whether a lagging indicator is on track from a ratio of the value that is expected."""
    is_ratio = judgement.method is Method.TO_TARGET and judgement.direction is Direction.INCREASING
    return judgement.standing is Standing.LAGGING and is_ratio and judgement.tolerance is None


def _count_not_lagging(situation: Situation) -> int:
    return sum(judgement.standing in _NOT_LAGGING for judgement in situation.newest.judgements)


def _names(situation: Situation, standing: Standing) -> tuple[LocalizedText, ...]:
    return tuple(
        situation.plan.indicator_name(judgement.indicator)
        for judgement in situation.newest.judgements
        if judgement.standing is standing
    )


def _lines(
    situation: Situation, standings: AbstractSet[Standing], *, told: frozenset[str]
) -> tuple[IndicatorLine, ...]:
    return tuple(
        IndicatorLine(
            name=situation.plan.indicator_name(judgement.indicator),
            unit=situation.plan.indicator_unit(judgement.indicator),
            judgement=judgement,
            is_new=judgement.indicator not in told,
        )
        for judgement in situation.newest.judgements
        if judgement.standing in standings
    )
