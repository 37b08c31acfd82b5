"""Writes progress events as they travel, field by field as their model has them, to which tests hold them."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final

import orjson

from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Ended, Filing, Key, Plan, once_per_plan
from services.scoring.progress.json_rows import Written, judgements_in_event, written
from shared.events import topics
from shared.events.envelope import event_id_text
from shared.runtime.outbox import Announcement

SOURCE: Final = "/scoring"
KIND: Final = "progress.changed.v1"
_ATTRIBUTES: Final = (
    f'","source":"{SOURCE}","type":"{KIND}","time":"'.encode(),
    f',"dataschema":"tiendo:{KIND}","datacontenttype":"application/json","correlationid":'.encode(),
)
_YES_NO: Final = (b"false", b"true")


@dataclass(frozen=True, slots=True)
class _Common:
    """What the events of a plan version in a period say, whoever is judged: before the agency, and after it."""

    before_agency: bytes
    before_sequence: bytes
    before_closed: bytes
    before_filing: bytes


def announcement(written: Written, *, plan: Plan) -> Announcement:
    """Return the announcement of a progress, under the agency's key; `plan` is the version that judged it."""
    return Announcement(topics.PROGRESS, written.progress.key.agency, KIND, event_of(written, plan=plan))


def event_of(written: Written, *, plan: Plan) -> bytes:
    """Return the event that announces the progress; the same progress always gives the same event."""
    progress = written.progress
    return b"".join(
        (
            *_beginning(progress.key, plan=plan, sequence=progress.sequence, cause=progress.cause),
            _YES_NO[progress.is_closed],
            *_filed(progress.key, filing=progress.filing, plan=plan),
            b',"ended":%s' % orjson.dumps(_ended(progress.ended, plan=plan)) if progress.ended else b"",
            b',"standing":%s' % orjson.dumps(progress.standing),
            b',"previous_standing":%s,"judgements":' % orjson.dumps(progress.previous_standing),
            judgements_in_event(written, plan=plan),
            b',"changed_indicators":%s' % orjson.dumps(progress.changed_indicators),
            *_scored(
                "" if progress.composite_score is None else str(progress.composite_score),
                "" if progress.coverage_ratio is None else str(progress.coverage_ratio),
            ),
        )
    )


def data_of(progress: Progress, *, plan: Plan) -> dict[str, Any]:
    """Return what the event tells of the progress: everything needed to recompute it by hand."""
    data: dict[str, Any] = orjson.loads(event_of(written(progress, plan=plan), plan=plan))["data"]
    return data


def _beginning(key: Key, *, plan: Plan, sequence: int, cause: Cause) -> tuple[bytes, ...]:
    source, schema = _ATTRIBUTES
    common = _common(plan, key.period)
    return (
        b'{"specversion":"1.0","id":"',
        event_id_text("progress", *key, sequence).encode(),
        source,
        _moment(cause.decided_at, plan.timezone),
        b'","subject":',
        orjson.dumps("/".join(key)),
        schema,
        orjson.dumps(cause.correlation),
        b',"causationid":',
        orjson.dumps(cause.causation),
        common.before_agency,
        orjson.dumps(key.agency),
        common.before_sequence,
        b"%d" % sequence,
        common.before_closed,
    )


def _filed(key: Key, *, filing: Filing | None, plan: Plan) -> tuple[bytes, bytes]:
    period = plan.period_by_id[key.period]
    told = _filing(filing, plan=plan, due_on=period.due_on).encode() if filing else b"null"
    return _common(plan, key.period).before_filing, told


def _scored(score: str, coverage_ratio: str) -> tuple[bytes, bytes]:
    """Return the end of an event; what is empty is left out."""
    told = b',"composite_score":"%s"' % score.encode() if score else b""
    return told, b',"coverage_ratio":"%s"}}' % coverage_ratio.encode() if coverage_ratio else b"}}"


@once_per_plan
def _common(plan: Plan, name: str) -> _Common:
    period = plan.period_by_id[name]
    thresholds = {
        "on_track_ratio": str(plan.thresholds.on_track_ratio),
        "at_risk_ratio": str(plan.thresholds.at_risk_ratio),
    }
    dates = {
        "plan_starts_on": plan.starts_on,
        "plan_ends_on": plan.ends_on,
        "period_starts_on": period.starts_on,
        "period_ends_on": period.ends_on,
        "due_on": period.due_on,
    }
    return _Common(
        before_agency=b',"data":{"plan":%s,"plan_version":%d,"agency":' % (orjson.dumps(plan.id), plan.version),
        before_sequence=b',"period":%s,"sequence":' % orjson.dumps(period.id),
        before_closed=b',%s,"is_closed":' % orjson.dumps(dates)[1:-1],
        before_filing=b',"thresholds":%s,"filing":' % orjson.dumps(thresholds),
    )


@lru_cache(maxsize=256)  # a batch is decided at one moment
def _moment(moment: datetime, timezone: tzinfo) -> bytes:
    return moment.astimezone(timezone).isoformat().encode()


def _filing(filing: Filing, *, plan: Plan, due_on: date) -> str:
    filed_at = filing.filed_at.astimezone(plan.timezone)
    is_timely = "true" if filed_at.date() <= due_on else "false"
    is_synthetic = "true" if filing.is_synthetic else "false"
    return (
        f'{{"submission":"{filing.submission}","revision":{filing.revision},"filed_at":"{filed_at.isoformat()}",'
        f'"is_timely":{is_timely},"is_synthetic":{is_synthetic}}}'
    )


def _ended(ended: Ended, *, plan: Plan) -> dict[str, Any]:
    return {
        "submission": str(ended.submission),
        "revision": ended.revision,
        "ending": ended.ending,
        "ended_at": ended.ended_at.astimezone(plan.timezone).isoformat(),
        "ended_by": ended.ended_by,
        "reason": ended.reason,
    }
