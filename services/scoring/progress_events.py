"""Writes progress events as they travel, field by field as `shared/events/progress.py` has them.

Written by hand and not from the pydantic models, because an agency's event is thousands of bytes of which most are the
same for every agency: those are kept as bytes. Tests hold it to the models.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from services.scoring.judgements import Judgement, Progress
from services.scoring.model import Base, Ended, Filing, Indicator, Milestone, Period, Plan, Target
from services.scoring.remembering import once_per_plan
from services.scoring.telling import told
from services.scoring.yardsticks import Yardstick, yardsticks
from shared.events import topics
from shared.events.envelope import event_id
from shared.events.vocabulary import Reason, Standing
from shared.runtime.outbox import Announcement

SOURCE: Final = "/scoring"
KIND: Final = "progress.changed.v1"
_SCHEMA: Final = f"tiendo:{KIND}"
_NULL: Final = orjson.Fragment(b"null")


class _Common(NamedTuple):
    """What the judgements of one indicator in one period say, whoever is judged."""

    head: Mapping[str, Any]  # from the indicator to its milestones
    formula: orjson.Fragment
    yardstick: Yardstick
    weight: str | None  # None: the usual one, of 1
    silent: dict[tuple[Standing, Reason], orjson.Fragment]  # what nobody reported, written before


def announcement(progress: Progress, *, plan: Plan) -> Announcement:
    """Return the announcement of a progress, under the agency's key; `plan` is the version that judged it."""
    return Announcement(topics.PROGRESS, progress.key.agency, KIND, event_of(progress, plan=plan))


def event_of(progress: Progress, *, plan: Plan) -> bytes:
    """Return the event that announces the progress; the same progress always gives the same event."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id("progress", *progress.key, progress.sequence),
            "source": SOURCE,
            "type": KIND,
            "time": progress.cause.decided_at.astimezone(plan.timezone).isoformat(),
            "subject": "/".join(progress.key),
            "dataschema": _SCHEMA,
            "datacontenttype": "application/json",
            "correlationid": progress.cause.correlation,
            "causationid": progress.cause.causation,
            "data": _data(progress, plan=plan, write=_written),
        }
    )


def data_of(progress: Progress, *, plan: Plan) -> dict[str, Any]:
    """Return the progress with everything needed to recompute it by hand, to be written by orjson."""
    return _data(progress, plan=plan, write=_judgement)


def _data(progress: Progress, *, plan: Plan, write: Callable[[Judgement, _Common], Any]) -> dict[str, Any]:
    period = plan.period_by_id[progress.key.period]
    common = _common(plan, period)
    data = {
        "plan": plan.id,
        "plan_version": plan.version,
        "agency": progress.key.agency,
        "period": period.id,
        "sequence": progress.sequence,
        "plan_starts_on": plan.starts_on,
        "plan_ends_on": plan.ends_on,
        "period_starts_on": period.starts_on,
        "period_ends_on": period.ends_on,
        "due_on": period.due_on,
        "is_closed": progress.is_closed,
        "thresholds": {
            "on_track_ratio": str(plan.thresholds.on_track_ratio),
            "at_risk_ratio": str(plan.thresholds.at_risk_ratio),
        },
        "filing": _filing(progress.filing, plan=plan, period=period) if progress.filing else None,
        **({"ended": _ended(progress.ended, plan=plan)} if progress.ended else {}),
        "standing": progress.standing,
        "previous_standing": progress.previous_standing,
        "judgements": [write(each, common[each.indicator]) for each in progress.judgements],
        "changed_indicators": progress.changed_indicators,
    }
    if progress.composite_score is not None:
        data["composite_score"] = str(progress.composite_score)
    if progress.coverage_ratio is not None:
        data["coverage_ratio"] = str(progress.coverage_ratio)
    return data


@once_per_plan
def _common(plan: Plan, period: Period) -> Mapping[str, _Common]:
    by = yardsticks(plan, period)
    return {each.id: _common_of(each, yardstick=by[each.id]) for each in plan.indicators}


def _common_of(indicator: Indicator, *, yardstick: Yardstick) -> _Common:
    head = {
        "indicator": indicator.id,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "method": indicator.method,
        "target": _kept(_target(yardstick.target)) if yardstick.target else _NULL,
        "basis": indicator.basis,
        "expectation": indicator.expectation,
        "baseline": _kept(_milestone(indicator.baseline)) if indicator.baseline else _NULL,
        "milestones": _kept([_milestone(each) for each in indicator.milestones]),
    }
    weight = None if indicator.weight == 1 else str(indicator.weight)
    return _Common(head, _kept(yardstick.formula), yardstick, weight, {})


def _written(judgement: Judgement, common: _Common) -> Any:
    """Return a judgement to be written; what nobody reported reads the same for every agency."""
    if judgement.observed is not None:
        return _judgement(judgement, common)
    how = judgement.standing, judgement.reason
    if how not in common.silent:
        common.silent[how] = _kept(_judgement(judgement, common))
    return common.silent[how]


def _judgement(judgement: Judgement, common: _Common) -> dict[str, Any]:
    observed = judgement.observed
    sentence = told(judgement, yardstick=common.yardstick)
    written = {
        **common.head,
        "observed": None
        if observed is None
        else {
            "value": _figure(observed.value),
            "numerator": _figure(observed.numerator),
            "denominator": _figure(observed.denominator),
            "note": observed.note,
        },
        "attainment_ratio": _figure(judgement.attainment_ratio),
        "expected_ratio": _figure(judgement.expected_ratio),
        "expected_value": _figure(judgement.expected_value),
        "pace_ratio": _figure(judgement.pace_ratio),
        "lag_points": _figure(judgement.lag_points),
        "standing": judgement.standing,
        "reason": judgement.reason,
        "formula": common.formula,
        "sentence_vi": sentence.vi,
        "sentence_en": sentence.en,
    }
    if judgement.status is not None:
        written |= _growth(judgement)
    if common.weight is not None:
        written["weight"] = common.weight
    if judgement.points is not None:
        written["points"] = str(judgement.points)
    return written


def _growth(judgement: Judgement) -> dict[str, Any]:
    found = {
        "base": _base(judgement.base) if judgement.base else None,
        "progress_ratio": _figure(judgement.progress_ratio),
        "score": _figure(judgement.score),
        "status": judgement.status,
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def _filing(filing: Filing, *, plan: Plan, period: Period) -> dict[str, Any]:
    filed_at = filing.filed_at.astimezone(plan.timezone)
    return {
        "submission": str(filing.submission),  # asyncpg has a UUID of its own, which orjson does not write
        "revision": filing.revision,
        "filed_at": filed_at.isoformat(),
        "is_timely": filed_at.date() <= period.due_on,
        "is_synthetic": filing.is_synthetic,
    }


def _ended(ended: Ended, *, plan: Plan) -> dict[str, Any]:
    return {
        "submission": str(ended.submission),
        "revision": ended.revision,
        "ending": ended.ending,
        "ended_at": ended.ended_at.astimezone(plan.timezone).isoformat(),
        "ended_by": ended.ended_by,
        "reason": ended.reason,
    }


def _target(target: Target) -> dict[str, Any]:
    told = {"comparison": target.comparison, "value": str(target.value)}
    return told | {"on": target.on.isoformat()} if target.on else told


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {"on": milestone.on, "value": str(milestone.value), "basis": milestone.basis}


def _base(base: Base) -> dict[str, Any]:
    return {"on": base.on, "value": str(base.value)}


def _figure(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)


def _kept(part: Any) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(part))
