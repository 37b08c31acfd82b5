"""The tables of plans, agencies, their progress, what they reach together, and proposals to change the plans."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from services.notify.metadata import JsonOf, Table
from services.notify.progress.model import Plan, Progress
from shared.events.adjustments import OutlookChangedData, ProposalChangedData
from shared.events.plans import AgencyRegisteredData
from shared.events.rollups import RollUpChangedData


class PlanVersionRow(Table, table=True):
    """A version of a plan, as it was published."""

    __tablename__ = "plan_version"

    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: Plan = Field(sa_column=Column(JsonOf(Plan), nullable=False))
    known_since: datetime


class AgencyRow(Table, table=True):
    """An agency as it was registered last."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    body: AgencyRegisteredData = Field(sa_column=Column(JsonOf(AgencyRegisteredData), nullable=False))


class ProgressRow(Table, table=True):
    """How an agency stands in a period, by scoring's latest event."""

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
    body: Progress = Field(sa_column=Column(JsonOf(Progress), nullable=False))


class RollUpRow(Table, table=True):
    """What all agencies of a plan reach together in a period, by scoring's latest event."""

    __tablename__ = "rollup"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    as_of: datetime
    is_closed: bool
    body: RollUpChangedData = Field(sa_column=Column(JsonOf(RollUpChangedData), nullable=False))


class OutlookRow(Table, table=True):
    """How a plan's targets look after its latest closed period, by scoring's latest event."""

    __tablename__ = "outlook"

    plan: str = Field(primary_key=True)
    as_of: datetime
    body: OutlookChangedData = Field(sa_column=Column(JsonOf(OutlookChangedData), nullable=False))


class ProposalRow(Table, table=True):
    """A change of a plan that was proposed, by scoring's latest event."""

    __tablename__ = "proposal"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    plan: str = Field(index=True)
    state: str
    changed_at: datetime
    body: ProposalChangedData = Field(sa_column=Column(JsonOf(ProposalChangedData), nullable=False))
