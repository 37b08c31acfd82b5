"""The tables of scoring, as of version 0.1.0: nothing was released before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.runtime.outbox import outgoing_view

revision = "scoring_0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agency_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "known_at"),
    )
    op.create_table(
        "api_key",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("prefix"),
    )
    op.create_table(
        "clock_anchor",
        sa.Column("start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_only", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("is_only", name="one_clock"),
        sa.PrimaryKeyConstraint("is_only"),
    )
    op.create_table(
        "ended_submission",
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("submission"),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "moment",
        sa.Column("is_only", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rolled_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("is_only", name="one_moment"),
        sa.PrimaryKeyConstraint("is_only"),
    )
    op.execute("insert into moment default values")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outlook",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moves", sa.BigInteger(), nullable=True),
        sa.Column("outlooks", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period"),
    )
    op.create_table(
        "period_close",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period"),
    )
    op.create_table(
        "plan_version",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan", "version"),
    )
    op.create_table(
        "progress",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_owed", sa.Boolean(), nullable=False),
        sa.Column("composite_score", sa.Numeric(), nullable=True),
        sa.Column("coverage_ratio", sa.Numeric(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period", "agency", "sequence"),
    )
    op.create_index("ix_progress_decided_at", "progress", ["decided_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_plan", "proposal", ["plan"], unique=False)
    op.create_table(
        "replay",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("first_period", sa.String(), nullable=False),
        sa.Column("last_period", sa.String(), nullable=False),
        sa.Column("agencies", JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("judged", sa.BigInteger(), nullable=False),
        sa.Column("observations", sa.BigInteger(), nullable=False),
        sa.Column("announced", sa.BigInteger(), nullable=False),
        sa.Column("otherwise", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_replay_plan", "replay", ["plan"], unique=False)
    op.create_table(
        "replayed_period",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("least_version", sa.Integer(), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period", "least_version"),
    )
    op.create_table(
        "waiting_submission",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("ix_waiting_submission_plan", "waiting_submission", ["plan"], unique=False)
    op.create_table(
        "replay_change",
        sa.Column("replay", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("version_before", sa.Integer(), nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("standing_before", sa.String(), nullable=True),
        sa.Column("standing_after", sa.String(), nullable=False),
        sa.Column("score_before", sa.Numeric(), nullable=True),
        sa.Column("score_after", sa.Numeric(), nullable=True),
        sa.Column("indicators", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["replay"], ["replay.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("replay", "agency", "period"),
    )

    # An event is written once and read whole: packing it costs more than it saves.
    op.execute("alter table progress alter column event set storage external")
    op.execute("alter table progress set (toast_tuple_target = 8160)")
    op.execute(
        "create view current_progress as select distinct on (plan, period, agency) * from progress"
        " order by plan, period, agency, sequence desc"
    )
    op.execute(
        outgoing_view(
            "select event from progress where plan = place[1] and period = place[2] and agency = place[3]"
            " and sequence = place[4]::int"
        )
    )

    # The same names as they were known at a moment: a transaction that puts this schema first reads as of it.
    op.execute("create schema as_of")
    op.execute(
        "create function as_of.moment() returns timestamptz language sql stable"
        " return current_setting('tiendo.as_of')::timestamptz"
    )
    for name, query in {
        "progress": "select * from progress where decided_at <= as_of.moment()",
        "current_progress": "select distinct on (plan, period, agency) * from as_of.progress"
        " order by plan, period, agency, sequence desc",
        "agency": "select distinct on (id) id, body, registered_at from agency_version where known_at <= as_of.moment()"
        " order by id, known_at desc",
        "plan_version": "select * from plan_version where known_at <= as_of.moment()",
        "period_close": "select * from period_close where closed_at <= as_of.moment()",
        "replayed_period": "select * from replayed_period where replayed_at <= as_of.moment()",
    }.items():
        op.execute(f"create view as_of.{name} as {query}")
