"""Keeps progress in PostgreSQL: one statement loads and locks a batch, one saves it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from services.scoring.judging.history import AgencyInPlan
from services.scoring.judging.judgements import Cause, Judgement, Progress
from services.scoring.judging.model import Ended, Filing, Key, Observation
from services.scoring.plans.model import ClosedPeriod
from services.scoring.progress.json_rows import Written
from shared.events.vocabulary import Standing
from shared.runtime.database import Conflict, columns

COLUMNS: Final = {
    "plan": "text",
    "period": "text",
    "agency": "text",
    "plan_version": "int",
    "submission": "uuid",
    "revision": "int",
    "filed_at": "timestamptz",
    "is_synthetic": "bool",
    "observations": "text",
    "standing": "text",
    "judgements": "text",
    "is_closed": "bool",
    "sequence": "int",
    "previous_standing": "text",
    "changed_indicators": "text",
    "correlation": "text",
    "causation": "text",
    "decided_at": "timestamptz",
    "composite_score": "numeric",
    "coverage_ratio": "numeric",
    "ended": "jsonb",
}
"""The columns of a progress row with their types, in the order of `record_of`."""

IS_OWED: Final = "progress.judgements <> '[]'"
"""A condition on a row of progress: the agency owes something for the period, or reported something besides."""

_OBSERVATIONS: Final = TypeAdapter(tuple[Observation, ...])
_JUDGEMENTS: Final = TypeAdapter(tuple[Judgement, ...])
_ENDED: Final = TypeAdapter(Ended)


_NAMED: Final = list(COLUMNS)
_NAMES: Final = ", ".join(COLUMNS)
# A table of the connection's own: what is copied into it is neither logged nor packed, and gone once it is saved.
_COMING: Final = """
create temp table if not exists coming_progress (like progress including storage including defaults)
    with (toast_tuple_target = 8160) on commit delete rows
"""
_ASSIGNED: Final = ", ".join(
    f"{column} = excluded.{column}" for column in COLUMNS if column not in {"plan", "period", "agency"}
)
_SAVE: Final = (
    f"with come as (delete from coming_progress returning {_NAMES})"  # noqa: S608  our names
    f" insert into progress ({_NAMES}) select {_NAMES} from come"
    f" order by plan, period, agency on conflict (plan, period, agency) do update set {_ASSIGNED}"
    " where progress.sequence = excluded.sequence - 1 returning agency"
)


_FILINGS: Final = """
select plan, period, agency, plan_version, submission, revision, filed_at, is_synthetic, observations
from progress where plan = $1 and submission is not null order by period, agency
"""
_PAIRS: Final = """
select coalesce(sum(filings * (filings - 1) / 2), 0)::bigint
from (select count(*) as filings from progress where plan = $1 and submission is not null group by agency) as agencies
"""


class Overtaken(Conflict):
    """Another process changed an agency's progress first; the transaction is to be tried again from its beginning."""


