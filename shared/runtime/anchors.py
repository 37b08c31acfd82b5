"""Which clock a service runs on: the machine's, or a rehearsal that all processes of the system share."""

from datetime import datetime

from sqlalchemy import Column, DateTime, MetaData, Table

from shared.runtime.clock import TIMEZONE, Clock, RehearsalClock, SystemClock, system_now
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure


def clock_anchor_table(metadata: MetaData) -> Table:
    """Return the table that remembers at which real moment a rehearsal began."""
    return Table(
        "clock_anchor",
        metadata,
        Column("start", DateTime(timezone=True), primary_key=True),
        Column("anchored_at", DateTime(timezone=True), nullable=False),
    )


async def clock_for(start: datetime | None, *, database: Database) -> Clock:
    """Return the machine's clock, or the rehearsal that began at `start` when this database first saw it.

    A process started again goes on where the rehearsal is, not at its beginning.

    Raises:
        StartFailure: the database holds another rehearsal; its submissions and mails are not to be taken for real ones.
    """
    async with database.transaction() as connection:
        other = await connection.fetchval(
            "select start from clock_anchor where start is distinct from $1 limit 1", start
        )
        if other is not None:
            raise StartFailure(
                f"this data belongs to the rehearsal CLOCK_START={other.astimezone(TIMEZONE).isoformat()}; "
                "start with that, or with an empty database"
            )
        if start is None:
            return SystemClock()
        await connection.execute(
            "insert into clock_anchor (start, anchored_at) values ($1, $2) on conflict do nothing", start, system_now()
        )
        anchored_at = await connection.fetchval("select anchored_at from clock_anchor where start = $1", start)
    return RehearsalClock(start, anchored_at=anchored_at)


async def clock_as_anchored(database: Database) -> Clock:
    """Return the clock of the services on this database: the rehearsal that it remembers, or the machine's."""
    async with database.transaction() as connection:
        row = await connection.fetchrow("select start, anchored_at from clock_anchor limit 1")
    return RehearsalClock(row["start"], anchored_at=row["anchored_at"]) if row else SystemClock()
