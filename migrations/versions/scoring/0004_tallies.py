"""Sums that roll-ups are made of, and each agency's composite score."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "scoring_0004"
down_revision = "scoring_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("branch", AutoString(), primary_key=True),
        sa.Column("kind", AutoString(), primary_key=True),
        sa.Column("lane", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("moves", sa.BigInteger(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
    )
    op.add_column("progress", sa.Column("composite_score", sa.Numeric(), nullable=True))
    op.add_column("progress", sa.Column("coverage_ratio", sa.Numeric(), nullable=True))


def downgrade() -> None:
    op.drop_column("progress", "coverage_ratio")
    op.drop_column("progress", "composite_score")
    op.drop_table("tally")
