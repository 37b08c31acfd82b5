"""Progress events: made from how an agency stands and the plan version that judged it, and read back."""

from collections.abc import Mapping
from typing import Any, Final

from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.judgements import Cause, Judgement, Observed, Progress
from services.scoring.judging.model import (
    Base,
    Ended,
    Filing,
    Indicator,
    Key,
    Milestone,
    Observation,
    Period,
    Plan,
    Target,
    Tolerance,
    once_per_plan,
)
from shared.events.envelope import attributes, event_id
from shared.events.plans import MilestoneData, TargetData, ThresholdsData, ToleranceData
from shared.events.progress import (
    BaseData,
    EndedData,
    FilingData,
    JudgementData,
    ObservedData,
    ProgressChanged,
    ProgressChangedData,
)
from shared.events.vocabulary import Measure

SOURCE: Final = "/scoring"
KIND: Final = "progress.changed.v1"


def event_of(progress: Progress, *, plan: Plan) -> ProgressChanged:
    """Return the event that announces the progress; `plan` is the version that judged it.

    The same progress always gives the same event, with the same id.
    """
    key, cause = progress.key, progress.cause
    return ProgressChanged(
        **attributes(
            kind=KIND,
            source=SOURCE,
            subject="/".join(key),
            time=cause.decided_at.astimezone(plan.timezone),
            identity=event_id("progress", *key, progress.sequence),
            correlation=cause.correlation,
            causation=cause.causation,
        ),
        data=data_of(progress, plan=plan),
    )


def data_of(progress: Progress, *, plan: Plan) -> ProgressChangedData:
    """Return what the event tells: everything needed to recompute the progress by hand."""
    period = plan.period_by_id[progress.key.period]
    constants = _constants(plan, period)
    return ProgressChangedData(
        plan=plan.id,
        plan_version=plan.version,
        agency=progress.key.agency,
        period=period.id,
        sequence=progress.sequence,
        plan_starts_on=plan.starts_on,
        plan_ends_on=plan.ends_on,
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        due_on=period.due_on,
        is_closed=progress.is_closed,
        thresholds=ThresholdsData(
            on_track_ratio=plan.thresholds.on_track_ratio, at_risk_ratio=plan.thresholds.at_risk_ratio
        ),
        filing=_filing_data(progress.filing, plan=plan, period=period) if progress.filing else None,
        ended=_ended_data(progress.ended, plan=plan) if progress.ended else None,
        standing=progress.standing,
        previous_standing=progress.previous_standing,
        judgements=tuple(_judgement_data(each, constants[each.indicator]) for each in progress.judgements),
        changed_indicators=progress.changed_indicators,
        composite_score=progress.composite_score,
        coverage_ratio=progress.coverage_ratio,
    )


def progress_of(event: ProgressChanged) -> Progress:
    """Return the progress that the event announced."""
    data = event.data
    key = Key(plan=data.plan, agency=data.agency, period=data.period)
    return Progress(
        key=key,
        plan_version=data.plan_version,
        filing=_filing_of(data, key=key) if data.filing else None,
        standing=data.standing,
        judgements=tuple(map(_judgement_of, data.judgements)),
        is_closed=data.is_closed,
        sequence=data.sequence,
        previous_standing=data.previous_standing,
        changed_indicators=data.changed_indicators,
        cause=Cause(event.correlationid, event.causationid, event.time),
        composite_score=data.composite_score,
        coverage_ratio=data.coverage_ratio,
        ended=_ended_of(data.ended, key=key) if data.ended else None,
    )


@once_per_plan
def _constants(plan: Plan, period: Period) -> Mapping[str, Mapping[str, Any]]:
    """Return, by indicator, the fields of its judgements that are the same for every agency."""
    criteria = criteria_of(plan, period)
    return {each.id: _of_indicator(each, target=criteria[each.id].target) for each in plan.indicators}


def _of_indicator(indicator: Indicator, *, target: Target | None) -> Mapping[str, Any]:
    return {
        "indicator": indicator.id,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "method": indicator.method,
        "target": _target_data(target) if target else None,
        "basis": indicator.basis,
        "expectation": indicator.expectation,
        "growth_from": indicator.growth_from,
        "baseline": _milestone_data(indicator.baseline) if indicator.baseline else None,
        "milestones": tuple(map(_milestone_data, indicator.milestones)),
        "tolerance": _tolerance_data(indicator.tolerance) if indicator.tolerance else None,
        "limit": indicator.limit,
        "weight": indicator.weight,
    }


