"""An event waits in the outbox as a row of its own, which needs nothing of ours to be read."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0012"
down_revision = "scoring_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _demand_an_empty_outbox()
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


def downgrade() -> None:
    _demand_an_empty_outbox()
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("parcel", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def _demand_an_empty_outbox() -> None:
    """Refuse while events wait: only the release that put them there can read them."""
    if waiting := op.get_bind().execute(sa.text("select count(*) from outbox")).scalar_one():
        raise RuntimeError(
            f"{waiting} rows wait in the outbox: let the services before this release publish them first"
        )
