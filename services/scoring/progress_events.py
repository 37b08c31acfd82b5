"""Writes progress events as they travel, field by field as their model has them, to which tests hold them."""

from typing import Any, Final

import orjson

from services.scoring.judgements import Progress
from services.scoring.model import Ended, Filing, Period, Plan
from services.scoring.writing import Written, judgements_in_event, written
from shared.events import topics
from shared.events.envelope import event_id
from shared.runtime.outbox import Announcement

SOURCE: Final = "/scoring"
KIND: Final = "progress.changed.v1"
_SCHEMA: Final = f"tiendo:{KIND}"


def announcement(written: Written, *, plan: Plan) -> Announcement:
    """Return the announcement of a progress, under the agency's key; `plan` is the version that judged it."""
    return Announcement(topics.PROGRESS, written.progress.key.agency, KIND, event_of(written, plan=plan))


def event_of(written: Written, *, plan: Plan) -> bytes:
    """Return the event that announces the progress; the same progress always gives the same event."""
    progress = written.progress
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
            "data": _data(written, plan=plan),
        }
    )


def data_of(progress: Progress, *, plan: Plan) -> dict[str, Any]:
    """Return what the event tells of the progress: everything needed to recompute it by hand."""
    data: dict[str, Any] = orjson.loads(orjson.dumps(_data(written(progress, plan=plan), plan=plan)))
    return data


def _data(written: Written, *, plan: Plan) -> dict[str, Any]:
    progress = written.progress
    period = plan.period_by_id[progress.key.period]
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
        "judgements": orjson.Fragment(judgements_in_event(written, plan=plan)),
        "changed_indicators": progress.changed_indicators,
    }
    if progress.composite_score is not None:
        data["composite_score"] = str(progress.composite_score)
    if progress.coverage_ratio is not None:
        data["coverage_ratio"] = str(progress.coverage_ratio)
    return data


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
