"""Accepts submissions, a batch at a time: each gets its revision, is kept, and is announced."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from services.ingest.plans.model import Registry
from services.ingest.submissions import store
from services.ingest.submissions.events import accepted_event
from services.ingest.submissions.faults import KEY_REUSED
from services.ingest.submissions.model import Draft, Filing, Receipt
from services.ingest.submissions.revisions import count_revisions
from services.ingest.submissions.rules import owed_by
from services.ingest.submissions.warnings import filing_warnings
from shared.events import topics
from shared.events.submissions import SubmissionAccepted
from shared.runtime.outbox import Announcement, announce
from shared.wording.faults import Fault

Outcome = Receipt | Fault
"""The result of one filing: a receipt, or a fault that only the database could show."""


def filing_of(draft: Draft, *, registry: Registry, filer: str, now: datetime, key: str | None) -> Filing:
    """Return a draft without a fault as a filing by the agency whose key files it, under its Idempotency-Key."""
    plan = registry.plans[draft.plan]
    return Filing(
        submission=uuid4(),
        draft=draft,
        plan_version=plan.version,
        filed_by=filer,
        filed_at=now,
        idempotency_key=key,
        owed=owed_by(registry.agencies[draft.agency], plan=plan),
    )


async def accept_submissions(batch: Sequence[Filing], *, connection: Any, now: datetime) -> list[Outcome]:
    """Give each filing its revision, keep it and announce it; return a receipt or a fault for each.

    A batch holds each Idempotency-Key once.
    """
    outcomes = await _retries(batch, connection=connection, now=now)
    fresh = [filing for filing in batch if filing.submission not in outcomes]
    latest = await store.take_revisions(connection, Counter(filing.filing_key for filing in fresh))
    revisions = count_revisions(fresh, latest=latest)
    outcomes |= {submission: found for submission, found in revisions.items() if isinstance(found, Fault)}
    await store.release(connection, [filing for filing in fresh if filing.submission in outcomes])
    accepted = [(filing, found) for filing in fresh if isinstance(found := revisions[filing.submission], int)]
    corrected = {key: latest[key] for filing, _ in accepted if latest[key := filing.filing_key]}
    indicators = await store.indicators_of(connection, corrected)
    events: list[SubmissionAccepted] = []
    for filing, revision in accepted:
        key = filing.filing_key
        warnings = filing_warnings(filing.draft, before=indicators.get(key, ()), owed=filing.owed)
        indicators[key] = [each.indicator for each in filing.draft.observations]  # for a correction in this batch
        event = accepted_event(filing, revision=revision, warnings=warnings)
        outcomes[filing.submission] = Receipt(event.data)
        events.append(event)
    await store.save(connection, events)
    await announce(
        connection,
        [
            Announcement(topics.SUBMISSIONS, each.data.agency, each.type, place=(str(each.data.submission),))
            for each in events
        ],
    )
    return [outcomes[filing.submission] for filing in batch]


async def _retries(batch: Sequence[Filing], *, connection: Any, now: datetime) -> dict[UUID, Outcome]:
    """Return the receipts of filings that were accepted before, and faults of those that took their keys over."""
    keyed = {filing.submission: filing for filing in batch if filing.idempotency_key}
    taken_before = await store.take_keys(connection, list(keyed.values()), now=now)
    return {
        submission: receipt if request_hash == keyed[submission].draft.request_hash else KEY_REUSED()
        for submission, (request_hash, receipt) in taken_before.items()
    }
