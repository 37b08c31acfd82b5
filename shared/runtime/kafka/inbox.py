"""The inbox: twice delivered is once applied."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, MetaData, Table, Uuid, func


def inbox_table(metadata: MetaData) -> Table:
    """Return the inbox table of a service's metadata."""
    return Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


_REMEMBER: Final = """
with fresh as (
    insert into inbox (event_id) select distinct id from unnest($1::uuid[]) as id order by id
    on conflict do nothing returning event_id
)
select id from unnest($1::uuid[]) as id except select event_id from fresh
"""


async def seen(connection: "asyncpg.Connection[asyncpg.Record]", ids: Sequence[UUID]) -> set[UUID]:
    """Return those of `ids` that were applied before, and remember the others with the transaction under way."""
    return {row["id"] for row in await connection.fetch(_REMEMBER, ids)}
