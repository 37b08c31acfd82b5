"""A contact says which plans' files name it: it goes when none of them does any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notify_0005"
down_revision = "notify_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("sources", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("contact", "sources")
