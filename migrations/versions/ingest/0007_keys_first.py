"""Keys leave the outbox before all others, found without looking through what else waits."""

import sqlalchemy as sa
from alembic import op

revision = "ingest_0007"
down_revision = "ingest_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_keys", "outbox", ["id"], postgresql_where=sa.text("topic = 'keys'"))


def downgrade() -> None:
    op.drop_index("outbox_keys", "outbox")
