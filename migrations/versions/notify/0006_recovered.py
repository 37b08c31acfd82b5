"""The indicators of a notice that recovered since are called so."""

from alembic import op

revision = "notify_0006"
down_revision = "notify_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("notice", "over", new_column_name="recovered")


def downgrade() -> None:
    op.alter_column("notice", "recovered", new_column_name="over")
