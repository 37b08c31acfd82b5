"""Makes the documents of the register from stored rows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from services.ingest.register.model import MOST_SENT_BYTES, FilingState, Obligation
from services.ingest.register.rules import differences
from services.ingest.register.schemas import (
    DecidedOut,
    DecisionOut,
    DifferenceOut,
    DifferencesOut,
    LastOut,
    ListedOut,
    NotesOut,
    ObligationOut,
    OwedIndicatorOut,
    RefusedOut,
    RevisionOut,
)
from services.ingest.register.store import Decided, Listed
from services.ingest.register.tables import RefusedAttemptRow
from services.ingest.submissions.tables import DecisionRow, SubmissionRow
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData

_ENDED: Final = frozenset({FilingState.RETURNED, FilingState.WITHDRAWN})


def filed(row: SubmissionRow) -> SubmissionAcceptedData:
    """Return what was filed, from the event that announced it."""
    return SubmissionAccepted.model_validate_json(row.event).data


def listed_document(listed: Listed) -> ListedOut:
    """Return the document of a submission in a list."""
    return ListedOut(**_listed(listed))


def revision_document(listed: Listed, decisions: Sequence[DecisionRow]) -> RevisionOut:
    """Return the document of a revision with the decisions about it."""
    return RevisionOut(
        **_listed(listed), decisions=[DecisionOut.model_validate(each, from_attributes=True) for each in decisions]
    )


def differences_document(before: SubmissionRow | None, after: SubmissionRow) -> DifferencesOut:
    """Return what a revision changed beside another; all of it where there is none before."""
    new, old = filed(after), filed(before) if before else None
    old_note = old.note if old else None
    return DifferencesOut(
        submission=after.id,
        plan=after.plan,
        agency=after.agency,
        period=after.period,
        before_revision=before.revision if before else None,
        after_revision=after.revision,
        note=None if old_note == new.note else NotesOut(before=old_note, after=new.note),
        indicators=[
            DifferenceOut.model_validate(each, from_attributes=True)
            for each in differences(_by_indicator(old), _by_indicator(new))
        ],
    )


def refused_document(row: RefusedAttemptRow) -> RefusedOut:
    """Return the document of a refused attempt; what is no UTF-8 in it is shown by replacement signs."""
    return RefusedOut(
        refused_at=row.refused_at,
        last_at=row.last_at,
        times=row.times,
        agency=row.agency,
        key=row.key,
        status=row.status,
        sent=row.sent.decode("utf-8", "replace"),
        sent_bytes=row.sent_bytes,
        is_cut=row.sent_bytes > MOST_SENT_BYTES,
        answer=orjson.loads(row.answer),
    )


def decided_document(decided: Decided) -> DecidedOut:
    """Return the document of a decision in the feed."""
    return DecidedOut.model_validate(decided, from_attributes=True)


def obligation_documents(
    owed: Sequence[Obligation],
    *,
    plan: PlanPublishedData,
    agency: str,
    latest: Sequence[Listed],
    decisions: Mapping[Any, Sequence[DecisionRow]],
) -> list[ObligationOut]:
    """Return the documents of what an agency owes in a plan; `latest` are its latest revisions by period."""
    by_period = {row.period: (row, state) for row, state in latest}
    last: dict[str, LastOut] = {}
    found = []
    for each in owed:
        period = each.period
        row, state = by_period.get(period.id, (None, None))
        about = decisions.get(row.id, ()) if row and state in _ENDED else ()
        found.append(
            ObligationOut(
                plan=plan.plan,
                plan_version=plan.version,
                period=period.id,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                due_on=period.due_on,
                locked_on=each.locked_on,
                reopened_until=each.reopened_until,
                state=each.state,
                window=each.window,
                submission=row.id if row else None,
                revision=row.revision if row else None,
                reason=about[-1].reason if about else None,
                progress_url="/v1/progress?" + urlencode({"plan": plan.plan, "agency": agency, "period": period.id}),
                indicators=[
                    _owed_indicator(indicator, last=last.get(indicator.id))
                    for indicator in plan.indicators
                    if indicator.id in each.indicators
                ],
            )
        )
        if row and state not in _ENDED:
            last |= {value.indicator: LastOut(period=period.id, value=value) for value in filed(row).observations}
    return found


def _owed_indicator(indicator: IndicatorData, *, last: LastOut | None) -> OwedIndicatorOut:
    told = {
        name: getattr(indicator, name) for name in OwedIndicatorOut.model_fields if name not in {"indicator", "last"}
    }
    return OwedIndicatorOut(indicator=indicator.id, last=last, **told)


def _listed(listed: Listed) -> dict[str, Any]:
    row, state = listed
    return {
        "submission": row.id,
        "plan": row.plan,
        "plan_version": row.plan_version,
        "agency": row.agency,
        "period": row.period,
        "revision": row.revision,
        "state": state,
        "is_flagged": row.is_flagged,
        "filed_by": row.filed_by,
        "received_at": row.filed_at,
        "status_url": f"/v1/submissions/{row.id}",
    }


def _by_indicator(data: SubmissionAcceptedData | None) -> dict[str, ObservationData]:
    return {each.indicator: each for each in data.observations} if data else {}
