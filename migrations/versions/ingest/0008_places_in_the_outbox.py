"""The outbox names the submission whose event is to travel instead of holding the event a second time."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.outbox import outgoing_view

revision = "ingest_0008"
down_revision = "ingest_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("outbox", "value", nullable=True)
    op.add_column("outbox", sa.Column("place", sa.ARRAY(sa.Text()), nullable=True))
    op.execute(outgoing_view("select event from submission where id = place[1]::uuid"))


def downgrade() -> None:
    op.execute(
        "update outbox set value = outgoing.value from outgoing where outgoing.id = outbox.id and outbox.value is null"
    )
    op.execute("drop view outgoing")
    op.drop_column("outbox", "place")
    op.alter_column("outbox", "value", nullable=False)
