"""Counts revisions, and refuses filings that are not the revision that their client expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.ingest.plans.model import FilingKey
from services.ingest.submissions.faults import STALE_REVISION
from services.ingest.submissions.model import Filing
from shared.wording.faults import Fault


@dataclass(frozen=True)
class Revisions:
    """The revisions that filings took, by their submissions, and the faults of those that took none."""

    taken: Mapping[UUID, int]
    stale: Mapping[UUID, Fault]


def count_revisions(filings: Sequence[Filing], *, latest: Mapping[FilingKey, int]) -> Revisions:
    """Return the revisions of filings; those of one key take them in their order.

    `latest` are the latest revisions by filing key before these filings, 0 where there is none.
    """
    following = {key: revision + 1 for key, revision in latest.items()}
    taken: dict[UUID, int] = {}
    stale: dict[UUID, Fault] = {}
    for filing in filings:
        revision = following[filing.filing_key]
        if filing.draft.revision not in {None, revision}:
            stale[filing.submission] = STALE_REVISION(wanted=filing.draft.revision, following=revision)
        else:
            taken[filing.submission] = revision
            following[filing.filing_key] += 1
    return Revisions(taken, stale)
