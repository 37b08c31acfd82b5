"""Accepts submissions, a batch at a time: each gets its revision, is kept, and is announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.ingest.plans.model import FilingKey
from services.ingest.submissions import store
from services.ingest.submissions.events import accepted_event
from services.ingest.submissions.model import Filing, Receipt
from services.ingest.submissions.store import Outcome
from services.ingest.submissions.warnings import warnings_of
from shared.events import topics
from shared.runtime.outbox import Announcement, announce


async def accept_submissions(batch: Sequence[Filing], *, connection: Any, now: datetime) -> list[Outcome]:
    """Give each filing its revision, keep it and announce it; return what each client is to be told."""
    claims = await store.claim(connection, batch, now=now)
    before = await _observed_before(batch, claims, connection=connection)
    outcomes: list[Outcome] = []
    accepted: list[tuple[Filing, Receipt, bytes]] = []
    announcements: list[Announcement] = []
    for filing, claim in zip(batch, claims, strict=True):
        if not isinstance(claim, int):
            outcomes.append(claim)
            continue
        warnings = warnings_of(filing.draft, before=before.get(filing.filing_key, ()), owed=filing.owed)
        before[filing.filing_key] = [each.indicator for each in filing.draft.observations]  # of the next in this batch
        receipt = Receipt.of(filing, revision=claim, warnings=warnings)
        event = accepted_event(filing, revision=claim, warnings=warnings)
        outcomes.append(receipt)
        accepted.append((filing, receipt, event.to_bytes()))
        announcements.append(
            Announcement(topics.SUBMISSIONS, receipt.agency, event.type, place=(str(filing.submission),))
        )
    await store.save(connection, accepted)
    await announce(connection, announcements)
    return outcomes


async def _observed_before(
    batch: Sequence[Filing], claims: Sequence[int | Outcome], *, connection: Any
) -> dict[FilingKey, Sequence[str]]:
    """Return the indicators of the revision before the first that a batch brings, of what is corrected."""
    first: dict[FilingKey, int] = {}
    for filing, claim in zip(batch, claims, strict=True):
        if isinstance(claim, int):
            first.setdefault(filing.filing_key, claim)
    return dict(await store.observed(connection, {head: claim - 1 for head, claim in first.items() if claim > 1}))
