"""The tables of scoring's database."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, LargeBinary, Numeric, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.runtime.auth.key_ring import key_table
from shared.runtime.kafka.inbox import inbox_table
from shared.runtime.outbox import outbox_table
from shared.runtime.process.clock_anchor import clock_anchor_table
from shared.runtime.schema import Schema


class Table(SQLModel, registry=registry()):
    """The base of scoring's tables, with metadata of its own."""


class PlanVersionRow(Table, table=True):
    """A version of a plan as it was published; a version never changes."""

    __tablename__ = "plan_version"

    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))
    known_at: datetime


class AgencyRow(Table, table=True):
    """An agency as it was registered last."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))
    registered_at: datetime


class AgencyVersionRow(Table, table=True):
    """An agency as it was known from a moment on, until the next; append-only."""

    __tablename__ = "agency_version"

    id: str = Field(primary_key=True)
    known_at: datetime = Field(primary_key=True)
    body: str = Field(sa_column=Column(JSONB, nullable=False))
    registered_at: datetime


class PeriodCloseRow(Table, table=True):
    """A period whose due date has passed and whose silent agencies were announced as missing."""

    __tablename__ = "period_close"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    plan_version: int
    due_on: date
    closed_at: datetime


class WaitingSubmissionRow(Table, table=True):
    """A submission whose plan version or agency is not known yet, kept whole until it is."""

    __tablename__ = "waiting_submission"

    event_id: UUID = Field(primary_key=True)
    plan: str = Field(index=True)
    plan_version: int
    period: str
    agency: str
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fault: str | None = None  # why its plan, once known, could not judge it


class EndedSubmissionRow(Table, table=True):
    """A submission that was withdrawn or returned, kept also where it is not known yet."""

    __tablename__ = "ended_submission"

    submission: UUID = Field(primary_key=True)
    plan: str
    agency: str
    period: str
    revision: int
    ending: str
    ended_at: datetime
    ended_by: str
    reason: str


class ProgressRow(Table, table=True):
    """How an agency stands in a period, as it was announced once; the highest sequence is how it stands now.

    Append-only: rows are added and never changed. `event` holds the exact bytes that travel, and with them all it was
    judged from; beside it stands what is asked for in SQL. The view `current_progress` has the latest row of each.
    """

    __tablename__ = "progress"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    plan_version: int
    submission: UUID | None = None
    revision: int | None = None
    filed_at: datetime | None = None
    is_synthetic: bool | None = None
    standing: str
    is_closed: bool
    is_owed: bool  # the agency owes something for the period, or reported something besides
    composite_score: Decimal | None = Field(default=None, sa_type=Numeric)
    coverage_ratio: Decimal | None = Field(default=None, sa_type=Numeric)
    decided_at: datetime = Field(index=True)  # later than every moment that was told before it was committed
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MomentRow(Table, table=True):
    """Up to which moment what is known was told, so that whatever is committed from now on has a later one; one row."""

    __tablename__ = "moment"
    __table_args__ = (CheckConstraint("is_only", name="one_moment"),)

    is_only: bool = Field(default=True, primary_key=True, sa_column_kwargs={"server_default": true()})
    told_at: datetime | None = None
    rolled_up_at: datetime | None = None  # up to which roll-ups were announced; null: they are to be announced anew


class ReplayRow(Table, table=True):
    """A replay: what is judged again, by what, and how far that has come."""

    __tablename__ = "replay"

    id: str = Field(primary_key=True)
    plan: str = Field(index=True)
    plan_version: int | None = None
    first_period: str
    last_period: str
    agencies: str = Field(sa_column=Column(JSONB, nullable=False))  # empty: all
    state: str  # judging, judged, announcing, announced
    started_at: datetime
    through: str = ""  # the agency up to which this state has come
    judged: int = Field(default=0, sa_type=BigInteger)
    observations: int = Field(default=0, sa_type=BigInteger)
    announced: int = Field(default=0, sa_type=BigInteger)
    otherwise: int = Field(default=0, sa_type=BigInteger)  # came out other than shown


class ReplayChangeRow(Table, table=True):
    """What a replay changes of an agency in a period, to be shown before it is announced."""

    __tablename__ = "replay_change"

    replay: str = Field(primary_key=True, foreign_key="replay.id", ondelete="CASCADE")
    agency: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version_before: int | None = None
    version_after: int
    standing_before: str | None = None
    standing_after: str
    score_before: Decimal | None = Field(default=None, sa_type=Numeric)
    score_after: Decimal | None = Field(default=None, sa_type=Numeric)
    indicators: str = Field(sa_column=Column(JSONB, nullable=False))  # each with its standing before and after


class ReplayedPeriodRow(Table, table=True):
    """A period whose replay by a plan version was announced: what is filed for it is judged by the highest at least."""

    __tablename__ = "replayed_period"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    least_version: int = Field(primary_key=True)
    replayed_at: datetime


class OutlookRow(Table, table=True):
    """How each target looked when a period closed: who reaches it, who cannot and by how much."""

    __tablename__ = "outlook"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    plan_version: int
    made_at: datetime
    moves: int | None = Field(default=None, sa_type=BigInteger)  # of progress, up to the period, that it looked at
    outlooks: str = Field(sa_column=Column(JSONB, nullable=False))


class ProposalRow(Table, table=True):
    """A change of a plan version that was proposed, and what was decided on it."""

    __tablename__ = "proposal"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    plan: str = Field(index=True)
    state: str
    body: str = Field(sa_column=Column(JSONB, nullable=False))


metadata = Table.metadata
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
api_key = key_table(metadata)
clock_anchor = clock_anchor_table(metadata)
SCHEMA: Final = Schema(service="scoring", revision="scoring_0100", tables=metadata)
"""What a database of scoring holds; a new migration's number goes here."""
