"""Puts together what a notice to an agency says, from the agency's situation."""

from collections.abc import Iterable
from datetime import datetime

from services.notify.contents import About, LagContents, Line, OverdueContents, RecoveredContents
from services.notify.model import Agency, Indicator, Judgement, NoticeKind, Plan, Progress, Words
from services.notify.needed import needed_numerator, needed_value
from services.notify.notices import Due, Situation
from shared.events.vocabulary import Standing


def contents_of(due: Due, *, situation: Situation) -> LagContents | OverdueContents | RecoveredContents:
    """Return what the notice that is due to an agency says."""
    newest = situation.newest
    about = about_of(
        plan=situation.plan,
        lead=situation.lead,
        agency=situation.agency,
        progress=newest,
        since=due.thread.rsplit(".", 1)[-1],
        cut_off_at=newest.announced_at,
        is_synthetic=situation.is_synthetic,
    )
    told = _told(situation, due)
    if due.kind is NoticeKind.OVERDUE:
        names = {indicator.id: indicator.name for indicator in situation.plan.indicators}
        asked = tuple(names[each.indicator] for each in newest.judgements if each.indicator in names)
        return OverdueContents(about=about, indicators=asked, unfiled=situation.unfiled)
    if due.kind is NoticeKind.LAG:
        lagging = _lines(newest, plan=situation.plan, standings={Standing.LAGGING}, told=told)
        missing = _lines(newest, plan=situation.plan, standings={Standing.MISSING}, told=told)
        others = len(newest.judgements) - len(lagging) - len(missing)
        return LagContents(about=about, lagging=lagging, missing=missing, others=others)
    at_risk = _lines(newest, plan=situation.plan, standings={Standing.AT_RISK}, told=told)
    better = set(Standing) - {Standing.AT_RISK}
    recovered = tuple(
        line for line in _lines(newest, plan=situation.plan, standings=better, told=told) if not line.is_new
    )
    others = len(newest.judgements) - len(recovered) - len(at_risk)
    return RecoveredContents(about=about, recovered=recovered, at_risk=at_risk, others=others)


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


def _told(situation: Situation, due: Due) -> frozenset[str]:
    """Return the indicators that the agency was told lag, in the thread the notice goes to."""
    return frozenset(
        indicator
        for earlier in situation.earlier
        if earlier.kind is NoticeKind.LAG and earlier.thread == due.thread and earlier.is_spent
        for indicator in earlier.indicators
    )


def _lines(progress: Progress, *, plan: Plan, standings: Iterable[Standing], told: frozenset[str]) -> tuple[Line, ...]:
    indicators = {indicator.id: indicator for indicator in plan.indicators}
    wanted = frozenset(standings)
    return tuple(
        _line(judgement, indicator=indicators.get(judgement.indicator), progress=progress, told=told)
        for judgement in progress.judgements
        if judgement.standing in wanted
    )


def _line(judgement: Judgement, *, indicator: Indicator | None, progress: Progress, told: frozenset[str]) -> Line:
    # An indicator that a later plan version dropped is told by its id.
    name = indicator.name if indicator else Words(vi=judgement.indicator, en=judgement.indicator)
    value = needed_value(judgement, on_track_ratio=progress.on_track_ratio)
    return Line(
        name=name,
        unit=indicator.unit if indicator else Words(vi="", en=""),
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
        lag_points=judgement.lag_points,
        needed_value=value,
        needed_numerator=needed_numerator(judgement, value=value),
        note=judgement.note,
    )
