"""Notify's first schema: plans, agencies, progress, contacts, notices, inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "notify_0001"
down_revision = None
branch_labels = ("notify",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_version",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "agency",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
    )
    op.create_table(
        "progress",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("agency", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("is_filed", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_progress_newest", "progress", ["plan", "agency", "starts_on"])
    op.create_index("ix_progress_synthetic", "progress", ["plan"], postgresql_where=sa.text("is_synthetic"))
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("agency", "role", "email", name="one_contact_a_role"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", AutoString(), nullable=False, unique=True),
        sa.Column("cause", AutoString(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("period", AutoString(), nullable=False),
        sa.Column("thread", AutoString(), nullable=False),
        sa.Column("indicators", postgresql.ARRAY(postgresql.TEXT()), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        sa.Column("contact", sa.Uuid(), nullable=True),
        sa.Column("recipient", AutoString(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("detail", AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_notice_cause", "notice", ["cause"])
    op.create_index("ix_notice_due", "notice", ["due_at", "position"], postgresql_where=sa.text("state = 'queued'"))
    op.create_index("ix_notice_open", "notice", ["state"], postgresql_where=sa.text("state in ('sending', 'unknown')"))
    op.create_index("ix_notice_agency", "notice", ["plan", "agency"])
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "clock_anchor",
        sa.Column("start", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("clock_anchor", "inbox", "notice", "contact", "progress", "agency", "plan_version"):
        op.drop_table(table)
