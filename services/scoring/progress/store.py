"""Progress in PostgreSQL: append-only, each row with the exact bytes of the event that announced it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from asyncpg import UniqueViolationError

from services.scoring.judging.history import AgencyInPlan
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Filing, Key, Plan
from services.scoring.plans.model import ClosedPeriod, PlanVersion
from services.scoring.progress.events import KIND, event_of, progress_of
from shared.events.progress import ProgressChanged
from shared.events.topics import PROGRESS
from shared.runtime.database import Conflict, columns
from shared.runtime.outbox import Announcement, announce

COLUMNS: Final = (
    "plan",
    "period",
    "agency",
    "sequence",
    "plan_version",
    "submission",
    "revision",
    "filed_at",
    "is_synthetic",
    "standing",
    "is_closed",
    "is_owed",
    "composite_score",
    "coverage_ratio",
    "decided_at",
    "event",
)
"""The columns of a progress row, in the order of `record_of`."""

# The latest row of each agency and period that is asked for, each found by the primary key.
_OF_KEYS: Final = """
select found.* from unnest($1::text[], $2::text[], $3::text[]) as wanted (plan, agency, period)
cross join lateral (
    select * from progress
    where (progress.plan, progress.period, progress.agency) = (wanted.plan, wanted.period, wanted.agency)
    order by sequence desc limit 1
) as found
"""
_OF_PERIODS: Final = """
select found.* from unnest($1::text[], $2::text[]) as wanted (plan, period)
cross join lateral (
    select distinct on (agency) * from progress
    where (progress.plan, progress.period) = (wanted.plan, wanted.period) order by agency, sequence desc
) as found
"""
_OF_AGENCIES: Final = """
select found.* from unnest($1::text[], $2::text[]) as wanted (plan, agency)
cross join lateral (
    select distinct on (period) * from progress
    where (progress.plan, progress.agency) = (wanted.plan, wanted.agency) order by period, sequence desc
) as found
"""
_HISTORY: Final = """
select event from current_progress where plan = $1 and period = any($2::text[]) and agency = any($3::text[])
"""
_FILINGS: Final = """
select event from current_progress where plan = $1 and submission is not null order by period, agency
"""
_PAIRS: Final = """
select coalesce(sum(filings * (filings - 1) / 2), 0)::bigint from (
    select count(*) as filings from current_progress where plan = $1 and submission is not null group by agency
) as agencies
"""


class Overtaken(Conflict):
    """Another process changed an agency's progress first; the transaction is to be tried again from its beginning."""


class ProgressStore:
    """How agencies stand, within the transaction under way; what is loaded is what was announced last."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def load(self, keys: Iterable[Key]) -> dict[Key, Progress]:
        """Return what is known of these agencies and periods."""
        return _by_key(await self._connection.fetch(_OF_KEYS, *columns(list(keys), width=3)))

    async def load_periods(self, periods: Sequence[ClosedPeriod]) -> dict[Key, Progress]:
        """Return what is known of every agency in these periods."""
        return _by_key(await self._connection.fetch(_OF_PERIODS, *columns(periods, width=2)))

    async def load_agencies(self, agencies: Collection[AgencyInPlan]) -> dict[Key, Progress]:
        """Return what is known of these agencies in all periods; nobody else judges them until the transaction ends."""
        await lock_agencies(self._connection, {each.agency for each in agencies})
        return _by_key(await self._connection.fetch(_OF_AGENCIES, *columns(sorted(agencies), width=2)))

    async def load_history(
        self, plan: str, periods: Sequence[str], agencies: Sequence[str]
    ) -> Mapping[str, Mapping[str, Progress]]:
        """Return what is known of these agencies in these periods, by agency and then by period."""
        found: dict[str, dict[str, Progress]] = {agency: {} for agency in agencies}
        for row in await self._connection.fetch(_HISTORY, plan, list(periods), list(agencies)):
            progress = progress_in(row)
            found[progress.key.agency][progress.key.period] = progress
        return found

    async def filing_pairs(self, plan: str) -> int:
        """Return how many pairs of its filings are of one agency: of so many pairs each indicator has slopes."""
        pairs: int = await self._connection.fetchval(_PAIRS, plan)
        return pairs

    async def filings(self, plan: str) -> Sequence[Filing]:
        """Return every filing of a plan that counts."""
        filed = (progress_in(row).filing for row in await self._connection.fetch(_FILINGS, plan))
        return [filing for filing in filed if filing is not None]

    async def save_and_announce(self, changes: Sequence[Progress], *, plans: Mapping[PlanVersion, Plan]) -> None:
        """Append changes and announce them; `plans` holds the versions that judged them.

        Raises:
            Overtaken: another process changed one of them first; nothing of the transaction may be committed.
        """
        if not changes:
            return
        bodies = [event_of(each, plan=plans[PlanVersion(each.key.plan, each.plan_version)]) for each in changes]
        records = [record_of(each, event=body) for each, body in zip(changes, bodies, strict=True)]
        try:
            await self._connection.copy_records_to_table("progress", records=records, columns=COLUMNS)
        except UniqueViolationError as error:
            raise Overtaken(f"of {len(records)} changes one was made by another process first: {error}") from error
        await announce(
            self._connection,
            [
                announcement(plan=each.key.plan, period=each.key.period, agency=each.key.agency, sequence=each.sequence)
                for each in changes
            ],
        )


def announcement(*, plan: str, period: str, agency: str, sequence: int) -> Announcement:
    """Return the announcement of a row of progress, under its agency's key."""
    return Announcement(PROGRESS, agency, KIND, place=(plan, period, agency, str(sequence)))


async def lock_agencies(connection: Any, agencies: Collection[str]) -> None:
    """Hold off who else would judge these agencies in all their periods, until the transaction ends.

    Progress that is not there yet cannot be locked, so the registry's row is: a lock in a row takes no room in the
    server's table of locks, which a few thousand fill. A statement of its own, so that the next one sees what was
    committed while this one waited.
    """
    await connection.execute(
        "select from agency where id = any($1::text[]) order by id for no key update", list(agencies)
    )


async def rows_of_period(connection: Any, plan: str, period: str) -> Sequence[Any]:
    """Return the latest row of every agency in a period, for `progress_in`."""
    rows: Sequence[Any] = await connection.fetch(
        "select * from current_progress where plan = $1 and period = $2", plan, period
    )
    return rows


def progress_in(row: Any) -> Progress:
    """Return the progress that a row holds."""
    return progress_of(ProgressChanged.model_validate_json(row["event"]))


def record_of(progress: Progress, *, event: bytes) -> tuple[Any, ...]:
    """Return the row's values, in the order of `COLUMNS`."""
    filing = progress.filing
    return (
        progress.key.plan,
        progress.key.period,
        progress.key.agency,
        progress.sequence,
        progress.plan_version,
        filing.submission if filing else None,
        filing.revision if filing else None,
        filing.filed_at if filing else None,
        filing.is_synthetic if filing else None,
        progress.standing.value,
        progress.is_closed,
        bool(progress.judgements),
        progress.composite_score,
        progress.coverage_ratio,
        progress.cause.decided_at,
        event,
    )


def _by_key(rows: Iterable[Any]) -> dict[Key, Progress]:
    return {progress.key: progress for progress in map(progress_in, rows)}
