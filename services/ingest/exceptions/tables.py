"""The table of recorded exceptions."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field

from services.ingest.metadata import Table


class DecisionCountRow(Table, table=True):
    """The position of the latest decision, reopenings too; its row lock lets positions follow commits."""

    __tablename__ = "decision_count"
    __table_args__ = (CheckConstraint("is_only", name="one_count"),)

    is_only: bool = Field(default=True, primary_key=True)
    position: int = Field(sa_type=BigInteger)


class ReopeningRow(Table, table=True):
    """A recorded exception: until when a locked period takes corrections of one agency again."""

    __tablename__ = "reopening"

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))  # among all decisions
    plan: str
    agency: str
    period: str
    last_on: date
    reason: str
    granted_by: str
    granted_at: datetime
