"""The tables of plans, agencies, their progress and what they reach together."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from services.notify.metadata import JsonOf, Table
from services.notify.progress.model import Plan, Progress
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
