"""Keep what recovered since it was told, and contacts' telephones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notify_0003"
down_revision = "notify_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("over", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"))
    op.add_column("contact", sa.Column("phone", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("contact", "phone")
    op.drop_column("notice", "over")
