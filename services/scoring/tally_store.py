"""Keeps what roll-ups are sums of in PostgreSQL: a row holds the cells of one kind and district in a period."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from services.scoring.bearings import PlanVersion
from services.scoring.model import Agency, Plan
from services.scoring.moving import Moved, moves
from services.scoring.progress_store import Overtaken
from services.scoring.rollup import EMPTY, Cell, Place, Subject, Tally, summed
from shared.events import topics
from shared.events.vocabulary import AgencyKind
from shared.runtime.kafka import partition_of

_FIGURES: Final = 5  # of a tally, before its counts
_LOAD: Final = """
select tally.* from tally join unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
    as wanted (plan, period, branch, kind, lane) using (plan, period, branch, kind, lane)
order by plan, period, branch, kind, lane for update of tally
"""
_SAVE: Final = """
insert into tally (plan, period, branch, kind, lane, moves, cells)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[])
    as moved (plan, period, branch, kind, lane, moves, cells) order by plan, period, branch, kind, lane
on conflict (plan, period, branch, kind, lane) do update set moves = excluded.moves, cells = excluded.cells
where tally.moves = excluded.moves - 1 returning lane
"""


class _Row(NamedTuple):
    """Names a row."""

    plan: str
    period: str
    branch: str
    kind: str
    lane: int


def lane_of(agency: str) -> int:
    """Return which of the rows beside each other an agency is counted in: that of its partition.

    A partition is read by one process at a time, so two processes never wait for each other's rows.
    """
    return partition_of(agency.encode(), count=topics.SUBMISSIONS.partitions)


class PostgresTallies:
    """What cells come to, in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def move(
        self,
        changes: Iterable[Moved],
        *,
        plans: Mapping[PlanVersion, Plan],
        registry: Mapping[str, Agency],
    ) -> None:
        """Move what the cells come to by what these changes bring and take.

        `registry` holds who is above, too.

        Raises:
            Overtaken: another process moved a row first; nothing of the transaction may be committed.
        """
        lanes: defaultdict[int, list[Moved]] = defaultdict(list)
        for change in changes:
            lanes[lane_of(change.agency.id)].append(change)
        moved = _by_row({lane: moves(some, plans=plans, registry=registry) for lane, some in lanes.items()})
        if not moved:
            return
        names = sorted(moved)
        counts = dict.fromkeys(names, 1)
        for row in await self._connection.fetch(_LOAD, *_columns(names)):
            name = _Row(row["plan"], row["period"], row["branch"], row["kind"], row["lane"])
            counts[name] = row["moves"] + 1
            _add(moved[name], cells_of(row["cells"]))
        saved = await self._connection.fetch(
            _SAVE, *_columns(names), list(counts.values()), [_dumped(moved[name]) for name in names]
        )
        if len(saved) < len(names):
            raise Overtaken(f"{len(names) - len(saved)} of {len(names)} sums were moved by another process first")

    async def of_period(self, plan: str, period: str) -> Mapping[Cell, Tally]:
        """Return what every cell of a period comes to."""
        rows = await self._connection.fetch("select * from tally where plan = $1 and period = $2", plan, period)
        beside: defaultdict[Cell, list[Tally]] = defaultdict(list)
        for row in rows:
            for subject, tally in cells_of(row["cells"]).items():
                beside[Cell(plan, period, row["branch"], AgencyKind(row["kind"]), *subject)].append(tally)
        return {cell: summed(tallies) for cell, tallies in beside.items()}


def _by_row(by_lane: Mapping[int, Mapping[Place, dict[Subject, Tally]]]) -> dict[_Row, dict[Subject, Tally]]:
    return {_Row(*place, lane): tallies for lane, places in by_lane.items() for place, tallies in places.items()}


def _add(moved: dict[Subject, Tally], known: Mapping[Subject, Tally]) -> None:
    for subject, tally in known.items():
        more = moved.get(subject)
        moved[subject] = summed([tally, more]) if more else tally


def cells_of(text: str) -> dict[Subject, Tally]:
    """Return what a row holds: what each subject comes to."""
    return {
        (programme, indicator): Tally(
            Decimal(part), Decimal(whole), Decimal(points), Decimal(weight), Decimal(owed), tuple(agencies)
        )
        for programme, indicator, part, whole, points, weight, owed, *agencies in orjson.loads(text)
    }


def _dumped(cells: Mapping[Subject, Tally]) -> str:
    return orjson.dumps(
        [
            [programme, indicator, *map(str, tally[:_FIGURES]), *tally.agencies]
            for (programme, indicator), tally in sorted(cells.items())
            if tally != EMPTY
        ]
    ).decode()


def _columns(rows: Iterable[_Row]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True))
