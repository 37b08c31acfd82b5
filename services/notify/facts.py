"""Puts together what a notice to an agency says, from the agency's situation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.notify.contents import About, LagContents, Line, OverdueContents, RecoveredContents
from services.notify.model import Agency, Indicator, Judgement, NoticeKind, Plan, Progress, Words
from services.notify.needed import needed_numerator, needed_value
from services.notify.notices import Due, Situation
from shared.events.vocabulary import Standing

_IN_ORDER: Final = frozenset({Standing.MET, Standing.ON_TRACK, Standing.AT_RISK})
"""An indicator that stands so was judged, and does not lag."""


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
        return LagContents(
            about=about,
            lagging=lagging,
            missing=missing,
            others=_count_in_order(newest),
            awaited=_names(newest, plan=situation.plan, standing=Standing.AWAITED),
            unassessed=_names(newest, plan=situation.plan, standing=Standing.NOT_ASSESSABLE),
        )
    at_risk = _lines(newest, plan=situation.plan, standings={Standing.AT_RISK}, told=told)
    better = _IN_ORDER - {Standing.AT_RISK}
    recovered = tuple(
        line for line in _lines(newest, plan=situation.plan, standings=better, told=told) if not line.is_new
    )
    return RecoveredContents(
        about=about,
        recovered=recovered,
        at_risk=at_risk,
        others=_count_in_order(newest) - len(recovered) - len(at_risk),
        unassessed=_names(newest, plan=situation.plan, standing=Standing.NOT_ASSESSABLE),
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


def _told(situation: Situation, due: Due) -> frozenset[str]:
    """Return the indicators that the agency was told lag, in the thread the notice goes to."""
    return frozenset(
        indicator
        for earlier in situation.earlier
        if earlier.kind is NoticeKind.LAG and earlier.thread == due.thread and earlier.is_spent
        for indicator in earlier.indicators
    )


def _count_in_order(progress: Progress) -> int:
    return sum(judgement.standing in _IN_ORDER for judgement in progress.judgements)


def _names(progress: Progress, *, plan: Plan, standing: Standing) -> tuple[Words, ...]:
    return tuple(line.name for line in _lines(progress, plan=plan, standings={standing}, told=frozenset()))


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
        needed_value=value,
        needed_numerator=needed_numerator(judgement, value=value),
        note=judgement.note,
    )
