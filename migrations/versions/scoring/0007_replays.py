"""Replays, what they would change, and the periods that one was announced of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "scoring_0007"
down_revision = "scoring_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replay",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("plan", AutoString(), nullable=False, index=True),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("first_period", AutoString(), nullable=False),
        sa.Column("last_period", AutoString(), nullable=False),
        sa.Column("agencies", postgresql.JSONB(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", AutoString(), nullable=False),
        sa.Column("judged", sa.BigInteger(), nullable=False),
        sa.Column("observations", sa.BigInteger(), nullable=False),
        sa.Column("announced", sa.BigInteger(), nullable=False),
        sa.Column("otherwise", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "replay_change",
        sa.Column("replay", AutoString(), sa.ForeignKey("replay.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("agency", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("version_before", sa.Integer(), nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("standing_before", AutoString(), nullable=True),
        sa.Column("standing_after", AutoString(), nullable=False),
        sa.Column("score_before", sa.Numeric(), nullable=True),
        sa.Column("score_after", sa.Numeric(), nullable=True),
        sa.Column("indicators", postgresql.JSONB(), nullable=False),
    )
    op.create_table(
        "replayed_period",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("least_version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("replayed_period", "replay_change", "replay"):
        op.drop_table(table)
