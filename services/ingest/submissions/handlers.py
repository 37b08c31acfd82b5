"""Accepts submissions, a batch at a time: each gets its revision, is kept, and is announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.ingest.plans.model import FilingKey
from services.ingest.submissions import store
from services.ingest.submissions.events import accepted_event, receipt_of
from services.ingest.submissions.model import Filing, Receipt
from services.ingest.submissions.store import Outcome
from services.ingest.submissions.warnings import filing_warnings
from shared.events import topics
from shared.runtime.outbox import Announcement, announce


async def accept_submissions(batch: Sequence[Filing], *, connection: Any, now: datetime) -> list[Outcome]:
    """Give each filing its revision, keep it and announce it; return a receipt or a fault for each."""
    claims = await store.claim(connection, batch, now=now)
    indicators = await _indicators_before(batch, claims, connection=connection)
    outcomes: list[Outcome] = []
    accepted: list[tuple[Filing, Receipt, bytes]] = []
    announcements: list[Announcement] = []
    for filing, claim in zip(batch, claims, strict=True):
        if not isinstance(claim, int):
            outcomes.append(claim)
            continue
        key = filing.filing_key
        warnings = filing_warnings(filing.draft, before=indicators.get(key, ()), owed=filing.owed)
        indicators[key] = [each.indicator for each in filing.draft.observations]  # for a correction in this batch
        event = accepted_event(filing, revision=claim, warnings=warnings)
        receipt = receipt_of(event)
        outcomes.append(receipt)
        accepted.append((filing, receipt, event.to_bytes()))
        announcements.append(
            Announcement(topics.SUBMISSIONS, receipt.agency, event.type, place=(str(filing.submission),))
        )
    await store.save(connection, accepted)
    await announce(connection, announcements)
    return outcomes


async def _indicators_before(
    batch: Sequence[Filing], claims: Sequence[int | Outcome], *, connection: Any
) -> dict[FilingKey, Sequence[str]]:
    """Return the indicators of the latest revision before this batch, for the filing keys that it corrects."""
    first: dict[FilingKey, int] = {}
    for filing, claim in zip(batch, claims, strict=True):
        if isinstance(claim, int):
            first.setdefault(filing.filing_key, claim)
    return dict(await store.indicators_of(connection, {key: claim - 1 for key, claim in first.items() if claim > 1}))
