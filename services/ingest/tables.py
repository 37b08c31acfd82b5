"""The tables of ingest's database."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.events import topics
from shared.runtime.outbox import outbox_table
from shared.runtime.process.clock_anchor import clock_anchor_table
from shared.runtime.schema import Schema


class Table(SQLModel, registry=registry()):
    """The base of ingest's tables, with metadata of its own."""


class PlanVersionRow(Table, table=True):
    """A version of a plan as it was published."""

    __tablename__ = "plan_version"

    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content_hash: str
    body: str = Field(sa_column=Column(JSONB, nullable=False))
    loaded_at: datetime


class AgencyRow(Table, table=True):
    """An agency as it was registered last."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))


class ApiKeyRow(Table, table=True):
    """A key that was issued; only its keyed hash is kept."""

    __tablename__ = "api_key"

    prefix: str = Field(primary_key=True)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    agency: str = Field(index=True)
    scopes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class FilingHeadRow(Table, table=True):
    """The latest revision of an agency's submission for a period; its row lock orders revisions."""

    __tablename__ = "filing_head"

    plan: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    revision: int


class SubmissionRow(Table, table=True):
    """An accepted submission, immutable."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("plan", "agency", "period", "revision", name="one_submission_a_revision"),
        ForeignKeyConstraint(["plan", "plan_version"], ["plan_version.plan", "plan_version.version"]),
    )

    id: UUID = Field(primary_key=True)
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_by: str
    filed_at: datetime
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DecisionRow(Table, table=True):
    """What became of a submission, with the event that told of it where one did."""

    __tablename__ = "decision"

    submission: UUID = Field(foreign_key="submission.id", primary_key=True)
    verdict: str = Field(primary_key=True)
    reason: str | None = None
    decided_by: str
    decided_at: datetime
    event: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class IdempotencyRow(Table, table=True):
    """What a client was told for an Idempotency-Key; the same key again is told the same."""

    __tablename__ = "idempotency"

    filer: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    submission: UUID
    created_at: datetime


class ReopeningRow(Table, table=True):
    """A recorded exception of the DIC: until when a locked period takes corrections of one agency again."""

    __tablename__ = "reopening"

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    plan: str
    agency: str
    period: str
    last_on: date
    reason: str
    granted_by: str
    granted_at: datetime


metadata = Table.metadata
outbox = outbox_table(metadata)
Index("outbox_keys", outbox.c.id, postgresql_where=outbox.c.topic == topics.KEYS.name)  # they go first
clock_anchor = clock_anchor_table(metadata)
SCHEMA: Final = Schema(service="ingest", revision="ingest_0007", tables=metadata)
"""What a database of ingest holds; a new migration's number goes here."""