class ProgressStore:
    """How agencies stand in PostgreSQL; one statement loads and locks a batch, one saves it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def load(self, keys: Iterable[Key]) -> dict[Key, Progress]:
        """Return what is known of these agencies and periods, locked in the order of their names."""
        rows = await self._connection.fetch(
            "select progress.* from progress join unnest($1::text[], $2::text[], $3::text[])"
            " as wanted (plan, agency, period) using (plan, agency, period)"
            " order by plan, period, agency for update of progress",
            *columns(list(keys), width=3),
        )
        return {progress.key: progress for progress in map(progress_of, rows)}

    async def load_periods(self, periods: Sequence[ClosedPeriod]) -> dict[Key, Progress]:
        """Return what is known of every agency in these periods, locked in the order of their names."""
        rows = await self._connection.fetch(
            "select progress.* from progress join unnest($1::text[], $2::text[]) as wanted (plan, period)"
            " using (plan, period) order by plan, period, agency for update of progress",
            *columns(periods, width=2),
        )
        return {progress.key: progress for progress in map(progress_of, rows)}

    async def load_agencies(self, agencies: Collection[AgencyInPlan]) -> dict[Key, Progress]:
        """Return what is known of these agencies in all periods; nobody else judges them until the transaction ends."""
        named = columns(sorted(agencies), width=2)
        await lock_agencies(self._connection, {each.agency for each in agencies})
        rows = await self._connection.fetch(
            "select progress.* from progress join unnest($1::text[], $2::text[]) as wanted (plan, agency)"
            " using (plan, agency) order by plan, period, agency for update of progress",
            *named,
        )
        return {progress.key: progress for progress in map(progress_of, rows)}

    async def filing_pairs(self, plan: str) -> int:
        """Return how many pairs of its filings are of one agency: of so many pairs each indicator has slopes."""
        pairs: int = await self._connection.fetchval(_PAIRS, plan)
        return pairs

    async def filings(self, plan: str) -> Sequence[Filing]:
        """Return every filing of a plan that counts."""
        filed = map(filing_of, await self._connection.fetch(_FILINGS, plan))
        return [filing for filing in filed if filing is not None]

    async def save(self, changes: Sequence[Written]) -> None:
        """Keep the changes.

        Raises:
            Overtaken: another process changed one of them first; nothing of the transaction may be committed.
        """
        if not changes:
            return
        records = [record_of(each) for each in changes]
        await self._connection.execute(_COMING)
        await self._connection.copy_records_to_table("coming_progress", records=records, columns=_NAMED)
        saved = await self._connection.fetch(_SAVE)
        if len(saved) < len(records):
            raise Overtaken(f"{len(records) - len(saved)} of {len(records)} were changed by another process first")


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
    """Return the rows of every agency in a period, for `progress_of`; nothing is locked."""
    rows: Sequence[Any] = await connection.fetch("select * from progress where plan = $1 and period = $2", plan, period)
    return rows


def record_of(written: Written) -> tuple[Any, ...]:
    """Return the row's values, in the order of `COLUMNS`."""
    progress = written.progress
    filing = progress.filing
    return (
        progress.key.plan,
        progress.key.period,
        progress.key.agency,
        progress.plan_version,
        filing.submission if filing else None,
        filing.revision if filing else None,
        filing.filed_at if filing else None,
        filing.is_synthetic if filing else None,
        written.observations,
        progress.standing.value,
        written.judgements,
        progress.is_closed,
        progress.sequence,
        progress.previous_standing.value if progress.previous_standing else None,
        orjson.dumps(progress.changed_indicators).decode(),
        progress.cause.correlation,
        progress.cause.causation,
        progress.cause.decided_at,
        progress.composite_score,
        progress.coverage_ratio,
        _ENDED.dump_json(progress.ended).decode() if progress.ended else None,
    )


def progress_of(row: Any) -> Progress:
    """Return the progress that the row holds."""
    return Progress(
        key=Key(plan=row["plan"], agency=row["agency"], period=row["period"]),
        plan_version=row["plan_version"],
        filing=filing_of(row),
        standing=Standing(row["standing"]),
        judgements=judgements_of(row),
        is_closed=row["is_closed"],
        sequence=row["sequence"],
        previous_standing=Standing(row["previous_standing"]) if row["previous_standing"] else None,
        changed_indicators=tuple(orjson.loads(row["changed_indicators"])),
        cause=Cause(correlation=row["correlation"], causation=row["causation"], decided_at=row["decided_at"]),
        composite_score=row["composite_score"],
        coverage_ratio=row["coverage_ratio"],
        ended=ended_of(row),
    )


def judgements_of(row: Any) -> tuple[Judgement, ...]:
    """Return the judgements of the progress that the row holds."""
    return _JUDGEMENTS.validate_json(row["judgements"])


def ended_of(row: Any) -> Ended | None:
    """Return how the latest submission of the row ended, None where it did not."""
    return _ENDED.validate_json(row["ended"]) if row["ended"] else None


def filing_of(row: Any) -> Filing | None:
    """Return what was filed of the progress that the row holds."""
    if not row["submission"]:
        return None
    return Filing(
        key=Key(plan=row["plan"], agency=row["agency"], period=row["period"]),
        plan_version=row["plan_version"],
        submission=row["submission"],
        revision=row["revision"],
        filed_at=row["filed_at"],
        is_synthetic=row["is_synthetic"],
        observations=_OBSERVATIONS.validate_json(row["observations"]),
    )
