"""Decides what counts and what is news: the same progress from the same history, in whatever order it arrives."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from services.scoring.composite import Part, composite
from services.scoring.judgements import Cause, Judgement, Progress
from services.scoring.judging import NO_FIRSTS, judge_agency
from services.scoring.model import Agency, Base, Filing, Indicator, Key, Period, Plan
from shared.events.vocabulary import GrowthFrom, Method, Standing

_MEASURED_FROM_A_BASE: Final = frozenset({Method.FROM_BASELINE, Method.PACE})
_WORST_FIRST: Final = (
    Standing.LAGGING,
    Standing.MISSING,
    Standing.AT_RISK,
    Standing.AWAITED,
    Standing.ON_TRACK,
    Standing.MET,
)


def unsupported(indicators: Iterable[Indicator]) -> str | None:
    """Return why a plan with these indicators cannot be judged, None where it can."""
    baseless = [f"{each.id} ({each.method})" for each in indicators if _is_without_base(each)]
    if not baseless:
        return None
    return f"no baseline for {', '.join(baseless)}; scoring needs one, or with {Method.PACE} the first observation"


def _is_without_base(indicator: Indicator) -> bool:
    if indicator.method is Method.PACE and indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        return False
    return indicator.method in _MEASURED_FROM_A_BASE and indicator.baseline is None


def fault_of(filing: Filing, *, plan: Plan) -> str | None:
    """Return why the filing cannot be judged by its plan version, None where it can."""
    if filing.key.period not in plan.period_by_id:
        return f"plan {plan.id} version {plan.version} has no period {filing.key.period}"
    unknown = sorted(each.indicator for each in filing.observations if each.indicator not in plan.indicator_by_id)
    if unknown:
        return f"plan {plan.id} version {plan.version} has no indicator {', '.join(unknown)}"
    return None


def after_filing(
    *,
    before: Progress | None,
    filing: Filing,
    plan: Plan,
    agency: Agency,
    is_closed: bool,
    cause: Cause,
    firsts: Mapping[str, Base] = NO_FIRSTS,
) -> Progress:
    """Return the progress once the filing is known; `before` itself where a filing that counts more was judged.

    A filing is judged by the plan version it was accepted under, so the order of plans and filings does not matter.
    `firsts` are the agency's first observations before the filing's period, by indicator.
    """
    if before is not None and not filing.replaces(before.filing):
        return before
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=plan.period_by_id[filing.key.period],
        filing=filing,
        is_closed=is_closed,
        firsts=firsts,
    )
    return _advanced(
        before, key=filing.key, plan=plan, filing=filing, judgements=judgements, is_closed=is_closed, cause=cause
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
    return _advanced(
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
    filing = before.filing if before else None
    judgements = judge_agency(
        plan=plan,
        agency=agency,
        period=plan.period_by_id[key.period],
        filing=filing,
        is_closed=True,
        # Closing adds no observation, so what growth was measured from stays.
        firsts={each.indicator: each.base for each in before.judgements if each.base} if before else NO_FIRSTS,
    )
    is_news = judgements != before.judgements if before else bool(judgements)
    if not is_news:
        return before
    return _advanced(before, key=key, plan=plan, filing=filing, judgements=judgements, is_closed=True, cause=cause)


def overall(judgements: Iterable[Judgement], *, has_filed: bool) -> Standing:
    """Return the agency's standing in the period.

    Missing where nothing was filed; else the worst of its indicators, in the order lagging, missing, at risk, awaited,
    on track, met; not assessable only where no indicator could be judged (our rule).
    """
    if not has_filed:
        return Standing.MISSING
    found = {judgement.standing for judgement in judgements}
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


def _advanced(
    before: Progress | None,
    *,
    key: Key,
    plan: Plan,
    filing: Filing | None,
    judgements: tuple[Judgement, ...],
    is_closed: bool,
    cause: Cause,
) -> Progress:
    weights = plan.indicator_by_id
    score = composite(
        Part(each.indicator, each.attainment_ratio, each.standing, weights[each.indicator].weight)
        for each in judgements
    )
    return Progress(
        key=key,
        plan_version=plan.version,
        filing=filing,
        standing=overall(judgements, has_filed=filing is not None),
        judgements=judgements,
        is_closed=is_closed,
        sequence=before.sequence + 1 if before else 1,
        previous_standing=before.standing if before else None,
        changed_indicators=changed(before.judgements if before else (), judgements),
        cause=cause,
        composite_score=score.score,
        coverage_ratio=score.coverage_ratio,
    )
