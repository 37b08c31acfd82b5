"""Scoring's first schema: plan versions, agencies, closings, waiting submissions, progress, outbox, inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "scoring_0001"
down_revision = None
branch_labels = ("scoring",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_version",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "agency",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "period_close",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "waiting_submission",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("period", AutoString(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("fault", AutoString(), nullable=True),
    )
    op.create_index("ix_waiting_submission_plan", "waiting_submission", ["plan"])
    op.create_table(
        "progress",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("agency", AutoString(), primary_key=True),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=True),
        sa.Column("observations", postgresql.JSONB(), nullable=False),
        sa.Column("standing", AutoString(), nullable=False),
        sa.Column("judgements", postgresql.JSONB(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("previous_standing", AutoString(), nullable=True),
        sa.Column("changed_indicators", postgresql.JSONB(), nullable=False),
        sa.Column("correlation", AutoString(), nullable=False),
        sa.Column("causation", AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
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
    for table in (
        "clock_anchor",
        "inbox",
        "outbox",
        "progress",
        "waiting_submission",
        "period_close",
        "agency",
        "plan_version",
    ):
        op.drop_table(table)
