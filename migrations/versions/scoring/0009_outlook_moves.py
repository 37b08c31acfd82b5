"""Up to which change of progress a kept outlook looked, so that a reader is told what stands now where it moved on."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0009"
down_revision = "scoring_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outlook", sa.Column("moves", sa.BigInteger(), nullable=True))  # null: of before it was noted


def downgrade() -> None:
    op.drop_column("outlook", "moves")
