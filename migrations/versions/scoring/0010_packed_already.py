"""Parcels are packed already, and sums are written again and again: neither is to be packed by the database."""

from alembic import op

revision = "scoring_0010"
down_revision = "scoring_0009"
branch_labels = None
depends_on = None

_COLUMNS = (("outbox", "parcel"), ("tally", "cells"))


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.execute(f"alter table {table} alter column {column} set storage external")


def downgrade() -> None:
    for table, column in _COLUMNS:
        op.execute(f"alter table {table} alter column {column} set storage extended")
