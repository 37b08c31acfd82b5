"""Submissions that were withdrawn or returned, and progress where nothing counts as filed for that reason."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "scoring_0005"
down_revision = "scoring_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_submission",
        sa.Column("submission", sa.Uuid(), primary_key=True),
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("period", AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ending", AutoString(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
    )
    op.add_column("progress", sa.Column("ended", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("progress", "ended")
    op.drop_table("ended_submission")
