"""What became of submissions: withdrawn, verified or returned."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "ingest_0004"
down_revision = "ingest_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("submission", sa.Uuid(), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("verdict", AutoString(), primary_key=True),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("decision")
