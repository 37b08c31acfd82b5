"""Whoever opens the database first decides which clock its data live by, the real one too."""

import sqlalchemy as sa
from alembic import op

revision = "notify_0004"
down_revision = "notify_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("clock_anchor_pkey", "clock_anchor", type_="primary")
    op.alter_column("clock_anchor", "start", nullable=True)
    op.add_column("clock_anchor", sa.Column("is_only", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_primary_key("clock_anchor_pkey", "clock_anchor", ["is_only"])
    op.create_check_constraint("one_clock", "clock_anchor", "is_only")
    # What is in use without a rehearsal has lived on the real clock.
    op.execute(
        "insert into clock_anchor (start, anchored_at) select null, now()"
        " where exists (select from plan_version) and not exists (select from clock_anchor)"
    )


def downgrade() -> None:
    op.execute("delete from clock_anchor where start is null")
    op.drop_constraint("one_clock", "clock_anchor", type_="check")
    op.drop_constraint("clock_anchor_pkey", "clock_anchor", type_="primary")
    op.drop_column("clock_anchor", "is_only")
    op.alter_column("clock_anchor", "start", nullable=False)
    op.create_primary_key("clock_anchor_pkey", "clock_anchor", ["start"])
