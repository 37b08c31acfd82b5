"""The table of refused attempts to file."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary
from sqlmodel import Field

from services.ingest.metadata import Table


class RefusedAttemptRow(Table, table=True):
    """A submission that was refused, kept for 90 days; the same once more on the same day counts `times`."""

    __tablename__ = "refused_attempt"
    __table_args__ = (Index("refused_attempt_agency", "agency", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    key: str
    agency: str
    refused_at: datetime
    last_at: datetime
    times: int
    status: int
    sent: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sent_bytes: int
    answer: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
