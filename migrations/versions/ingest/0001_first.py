"""Ingest's first schema: plans, agencies, keys, submissions, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "ingest_0001"
down_revision = None
branch_labels = ("ingest",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_version",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("content_hash", AutoString(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "agency",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
    )
    op.create_table(
        "api_key",
        sa.Column("prefix", AutoString(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(postgresql.TEXT()), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_api_key_agency", "api_key", ["agency"])
    op.create_table(
        "filing_head",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("agency", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("period", AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("filed_by", AutoString(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("plan", "agency", "period", "revision", name="one_submission_a_revision"),
        sa.ForeignKeyConstraint(["plan", "plan_version"], ["plan_version.plan", "plan_version.version"]),
    )
    op.create_table(
        "idempotency",
        sa.Column("filer", AutoString(), primary_key=True),
        sa.Column("key", AutoString(), primary_key=True),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
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
        "clock_anchor",
        sa.Column("start", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "clock_anchor",
        "outbox",
        "idempotency",
        "submission",
        "filing_head",
        "api_key",
        "agency",
        "plan_version",
    ):
        op.drop_table(table)
