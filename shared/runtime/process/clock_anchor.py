"""Which clock a service runs on: the machine's, or a rehearsal that all processes of the system share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, MetaData, Table, true

from shared.runtime.clock import TIMEZONE, Clock, RehearsalClock, SystemClock, system_now
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure


def clock_anchor_table(metadata: MetaData) -> Table:
    """Return the table whose one row says which clock the data were begun on."""
    return Table(
        "clock_anchor",
        metadata,
        Column("start", DateTime(timezone=True), nullable=True),  # of the rehearsal; null: the real clock
        Column("anchored_at", DateTime(timezone=True), nullable=False),  # the real moment of the first start
        Column("is_only", Boolean, primary_key=True, server_default=true()),
        CheckConstraint("is_only", name="one_clock"),
    )


async def clock_for(
    start: datetime | None,
    *,
    database: Database,
    start_if_empty: datetime | None = None,
    demand: Callable[[Clock], None] = lambda _: None,
) -> Clock:
    """Return the clock of a database: the machine's, or the rehearsal that began at `start` when it was first opened.

    Whoever opens a database first decides, and it keeps to that: a process started again goes on where the rehearsal
    is, and what was begun on the real clock is never rehearsed with. With `start_if_empty` and no `start`, only a
    database that nobody has opened begins that rehearsal, and any other goes on as it was begun. Where `demand` refuses
    the clock, nothing is recorded.

    Raises:
        StartFailure: the data were begun on another clock; its submissions and mails are not to be mixed.
    """
    async with database.transaction() as connection:
        await connection.execute(
            "insert into clock_anchor (start, anchored_at) values ($1, $2) on conflict do nothing",
            start or start_if_empty,
            system_now(),
        )
        row = await connection.fetchrow("select start, anchored_at from clock_anchor")
        follows = start is None and start_if_empty is not None
        if row["start"] != start and not follows:
            raise StartFailure(_other_clock(row, asked=start))
        clock = _clock(row)
        demand(clock)
    return clock


async def clock_as_anchored(database: Database) -> Clock:
    """Return the clock of the services on this database: the rehearsal that it remembers, or the machine's."""
    async with database.transaction() as connection:
        row = await connection.fetchrow("select start, anchored_at from clock_anchor")
    return _clock(row) if row else SystemClock()


def _clock(row: Any) -> Clock:
    return SystemClock() if row["start"] is None else RehearsalClock(row["start"], anchored_at=row["anchored_at"])


def _other_clock(row: Any, *, asked: datetime | None) -> str:
    if row["start"] is not None:
        return (
            f"this data belongs to the rehearsal CLOCK_START={_shown(row['start'])}; start with that, or with an empty"
            " database"
        )
    return (
        f"this data has lived on the real clock since {_shown(row['anchored_at'])} and cannot become the rehearsal"
        f" CLOCK_START={_shown(asked)}; set CLOCK_START to nothing, or rehearse on an empty database"
    )


def _shown(moment: datetime | None) -> str:
    return moment.astimezone(TIMEZONE).isoformat(timespec="seconds") if moment else ""