def _judgement_data(judgement: Judgement, constants: Mapping[str, Any]) -> JudgementData:
    observed, base = judgement.observed, judgement.base
    return JudgementData(
        **constants,
        observed=None
        if observed is None
        else ObservedData(
            value=observed.value, numerator=observed.numerator, denominator=observed.denominator, note=observed.note
        ),
        attainment_ratio=judgement.attainment_ratio,
        expected_ratio=judgement.expected_ratio,
        expected_value=judgement.expected_value,
        pace_ratio=judgement.pace_ratio,
        lag_points=judgement.lag_points,
        standing=judgement.standing,
        reason=judgement.reason,
        lag_value=judgement.lag_value,
        needed_value=judgement.needed_value,
        needed_numerator=judgement.needed_numerator,
        base=BaseData(on=base.on, value=base.value) if base else None,
        limit_factor=judgement.limit_factor,
        progress_ratio=judgement.progress_ratio,
        score=judgement.score,
        status=judgement.status,
        points=judgement.points,
    )


def _judgement_of(data: JudgementData) -> Judgement:
    observed, base = data.observed, data.base
    return Judgement(
        indicator=data.indicator,
        observed=Observed(observed.value, observed.numerator, observed.denominator, observed.note)
        if observed
        else None,
        attainment_ratio=data.attainment_ratio,
        expected_ratio=data.expected_ratio,
        expected_value=data.expected_value,
        pace_ratio=data.pace_ratio,
        lag_points=data.lag_points,
        standing=data.standing,
        reason=data.reason,
        base=Base(base.on, base.value) if base else None,
        progress_ratio=data.progress_ratio,
        score=data.score,
        status=data.status,
        points=data.points,
        lag_value=data.lag_value,
        limit_factor=data.limit_factor,
        needed_value=data.needed_value,
        needed_numerator=data.needed_numerator,
    )


def _filing_data(filing: Filing, *, plan: Plan, period: Period) -> FilingData:
    filed_at = filing.filed_at.astimezone(plan.timezone)
    return FilingData(
        submission=filing.submission,
        revision=filing.revision,
        filed_at=filed_at,
        is_timely=filed_at.date() <= period.due_on,
        is_synthetic=filing.is_synthetic,
    )


def _filing_of(data: ProgressChangedData, *, key: Key) -> Filing | None:
    if data.filing is None:
        return None
    return Filing(
        key=key,
        plan_version=data.plan_version,
        submission=data.filing.submission,
        revision=data.filing.revision,
        filed_at=data.filing.filed_at,
        is_synthetic=data.filing.is_synthetic,
        observations=tuple(
            _observation_of(each, each.observed) for each in data.judgements if each.observed is not None
        ),
    )


def _observation_of(judgement: JudgementData, observed: ObservedData) -> Observation:
    """Return what was reported, from what was judged: the parts of a share, the answer to a yes-no, else the value."""
    name, note = judgement.indicator, observed.note
    if observed.numerator is not None or observed.denominator is not None:
        return Observation(name, numerator=observed.numerator, denominator=observed.denominator, note=note)
    if judgement.measure is Measure.YES_NO:
        return Observation(name, yes=observed.value == 1, note=note)
    return Observation(name, value=observed.value, note=note)


def _ended_data(ended: Ended, *, plan: Plan) -> EndedData:
    return EndedData(
        submission=ended.submission,
        revision=ended.revision,
        ending=ended.ending,
        ended_at=ended.ended_at.astimezone(plan.timezone),
        ended_by=ended.ended_by,
        reason=ended.reason,
    )


def _ended_of(data: EndedData, *, key: Key) -> Ended:
    return Ended(
        key=key,
        submission=data.submission,
        revision=data.revision,
        ending=data.ending,
        ended_at=data.ended_at,
        ended_by=data.ended_by,
        reason=data.reason,
    )


def _target_data(target: Target) -> TargetData:
    return TargetData(comparison=target.comparison, value=target.value, on=target.on, on_basis=target.on_basis)


def _milestone_data(milestone: Milestone) -> MilestoneData:
    return MilestoneData(on=milestone.on, value=milestone.value, basis=milestone.basis)


def _tolerance_data(tolerance: Tolerance) -> ToleranceData:
    return ToleranceData(on_track=tolerance.on_track, at_risk=tolerance.at_risk, basis=tolerance.basis)
