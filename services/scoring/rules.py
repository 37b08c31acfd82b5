"""Decides what counts and what is news: the same progress from the same history, in whatever order it arrives."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from services.scoring.composite import score_of
from services.scoring.judgements import Cause, Judgement, Progress
from services.scoring.judging import NO_FIRSTS, judge_agency
from services.scoring.model import Agency, Base, Ended, Filing, Key, Period, Plan
from shared.events.vocabulary import GrowthFrom, Standing

_WORST_FIRST: Final = (
    Standing.LAGGING,
    Standing.MISSING,
    Standing.AT_RISK,
    Standing.AWAITED,
    Standing.ON_TRACK,
    Standing.MET,
)


def after_filing(
    *,
    before: Progress | None,
    filing: Filing,
    plan: Plan,
    agency: Agency,
    is_closed: bool,
    cause: Cause,
    firsts: Mapping[str, Base] = NO_FIRSTS,
    ended: Ended | None = None,
) -> Progress:
    """Return the progress once the filing is known; `before` itself where that looks at a higher revision.

    A filing is judged by the plan version it was accepted under, so the order of plans and filings does not matter.
    `firsts` are the agency's first observations before the filing's period, by indicator; `ended` is how the filing
    itself ended, where that is known already.
    """
    if before is not None and not filing.replaces(before.latest):
        return before
    counting = filing if ended is None else None
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=plan.period_by_id[filing.key.period],
        filing=counting,
        is_closed=is_closed,
        firsts=firsts,
        ended=ended,
    )
    return advanced(
        before,
        key=filing.key,
        plan=plan,
        filing=counting,
        ended=ended,
        judgements=judgements,
        is_closed=is_closed,
        cause=cause,
    )


def after_ending(
    *, before: Progress, ended: Ended, plan: Plan, agency: Agency, is_closed: bool, cause: Cause
) -> Progress:
    """Return the progress once a submission is known to be withdrawn or returned; `before` where it is not the latest.

    `plan` is the version that judged before. Of two endings of one submission the first counts.
    """
    if before.latest is None or before.latest.submission != ended.submission:
        return before
    if before.ended is not None and not ended.precedes(before.ended):
        return before
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=plan.period_by_id[before.key.period],
        filing=None,
        is_closed=is_closed,
        ended=ended,
    )
    return advanced(
        before,
        key=before.key,
        plan=plan,
        filing=None,
        ended=ended,
        judgements=judgements,
        is_closed=is_closed,
        cause=cause,
    )


def after_earlier_filing(
    *, before: Progress, plan: Plan, agency: Agency, is_closed: bool, cause: Cause, firsts: Mapping[str, Base]
) -> Progress:
    """Return the progress of a period once a filing for an earlier one is known; `before` where that changes nothing.

    `plan` is the version that judged before; `firsts` are the first observations before this period as they are now.
    """
    period = plan.period_by_id[before.key.period]
    if not any(_is_measured_anew(each, plan=plan, period=period, firsts=firsts) for each in before.judgements):
        return before
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=period,
        filing=before.filing,
        is_closed=is_closed,
        firsts=firsts,
    )
    return advanced(
        before,
        key=before.key,
        plan=plan,
        filing=before.filing,
        judgements=judgements,
        is_closed=is_closed,
        cause=cause,
    )


def after_closing(*, before: Progress | None, key: Key, plan: Plan, agency: Agency, cause: Cause) -> Progress | None:
    """Return the progress once the due date has passed; `before` itself, or None, where that changes nothing.

    `plan` is the version that judged before, or the newest where nothing was filed.
    """
    filing, ended = (before.filing, before.ended) if before else (None, None)
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=plan.period_by_id[key.period],
        filing=filing,
        is_closed=True,
        # Closing adds no observation, so what growth was measured from stays.
        firsts={each.indicator: each.base for each in before.judgements if each.base} if before else NO_FIRSTS,
        ended=ended,
    )
    is_news = judgements != before.judgements if before else bool(judgements)
    if not is_news:
        return before
    return advanced(
        before, key=key, plan=plan, filing=filing, ended=ended, judgements=judgements, is_closed=True, cause=cause
    )


def overall(judgements: Iterable[Judgement], *, has_filed: bool, is_closed: bool = True) -> Standing:
    """Return the agency's standing in the period.

    Where nothing counts as filed missing, or awaited before it is due; else the worst of its indicators, in the order
    lagging, missing, at risk, awaited, on track, met; not assessable only where none could be judged, or nothing is
    owed (our rule).
    """
    found = {judgement.standing for judgement in judgements}
    if found and not has_filed:
        return Standing.MISSING if is_closed else Standing.AWAITED
    return next((standing for standing in _WORST_FIRST if standing in found), Standing.NOT_ASSESSABLE)


def changed(before: Collection[Judgement], after: Iterable[Judgement]) -> tuple[str, ...]:
    """Return the indicators whose judgement differs from the one before."""
    return tuple(judgement.indicator for judgement in after if judgement not in before)


def _is_measured_anew(judgement: Judgement, *, plan: Plan, period: Period, firsts: Mapping[str, Base]) -> bool:
    """Return whether the first observation that this judgement was measured from is another one now."""
    if plan.indicator_by_id[judgement.indicator].growth_from is not GrowthFrom.FIRST_OBSERVATION:
        return False
    first, base = firsts.get(judgement.indicator), judgement.base
    if base is None:
        return False  # nothing was observed
    return base.on != period.last_on if first is None else base != first


def advanced(
    before: Progress | None,
    *,
    key: Key,
    plan: Plan,
    filing: Filing | None,
    judgements: tuple[Judgement, ...],
    is_closed: bool,
    cause: Cause,
    ended: Ended | None = None,
) -> Progress:
    """Return the progress that follows on `before`, judged by this version of the plan."""
    score = score_of(judgements, plan=plan)
    return Progress(
        key=key,
        plan_version=plan.version,
        filing=filing,
        standing=overall(judgements, has_filed=filing is not None, is_closed=is_closed),
        judgements=judgements,
        is_closed=is_closed,
        sequence=before.sequence + 1 if before else 1,
        previous_standing=before.standing if before else None,
        changed_indicators=changed(before.judgements if before else (), judgements),
        cause=cause,
        composite_score=score.score,
        coverage_ratio=score.coverage_ratio,
        ended=ended,
    )
