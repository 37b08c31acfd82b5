"""Withdraws, verifies or returns a submission that was accepted."""

from collections.abc import Sequence
from uuid import UUID

from services.ingest.plans.model import Registry
from services.ingest.reviews.events import ended_event
from services.ingest.reviews.rules import repeated, review_faults, withdrawal_faults
from services.ingest.submissions import store
from services.ingest.submissions.model import Decision, SubmissionState
from shared.events import topics
from shared.runtime.database import Session
from shared.runtime.outbox import Announcement, announce_in
from shared.wording.faults import Fault

Outcome = SubmissionState | Sequence[Fault] | None
"""The submission as it is after a decision, or why it cannot be decided so; None where there is no such submission."""


async def withdraw(session: Session, submission: UUID, withdrawal: Decision, *, registry: Registry) -> Outcome:
    """Withdraw a submission for the agency that filed it or had it filed; for any other there is no such submission."""
    state = await store.state_of(session, submission, is_locked=True)
    if state is None or not state.is_of(withdrawal.decided_by):
        return None
    today = withdrawal.decided_at.date()
    return await _decide(session, state, withdrawal, faults=withdrawal_faults(state, registry=registry, today=today))


async def review(session: Session, submission: UUID, decision: Decision) -> Outcome:
    """Verify a submission, or return it to its agency."""
    state = await store.state_of(session, submission, is_locked=True)
    if state is None:
        return None
    return await _decide(session, state, decision, faults=review_faults(state, verdict=decision.verdict))


async def _decide(session: Session, state: SubmissionState, decision: Decision, *, faults: list[Fault]) -> Outcome:
    """Store and announce a decision without a fault; the same decision again changes nothing."""
    if repeated(state, decision):
        return state
    if faults:
        return faults
    event = ended_event(state, decision)
    announced = [Announcement.of(topics.SUBMISSIONS, state.accepted.agency, event)] if event else []
    submission = state.accepted.submission
    await store.save_decision(session, submission, decision, announced[0].body if announced else None)
    await announce_in(session, announced)
    return await store.state_of(session, submission)
