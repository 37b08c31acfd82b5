"""The outbox holds the events of a transaction as one parcel, a twentieth of the bytes."""

import sqlalchemy as sa
from alembic import op

from shared.events import topics
from shared.runtime.parcels import Announcement, pack

revision = "ingest_0002"
down_revision = "ingest_0001"
branch_labels = None
depends_on = None

_TOPICS = {topic.name: topic for topic in topics.ALL}


def upgrade() -> None:
    connection = op.get_bind()
    waiting = connection.execute(sa.text("select topic, key, event_type, value from outbox order by id")).all()
    op.drop_table("outbox")
    outbox = op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("parcel", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    if waiting:  # what was not published yet still is to be
        told = [Announcement(_TOPICS[row.topic], row.key, row.event_type, bytes(row.value)) for row in waiting]
        connection.execute(sa.insert(outbox).values(events=len(told), parcel=pack(told)))


def downgrade() -> None:
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
