"""The tables of notify's database."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.runtime.auth.key_ring import key_table
from shared.runtime.kafka.inbox import inbox_table
from shared.runtime.process.clock_anchor import clock_anchor_table
from shared.runtime.schema import Schema


class Table(SQLModel, registry=registry()):
    """The base of notify's tables, with metadata of its own."""


class PlanVersionRow(Table, table=True):
    """A version of a plan, as far as notices need it."""

    __tablename__ = "plan_version"

    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))
    known_since: datetime


class AgencyRow(Table, table=True):
    """An agency as it was registered last."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))


class ProgressRow(Table, table=True):
    """How an agency stands in a period, by the latest word of scoring."""

    __tablename__ = "progress"
    __table_args__ = (
        Index("ix_progress_newest", "plan", "agency", "starts_on"),
        Index("ix_progress_synthetic", "plan", postgresql_where=text("is_synthetic")),
    )

    plan: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    starts_on: date
    is_filed: bool
    is_closed: bool
    is_synthetic: bool
    body: str = Field(sa_column=Column(JSONB, nullable=False))


class ContactRow(Table, table=True):
    """A person who is told; one whom no plan's contacts file names any more is no longer active."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("agency", "role", "email", name="one_contact_a_role"),)

    id: UUID = Field(primary_key=True)
    agency: str
    role: str
    name: str
    email: str
    language: str
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    is_active: bool
    sources: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))  # plans' files


class NoticeRow(Table, table=True):
    """One thing to tell one recipient, with what became of it.

    `due_at`, `decided_at` and `ended_at` are moments of the system's clock, which a rehearsal may set; leases and
    retries are moments of the database server, because the mail relay lives in real time.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "due_at", "position", postgresql_where=text("state = 'queued'")),
        Index("ix_notice_open", "state", postgresql_where=text("state in ('sending', 'unknown')")),
        Index("ix_notice_agency", "plan", "agency"),
    )

    id: UUID = Field(primary_key=True)
    key: str = Field(unique=True)
    cause: str = Field(index=True)
    position: int = Field(sa_column=Column(BigInteger, Identity(), nullable=False))
    kind: str
    plan: str
    agency: str
    period: str
    thread: str
    indicators: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    over: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    contents: str = Field(sa_column=Column(JSONB, nullable=False))
    contact: UUID | None = None
    recipient: str
    email: str
    language: str
    state: str
    reason: str | None = None
    detail: str | None = None
    decided_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    attempts: int
    first_attempt_at: datetime | None = None
    retry_at: datetime = Field(sa_column_kwargs={"server_default": func.now()})
    lease_until: datetime | None = None


metadata = Table.metadata
inbox = inbox_table(metadata)
api_key = key_table(metadata)
clock_anchor = clock_anchor_table(metadata)
SCHEMA: Final = Schema(service="notify", revision="notify_0005", tables=metadata)
"""What a database of notify holds; a new migration's number goes here."""
