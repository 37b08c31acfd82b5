"""Withdraws, verifies or returns a submission that was accepted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.ingest.reviews.events import ended_event
from services.ingest.reviews.model import Submitted
from services.ingest.reviews.rules import repeated
from services.ingest.reviews.store import PostgresDecisions
from services.ingest.submissions.faults import Fault
from services.ingest.submissions.model import Decision
from shared.events import topics
from shared.runtime.outbox import Announcement, announce

Objections = Callable[[Submitted], list[Fault]]
"""Says why a submission may not be decided like this."""


async def decide(
    submission: UUID,
    decision: Decision,
    *,
    by: Callable[[Submitted], bool],
    objections: Objections,
    connection: Any,
) -> Submitted | list[Fault] | None:
    """Keep and announce a decision; return the submission as it is then, or what stands against it.

    The same decision again changes nothing. None where there is no such submission, or not one that is `by` this key.
    """
    decisions = PostgresDecisions(connection)
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
        await announce(connection, [announced])
    return await decisions.locked(submission)
