"""What forms and files need of the submissions in PostgreSQL, within the session under way."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlmodel import and_, col, exists, select

from services.ingest.submissions.model import Receipt, Verdict
from services.ingest.submissions.tables import DecisionRow, FilingHeadRow, IdempotencyRow, SubmissionRow
from shared.events.submissions import ObservationData, SubmissionAccepted
from shared.runtime.database import Session

_ENDINGS: Final = (Verdict.WITHDRAWN, Verdict.RETURNED)


async def last_observations(
    session: Session, *, plan: str, period: str | None, agencies: Collection[str]
) -> Mapping[tuple[str, str], ObservationData]:
    """Return what counts as reported for a period, by agency and indicator; nothing where there is no such period."""
    is_its_head = and_(
        FilingHeadRow.plan == SubmissionRow.plan,
        FilingHeadRow.agency == SubmissionRow.agency,
        FilingHeadRow.period == SubmissionRow.period,
        FilingHeadRow.revision == SubmissionRow.revision,
    )
    has_ended = exists().where(
        col(DecisionRow.submission) == SubmissionRow.id,
        col(DecisionRow.verdict).in_([each.value for each in _ENDINGS]),
    )
    statement = select(SubmissionRow.event).join(FilingHeadRow, is_its_head)
    statement = statement.where(SubmissionRow.plan == plan, SubmissionRow.period == period, ~has_ended)
    statement = statement.where(col(SubmissionRow.agency).in_(agencies))
    filed = [SubmissionAccepted.model_validate_json(event).data for event in await session.exec(statement)]
    return {(each.agency, observed.indicator): observed for each in filed for observed in each.observations}


async def receipts_given(
    session: Session, *, filer: str, keys: Sequence[str], request_hash: bytes
) -> list[Receipt] | None:
    """Return the receipts that were given for the same file under these Idempotency-Keys, in their order; else None."""
    statement = select(IdempotencyRow.key, SubmissionRow.event)
    statement = statement.join(SubmissionRow, col(SubmissionRow.id) == IdempotencyRow.submission)
    statement = statement.where(IdempotencyRow.filer == filer, IdempotencyRow.request_hash == request_hash)
    statement = statement.where(col(IdempotencyRow.key).in_(keys))
    given = dict((await session.exec(statement)).all())
    if len(given) < len(keys):
        return None
    return [Receipt(SubmissionAccepted.model_validate_json(given[key]).data, is_replay=True) for key in keys]
