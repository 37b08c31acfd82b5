"""What ingest does about a submission after it was accepted: withdraw, verify or return it."""

from collections.abc import Callable
from uuid import UUID

from services.ingest.faults import Fault
from services.ingest.handlers import SOURCE
from services.ingest.model import Decision, Submitted, Verdict
from services.ingest.ports import Decisions, Outbox
from services.ingest.verdicts import repeated
from shared.events import topics
from shared.events.envelope import attributes, event_id
from shared.events.submissions import (
    SubmissionReturned,
    SubmissionReturnedData,
    SubmissionWithdrawn,
    SubmissionWithdrawnData,
)
from shared.runtime.outbox import Announcement

Objections = Callable[[Submitted], list[Fault]]
"""Says why a submission may not be decided like this."""


async def decide(
    submission: UUID,
    decision: Decision,
    *,
    by: Callable[[Submitted], bool],
    objections: Objections,
    decisions: Decisions,
    outbox: Outbox,
) -> Submitted | list[Fault] | None:
    """Keep and announce a decision; return the submission as it is then, or what stands against it.

    The same decision again changes nothing. None where there is no such submission, or not one that is `by` this key.
    """
    submitted = await decisions.locked(submission)
    if submitted is None or not by(submitted):
        return None
    if repeated(submitted, decision):
        return submitted
    if found := objections(submitted):
        return found
    event = ended_event(submitted, decision)
    announced = Announcement.of(topics.SUBMISSIONS, submitted.agency, event) if event else None
    await decisions.save(submitted, decision, announced.body if announced else None)
    if announced is not None:
        await outbox.announce([announced])
    return await decisions.locked(submission)


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
