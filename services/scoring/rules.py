"""Decides what counts and what is news: the same progress from the same history, in whatever order it arrives."""

from collections.abc import Collection, Iterable
from typing import Final

from services.scoring.composite import score_of
from services.scoring.judgements import Cause, Judgement, Progress
from services.scoring.model import Ended, Filing, Key, Plan
from shared.events.vocabulary import Standing

_WORST_FIRST: Final = (
    Standing.LAGGING,
    Standing.MISSING,
    Standing.AT_RISK,
    Standing.AWAITED,
    Standing.ON_TRACK,
    Standing.MET,
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
