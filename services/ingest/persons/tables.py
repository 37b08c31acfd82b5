"""The table of issued keys."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from services.ingest.metadata import Table


class ApiKeyRow(Table, table=True):
    """An issued key; of its secret only the keyed hash is stored."""

    __tablename__ = "api_key"

    prefix: str = Field(primary_key=True)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    agency: str = Field(index=True)
    scopes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
