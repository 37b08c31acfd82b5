"""Withdrawals and returns as the events that tell of them."""

from services.ingest import SOURCE
from services.ingest.reviews.model import Submitted
from services.ingest.submissions.model import Decision, Verdict
from shared.events.envelope import attributes, event_id
from shared.events.submissions import (
    SubmissionReturned,
    SubmissionReturnedData,
    SubmissionWithdrawn,
    SubmissionWithdrawnData,
)


def ended_event(submitted: Submitted, decision: Decision) -> SubmissionWithdrawn | SubmissionReturned | None:
    """Return the event that tells of a withdrawal or a return; None of a submission that was verified."""
    if decision.verdict is Verdict.VERIFIED:
        return None
    name = str(submitted.submission)
    envelope = attributes(
        kind=f"submission.{decision.verdict}.v1",
        source=SOURCE,
        subject=name,
        time=decision.decided_at,
        identity=event_id(decision.verdict, name),
        correlation=name,
        causation=str(event_id("submission", name)),
    )
    common = {
        "submission": submitted.submission,
        "plan": submitted.plan,
        "plan_version": submitted.plan_version,
        "agency": submitted.agency,
        "period": submitted.period,
        "revision": submitted.revision,
        "reason": decision.reason,
    }
    if decision.verdict is Verdict.WITHDRAWN:
        data = {**common, "withdrawn_at": decision.decided_at, "withdrawn_by": decision.decided_by}
        return SubmissionWithdrawn(**envelope, data=SubmissionWithdrawnData.model_validate(data))
    data = {**common, "returned_at": decision.decided_at, "returned_by": decision.decided_by}
    return SubmissionReturned(**envelope, data=SubmissionReturnedData.model_validate(data))
