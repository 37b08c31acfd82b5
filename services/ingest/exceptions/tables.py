"""The table of recorded exceptions."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Identity
from sqlmodel import Field

from services.ingest.metadata import Table


class ReopeningRow(Table, table=True):
    """A recorded exception: until when a locked period takes corrections of one agency again."""

    __tablename__ = "reopening"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    plan: str
    agency: str
    period: str
    last_on: date
    reason: str
    granted_by: str
    granted_at: datetime
