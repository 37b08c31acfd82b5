"""The tables of submissions, their revisions, Idempotency-Keys and decisions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from services.ingest.metadata import Table


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
        Index("submission_latest", "filed_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_by: str
    filed_at: datetime
    is_flagged: bool  # it was accepted with warnings
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DecisionRow(Table, table=True):
    """A decision about a submission, with its event where it was announced."""

    __tablename__ = "decision"

    submission: UUID = Field(foreign_key="submission.id", primary_key=True)
    verdict: str = Field(primary_key=True)
    reason: str | None = None
    decided_by: str
    decided_at: datetime
    position: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))  # among all decisions
    event: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class IdempotencyRow(Table, table=True):
    """The submission that an Idempotency-Key stands for; the same request again gets the same receipt."""

    __tablename__ = "idempotency"

    filer: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    submission: UUID
    created_at: datetime
