"""Translates withdrawals and returns to the events that announce them."""

from services.ingest import SOURCE
from services.ingest.submissions.model import Decision, SubmissionState, Verdict
from shared.events.envelope import attributes, event_id
from shared.events.submissions import (
    SubmissionReturned,
    SubmissionReturnedData,
    SubmissionWithdrawn,
    SubmissionWithdrawnData,
)


def ended_event(state: SubmissionState, decision: Decision) -> SubmissionWithdrawn | SubmissionReturned | None:
    """Return the event that announces a withdrawal or a return; a verification is not announced."""
    if decision.verdict is Verdict.VERIFIED:
        return None
    name = str(state.accepted.submission)
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
        "submission": state.accepted.submission,
        "plan": state.accepted.plan,
        "plan_version": state.accepted.plan_version,
        "agency": state.accepted.agency,
        "period": state.accepted.period,
        "revision": state.accepted.revision,
        "reason": decision.reason,
    }
    if decision.verdict is Verdict.WITHDRAWN:
        data = {**common, "withdrawn_at": decision.decided_at, "withdrawn_by": decision.decided_by}
        return SubmissionWithdrawn(**envelope, data=SubmissionWithdrawnData.model_validate(data))
    data = {**common, "returned_at": decision.decided_at, "returned_by": decision.decided_by}
    return SubmissionReturned(**envelope, data=SubmissionReturnedData.model_validate(data))
