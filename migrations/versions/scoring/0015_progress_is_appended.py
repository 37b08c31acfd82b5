"""Progress is append-only: a row an announcement, with the exact bytes of its event.

Nothing is released, so what was kept in the form before is dropped: ingest's submissions are judged again from the
beginning of their topic, or published again.

Revision ID: scoring_0015
Revises: scoring_0014
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.outbox import outgoing_view

revision = "scoring_0015"
down_revision = "scoring_0014"


def upgrade() -> None:
    op.drop_table("progress")
    op.create_table(
        "progress",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_owed", sa.Boolean(), nullable=False),
        sa.Column("composite_score", sa.Numeric(), nullable=True),
        sa.Column("coverage_ratio", sa.Numeric(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period", "agency", "sequence"),
    )
    # An event is written once and read whole: packing it costs more than it saves.
    op.execute("alter table progress alter column event set storage external")
    op.execute("alter table progress set (toast_tuple_target = 8160)")
    op.execute(
        "create view current_progress as select distinct on (plan, period, agency) * from progress"
        " order by plan, period, agency, sequence desc"
    )
    op.drop_column("ended_submission", "plan_version")
    # The outbox names the row whose event is to travel instead of holding the event a second time.
    op.alter_column("outbox", "value", nullable=True)
    op.add_column("outbox", sa.Column("place", sa.ARRAY(sa.Text()), nullable=True))
    op.execute(
        outgoing_view(
            "select event from progress where plan = place[1] and period = place[2] and agency = place[3]"
            " and sequence = place[4]::int"
        )
    )
