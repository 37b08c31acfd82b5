"""Counts revisions, and refuses filings that are not the revision that their client expects."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.ingest.plans.model import FilingKey
from services.ingest.submissions.faults import STALE_REVISION
from services.ingest.submissions.model import Filing
from shared.wording.faults import Fault


def count_revisions(filings: Sequence[Filing], *, latest: Mapping[FilingKey, int]) -> dict[UUID, int | Fault]:
    """Return by submission the revision that a filing takes, or its fault; those of one key take them in their order.

    `latest` are the latest revisions by filing key before these filings, 0 where there is none.
    """
    following = {key: revision + 1 for key, revision in latest.items()}
    found: dict[UUID, int | Fault] = {}
    for filing in filings:
        revision = following[filing.filing_key]
        if filing.draft.revision not in {None, revision}:
            found[filing.submission] = STALE_REVISION(wanted=filing.draft.revision, following=revision)
        else:
            found[filing.submission] = revision
            following[filing.filing_key] += 1
    return found
