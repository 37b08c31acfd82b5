"""What a replay would change, counted and listed, and written as JSON or CSV."""

import csv
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from services.scoring.replay.model import Replay
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure

_LISTED: Final = 15
_FIELDS: Final = (
    "period",
    "agency",
    "indicator",
    "indicator_before",
    "indicator_after",
    "standing_before",
    "standing_after",
    "score_before",
    "score_after",
    "version_before",
    "version_after",
)
_CHANGES: Final = "select count(*) from replay_change where replay = $1"
_STANDINGS: Final = """
select period, standing_before as before, standing_after as after, count(*) as number from replay_change
where replay = $1 group by 1, 2, 3 order by 1, 4 desc, 2, 3
"""
_INDICATORS: Final = """
select period, indicator->>0 as indicator, indicator->>1 as before, indicator->>2 as after, count(*) as number
from replay_change, jsonb_array_elements(indicators) as indicator where replay = $1
group by 1, 2, 3, 4 order by 1, 2, 5 desc, 3, 4
"""
_LARGEST: Final = """
select agency, period, score_before, score_after from replay_change
where replay = $1 and score_before <> score_after
order by abs(score_after - score_before) desc, agency, period limit $2
"""
_AGENCIES: Final = """
select agency, period, standing_before, standing_after, score_before, score_after from replay_change
where replay = $1 order by agency, period limit $2
"""
_EVERY: Final = """
select period, agency, indicator->>0, indicator->>1, indicator->>2, standing_before, standing_after,
    score_before, score_after, version_before, version_after
from replay_change left join jsonb_array_elements(indicators) as indicator on true
where replay = $1 order by period, agency, 3
"""


class Counted(NamedTuple):
    """How many agencies changed from one standing to another, as a whole or, where named, in an indicator."""

    period: str
    before: str | None
    after: str | None
    number: int
    indicator: str = ""


class Listed(NamedTuple):
    """How an agency changes in a period."""

    agency: str
    period: str
    score_before: Decimal | None
    score_after: Decimal | None
    standing_before: str | None = None
    standing_after: str | None = None


class Differences(NamedTuple):
    """What a replay would change; lists are cut short, the counts are whole."""

    changes: int  # periods of agencies
    standings: list[Counted]
    indicators: list[Counted]
    largest: list[Listed]
    agencies: list[Listed]


async def differences(replay: Replay, *, database: Database) -> Differences:
    """Return what the replay would change."""
    async with database.transaction() as connection:
        return Differences(
            changes=await connection.fetchval(_CHANGES, replay.id),
            standings=[Counted(**row) for row in await connection.fetch(_STANDINGS, replay.id)],
            indicators=[Counted(**row) for row in await connection.fetch(_INDICATORS, replay.id)],
            largest=[Listed(**row) for row in await connection.fetch(_LARGEST, replay.id, _LISTED)],
            agencies=[Listed(**row) for row in await connection.fetch(_AGENCIES, replay.id, _LISTED)],
        )


def demand_known_kind(path: Path) -> None:
    """Check that a file's name says what is to be written.

    Raises:
        StartFailure: it ends neither in .json nor in .csv.
    """
    if path.suffix not in {".json", ".csv"}:
        raise StartFailure(f"--out {path}: a name that ends in .json or .csv is accepted")


async def write_out(path: Path, *, replay: Replay, found: Differences, database: Database) -> None:
    """Write the counts as JSON, or a line for every changed indicator of every agency as CSV."""
    # A command has nobody else to serve while it writes.
    if path.suffix == ".json":
        told = {
            "replay": replay.id,
            **replay.order._asdict(),
            "judged": replay.judged,
            "observations": replay.observations,
            "changes": found.changes,
            **{name: [each._asdict() for each in part] for name, part in found._asdict().items() if name != "changes"},
        }
        path.write_bytes(orjson.dumps(told, default=str, option=orjson.OPT_INDENT_2) + b"\n")  # noqa: ASYNC240
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")  # read by shells
        writer.writerow(_FIELDS)
        async for row in _every(replay, database=database):
            writer.writerow(row)


async def _every(replay: Replay, *, database: Database) -> AsyncIterator[Any]:
    async with database.transaction() as connection:
        async for row in connection.cursor(_EVERY, replay.id, prefetch=500):
            yield tuple(row)
