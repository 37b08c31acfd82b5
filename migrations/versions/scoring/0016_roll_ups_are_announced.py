"""Roll-ups are announced; it is noted after how many changes."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0016"
down_revision = "scoring_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollup_announced",
        sa.Column("plan", sa.String(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("moves", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rollup_announced")
