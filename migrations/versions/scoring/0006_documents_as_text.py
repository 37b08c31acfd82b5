"""Documents of progress are JSON as text, stored as they are: parsing and packing them was most of an upsert."""

from alembic import op

revision = "scoring_0006"
down_revision = "scoring_0005"
branch_labels = None
depends_on = None

_DOCUMENTS = ("observations", "judgements", "changed_indicators")


def upgrade() -> None:
    for column in _DOCUMENTS:
        op.execute(f"alter table progress alter column {column} type text")
        op.execute(f"alter table progress alter column {column} set storage external")


def downgrade() -> None:
    for column in _DOCUMENTS:
        op.execute(f"alter table progress alter column {column} type jsonb using {column}::jsonb")
        op.execute(f"alter table progress alter column {column} set storage extended")
