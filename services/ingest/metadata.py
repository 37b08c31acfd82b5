"""The metadata that all tables of ingest share, with the tables of the plumbing."""

from typing import Final

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.events import topics
from shared.runtime.outbox import outbox_table
from shared.runtime.process.clock_anchor import clock_anchor_table


class Table(SQLModel, registry=registry()):
    """The base of ingest's tables, with metadata of its own."""


outbox: Final = outbox_table(Table.metadata)
Index("outbox_keys", outbox.c.id, postgresql_where=outbox.c.topic == topics.KEYS.name)  # they go first
clock_anchor: Final = clock_anchor_table(Table.metadata)
