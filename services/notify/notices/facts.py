"""Puts together what a notice to an agency says, from the agency's situation."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.notify.notices.contents import About, LagContents, Line, OverdueContents, RecoveredContents, Unfiled
from services.notify.policy.episodes import indicators_told
from services.notify.policy.model import DueNotice, NoticeKind, Situation
from services.notify.progress.model import Agency, Indicator, Judgement, Period, Plan, Progress
from shared.events.vocabulary import Direction, LocalizedText, Method, Reason, Standing

_IN_ORDER: Final = frozenset({Standing.MET, Standing.ON_TRACK, Standing.AT_RISK})
"""An indicator that stands so was judged, and does not lag."""


def contents_of(due: DueNotice, *, situation: Situation) -> LagContents | OverdueContents | RecoveredContents:
    """Return what the notice that is due to an agency says."""
    newest, plan = situation.newest, situation.plan
    about = about_of(
        plan=plan,
        lead=situation.lead,
        agency=situation.agency,
        progress=newest,
        since=due.thread.rsplit(".", 1)[-1],
        cut_off_at=newest.announced_at,
        is_synthetic=situation.is_synthetic,
    )
    unfiled = tuple(
        Unfiled(period.id, period.locked_on)
        for period in map(plan.period, situation.unfiled)
        if period is not None and (due.kind is NoticeKind.OVERDUE or period.id != newest.period)
    )
    if due.kind is NoticeKind.OVERDUE:
        asked = tuple(_name(each, plan) for each in due.indicators)
        reasons = {judgement.reason for judgement in newest.judgements if due.period == newest.period}
        return OverdueContents(
            about=_in_period(about, plan.period(due.period)),
            indicators=asked,
            unfiled=unfiled,
            is_withdrawn=Reason.WITHDRAWN in reasons,
            is_returned=Reason.RETURNED in reasons,
        )
    later = sorted((each for each in plan.periods if each.ends_on > newest.ends_on), key=lambda each: each.ends_on)
    following = later[0].id if later else None
    awaited, missing, unassessed = (
        _names(newest, plan=plan, standing=standing)
        for standing in (Standing.AWAITED, Standing.MISSING, Standing.NOT_ASSESSABLE)
    )
    if due.kind is NoticeKind.LAG:
        told = _told(situation, due)
        return LagContents(
            about=about,
            lagging=_lines(newest, plan=plan, standings={Standing.LAGGING}, told=told),
            missing=_lines(newest, plan=plan, standings={Standing.MISSING}, told=told),
            others=_count_in_order(newest),
            awaited=awaited,
            unassessed=unassessed,
            on_track_ratio=newest.on_track_ratio if any(map(_is_ratio_of_value, newest.judgements)) else None,
            next_period=following,
            unfiled=unfiled,
        )
    told = indicators_told(situation.earlier, NoticeKind.LAG)
    at_risk = _lines(newest, plan=plan, standings={Standing.AT_RISK}, told=told)
    better = _lines(newest, plan=plan, standings=_IN_ORDER - {Standing.AT_RISK}, told=told)
    recovered = tuple(line for line in better if not line.is_new)
    owed = {judgement.indicator for judgement in newest.judgements}
    return RecoveredContents(
        about=about,
        recovered=recovered,
        at_risk=at_risk,
        others=_count_in_order(newest) - len(recovered) - len(at_risk),
        is_lag_told=bool(told),
        unassessed=unassessed,
        not_owed=tuple(_name(each, plan) for each in sorted(told - owed)),
        missing=missing,
        awaited=awaited,
        next_period=following,
        unfiled=unfiled,
    )


def about_of(
    *,
    plan: Plan,
    lead: Agency,
    agency: Agency,
    progress: Progress,
    since: str,
    cut_off_at: datetime,
    is_synthetic: bool,
) -> About:
    """Return whom and what a notice on this progress is about."""
    period = plan.period(progress.period)
    return About(
        plan=plan.id,
        plan_version=progress.plan_version,
        plan_title=plan.title,
        decision=plan.decision,
        sender=lead.name,
        agency=agency.id,
        agency_name=agency.name,
        period=progress.period,
        starts_on=progress.starts_on,
        ends_on=progress.ends_on,
        due_on=progress.due_on,
        locked_on=period.locked_on if period else None,
        since=since,
        cut_off_at=cut_off_at,
        is_synthetic=is_synthetic,
    )


def _is_ratio_of_value(judgement: Judgement) -> bool:
    """Return whether a lagging indicator is on track from a part of the value that is expected."""
    is_ratio = judgement.method is Method.TO_TARGET and judgement.direction is Direction.INCREASING
    return judgement.standing is Standing.LAGGING and is_ratio and judgement.tolerance is None


def _in_period(about: About, period: Period | None) -> About:
    """Return what a notice on another period than the newest one is about."""
    if period is None or period.id == about.period:
        return about
    return replace(
        about,
        period=period.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        locked_on=period.locked_on,
    )


def _name(indicator: str, plan: Plan) -> LocalizedText:
    # An indicator that a later plan version dropped is told by its id.
    names = (each.name for each in plan.indicators if each.id == indicator)
    return next(names, LocalizedText(vi=indicator, en=indicator))


def _told(situation: Situation, due: DueNotice) -> frozenset[str]:
    """Return the indicators that the agency was told lag, in the thread the notice goes to."""
    return frozenset(
        indicator
        for earlier in situation.earlier
        if earlier.kind is NoticeKind.LAG and earlier.thread == due.thread and earlier.is_attempted
        for indicator in earlier.indicators
    )


def _count_in_order(progress: Progress) -> int:
    return sum(judgement.standing in _IN_ORDER for judgement in progress.judgements)


def _names(progress: Progress, *, plan: Plan, standing: Standing) -> tuple[LocalizedText, ...]:
    return tuple(line.name for line in _lines(progress, plan=plan, standings={standing}, told=frozenset()))


def _lines(progress: Progress, *, plan: Plan, standings: Iterable[Standing], told: frozenset[str]) -> tuple[Line, ...]:
    indicators = {indicator.id: indicator for indicator in plan.indicators}
    wanted = frozenset(standings)
    return tuple(
        _line(judgement, plan=plan, indicator=indicators.get(judgement.indicator), told=told)
        for judgement in progress.judgements
        if judgement.standing in wanted
    )


def _line(judgement: Judgement, *, plan: Plan, indicator: Indicator | None, told: frozenset[str]) -> Line:
    return Line(
        name=_name(judgement.indicator, plan),
        unit=indicator.unit if indicator else LocalizedText(vi="", en=""),
        measure=judgement.measure,
        direction=judgement.direction,
        target=judgement.target,
        basis=judgement.basis,
        standing=judgement.standing,
        is_new=judgement.indicator not in told,
        value=judgement.value,
        numerator=judgement.numerator,
        denominator=judgement.denominator,
        expected_value=judgement.expected_value,
        needed_value=judgement.needed_value,
        needed_numerator=judgement.needed_numerator,
        note=judgement.note,
        tolerance=judgement.tolerance,
    )
