"""The inbox: twice delivered is once applied."""

from collections.abc import Sequence
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


async def unseen(connection: "asyncpg.Connection[asyncpg.Record]", ids: Sequence[UUID]) -> set[UUID]:
    """Return those of `ids` that were never applied, and remember them with the transaction under way."""
    rows = await connection.fetch(
        "insert into inbox (event_id) select distinct id from unnest($1::uuid[]) as id order by id"
        " on conflict do nothing returning event_id",
        list(ids),
    )
    return {row["event_id"] for row in rows}
