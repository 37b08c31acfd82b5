"""The tables of notices and of the contacts that they go to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Discriminator
from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from services.notify.metadata import JsonOf, Table
from services.notify.notices.contents import Contents


class ContactRow(Table, table=True):
    """A person who gets notices; inactive once no plan's contacts file names them any more."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("agency", "role", "email", name="one_contact_a_role"),)

    id: UUID = Field(primary_key=True)
    agency: str
    role: str
    name: str
    email: str
    language: str
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    is_active: bool
    sources: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))  # plans' files


class NoticeRow(Table, table=True):
    """A notice to one recipient, with what became of it.

    `due_at`, `decided_at` and `ended_at` are moments of the system's clock, which a rehearsal may set; leases and
    retries are moments of the database server, because the mail relay lives in real time.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "due_at", "position", postgresql_where=text("state = 'queued'")),
        Index("ix_notice_open", "state", postgresql_where=text("state in ('sending', 'unknown')")),
        Index("ix_notice_agency", "plan", "agency"),
    )

    id: UUID = Field(primary_key=True)
    key: str = Field(unique=True)
    cause: str = Field(index=True)
    position: int = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    kind: str
    plan: str
    agency: str
    period: str
    thread: str
    indicators: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    recovered: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    contents: Contents = Field(sa_column=Column(JsonOf(Annotated[Contents, Discriminator("kind")]), nullable=False))
    contact: UUID | None = None
    recipient: str
    email: str
    language: str
    state: str
    reason: str | None = None
    detail: str | None = None
    decided_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    attempts: int
    first_attempt_at: datetime | None = None
    retry_at: datetime = Field(sa_column_kwargs={"server_default": func.now()})
    lease_until: datetime | None = None
