"""Progress events: made from how an agency stands and the plan version that judged it, and read back."""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import orjson

from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.judgements import Cause, Judgement, Observed, Progress
from services.scoring.judging.model import (
    Base,
    Ended,
    Filing,
    Indicator,
    Key,
    Observation,
    Period,
    Plan,
    Target,
    once_per_plan,
)
from shared.events.envelope import EventData, attributes, event_id
from shared.events.plans import MilestoneData, TargetData, ToleranceData
from shared.events.progress import (
    JudgementData,
    ObservedData,
    ProgressChanged,
    ProgressChangedData,
)
from shared.events.vocabulary import GrowthFrom, Measure

SOURCE: Final = "/scoring"
KIND: Final = "progress.changed.v1"
_GIVEN: Final = attrgetter(*Judgement._fields)


def event_of(progress: Progress, *, plan: Plan) -> bytes:
    """Return the event that announces the progress, as it travels; `plan` is the version that judged it.

    The same progress always gives the same event, with the same id. It is dumped from plain values: through its model
    it takes three times as long. Tests hold it to the model.
    """
    key, cause = progress.key, progress.cause
    return orjson.dumps(
        {
            "specversion": "1.0",
            **attributes(
                kind=KIND,
                source=SOURCE,
                subject="/".join(key),
                time=cause.decided_at.astimezone(plan.timezone),
                identity=event_id("progress", *key, progress.sequence),
                correlation=cause.correlation,
                causation=cause.causation,
            ),
            "datacontenttype": "application/json",
            "data": _data(progress, plan=plan),
        }
    )


def data_of(progress: Progress, *, plan: Plan) -> ProgressChangedData:
    """Return what the event tells: everything needed to recompute the progress by hand."""
    return ProgressChangedData.model_validate(_data(progress, plan=plan))


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
        ended=Ended(key=key, **dict(data.ended)) if data.ended else None,
    )


def _data(progress: Progress, *, plan: Plan) -> dict[str, Any]:
    period, filing, ended = plan.period_by_id[progress.key.period], progress.filing, progress.ended
    constants = _constants(plan, period)
    return {
        **_of_period(plan, period),
        "agency": progress.key.agency,
        "sequence": progress.sequence,
        "is_closed": progress.is_closed,
        "filing": _filing(filing, plan=plan, period=period) if filing else None,
        "standing": progress.standing,
        "previous_standing": progress.previous_standing,
        "judgements": [_judgement(each, constants[each.indicator]) for each in progress.judgements],
        "changed_indicators": progress.changed_indicators,
        **({"ended": _ended(ended, plan=plan)} if ended else {}),
        **_given(composite_score=progress.composite_score, coverage_ratio=progress.coverage_ratio),
    }


@once_per_plan
def _of_period(plan: Plan, period: Period) -> Mapping[str, Any]:
    """Return the fields that are the same for every agency in a period."""
    on_track, at_risk = plan.thresholds.on_track_ratio, plan.thresholds.at_risk_ratio
    return {
        "plan": plan.id,
        "plan_version": plan.version,
        "period": period.id,
        "plan_starts_on": plan.starts_on,
        "plan_ends_on": plan.ends_on,
        "period_starts_on": period.starts_on,
        "period_ends_on": period.ends_on,
        "due_on": period.due_on,
        "thresholds": {"on_track_ratio": str(on_track), "at_risk_ratio": str(at_risk)},
    }


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
        "target": _dumped(TargetData, target) if target else None,
        "basis": indicator.basis,
        "expectation": indicator.expectation,
        **({} if indicator.growth_from is GrowthFrom.BASELINE else {"growth_from": indicator.growth_from}),
        "baseline": _dumped(MilestoneData, indicator.baseline) if indicator.baseline else None,
        "milestones": [_dumped(MilestoneData, each) for each in indicator.milestones],
        **({"tolerance": _dumped(ToleranceData, indicator.tolerance)} if indicator.tolerance else {}),
        **_given(limit=indicator.limit, weight=None if indicator.weight == 1 else indicator.weight),
    }


def _dumped(model: type[EventData], value: Any) -> dict[str, Any]:
    """Return what travels of a frozen value whose fields are those of the model."""
    return model.model_validate(value, from_attributes=True).model_dump(mode="json")


def _given(**figures: Decimal | None) -> dict[str, str]:
    """Return as texts those figures that there are; the others are left out."""
    return {name: str(figure) for name, figure in figures.items() if figure is not None}


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)


def _judgement(judgement: Judgement, constants: Mapping[str, Any]) -> dict[str, Any]:
    observed, base = judgement.observed, judgement.base
    told = {
        **constants,
        "observed": None
        if observed is None
        else {
            "value": _text(observed.value),
            "numerator": _text(observed.numerator),
            "denominator": _text(observed.denominator),
            "note": observed.note,
        },
        "attainment_ratio": _text(judgement.attainment_ratio),
        "expected_ratio": _text(judgement.expected_ratio),
        "expected_value": _text(judgement.expected_value),
        "pace_ratio": _text(judgement.pace_ratio),
        "lag_points": _text(judgement.lag_points),
        "standing": judgement.standing,
        "reason": judgement.reason,
        **_given(
            lag_value=judgement.lag_value,
            needed_value=judgement.needed_value,
            needed_numerator=judgement.needed_numerator,
            points=judgement.points,
        ),
    }
    if judgement.status is not None:  # by a method that looks at growth
        told["status"] = judgement.status
        told |= _given(
            limit_factor=judgement.limit_factor, progress_ratio=judgement.progress_ratio, score=judgement.score
        )
        if base is not None:
            told["base"] = {"on": base.on, "value": str(base.value)}
    return told


def _judgement_of(data: JudgementData) -> Judgement:
    observed, base = data.observed, data.base
    return Judgement._make(_GIVEN(data))._replace(
        observed=Observed(**dict(observed)) if observed else None, base=Base(**dict(base)) if base else None
    )


def _filing(filing: Filing, *, plan: Plan, period: Period) -> dict[str, Any]:
    filed_at = filing.filed_at.astimezone(plan.timezone)
    return {
        "submission": str(filing.submission),  # what asyncpg reads is no UUID to orjson
        "revision": filing.revision,
        "filed_at": filed_at,
        "is_timely": filed_at.date() <= period.due_on,
        "is_synthetic": filing.is_synthetic,
    }


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


def _ended(ended: Ended, *, plan: Plan) -> dict[str, Any]:
    return {
        "submission": str(ended.submission),
        "revision": ended.revision,
        "ending": ended.ending,
        "ended_at": ended.ended_at.astimezone(plan.timezone),
        "ended_by": ended.ended_by,
        "reason": ended.reason,
    }
