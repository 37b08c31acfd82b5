"""How targets look when a period closes, and what is proposed to change in a plan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString

revision = "scoring_0008"
down_revision = "scoring_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlook",
        sa.Column("plan", AutoString(), primary_key=True),
        sa.Column("period", AutoString(), primary_key=True),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outlooks", postgresql.JSONB(), nullable=False),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("change", postgresql.JSONB(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("periods", postgresql.JSONB(), nullable=False),
        sa.Column("decisions", postgresql.JSONB(), nullable=False),
        sa.Column("in_force_version", sa.Integer(), nullable=True),
    )
    op.create_index("ix_proposal_plan", "proposal", ["plan"])


def downgrade() -> None:
    op.drop_table("proposal")
    op.drop_table("outlook")
