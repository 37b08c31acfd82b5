"""The tables of plan versions and agencies."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.ingest.metadata import Table


class PlanVersionRow(Table, table=True):
    """A version of a plan, as published."""

    __tablename__ = "plan_version"

    plan: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content_hash: str
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    loaded_at: datetime


class AgencyRow(Table, table=True):
    """An agency, as registered last."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
