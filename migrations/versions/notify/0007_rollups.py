"""Digests take their figures from roll-up events: the latest of each plan and period is kept.

What digests that were written before say of a target becomes a verdict.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import AutoString

revision = "notify_0007"
down_revision = "notify_0006"
branch_labels = None
depends_on = None

_REWRITE: Final = """
update notice set contents = jsonb_set(contents, '{attained}', (
    select coalesce(jsonb_agg(%s order by place), '[]')
    from jsonb_array_elements(contents -> 'attained') with ordinality as attained (told, place)
)) where kind = 'digest'
"""
_VERDICT: Final = """
told - 'is_met' - 'expected' || jsonb_build_object(
    'owed', told -> 'expected', 'expected_value', null, 'expected_basis', null, 'is_incomplete', false,
    'verdict', case
        when told ->> 'is_met' = 'true' then 'met'
        when told ->> 'is_met' = 'false' then 'not_met'
        when told ->> 'target' is not null and (told ->> 'reported')::int < (told ->> 'expected')::int
            then 'not_yet_known'
    end
)
"""
_IS_MET: Final = """
told - 'verdict' - 'owed' - 'expected_value' - 'expected_basis' - 'is_incomplete' || jsonb_build_object(
    'expected', told -> 'owed',
    'is_met', case told ->> 'verdict' when 'met' then true when 'not_met' then false end
)
"""


def upgrade() -> None:
    op.create_table(
        "rollup",
        sa.Column("plan", AutoString(), nullable=False),
        sa.Column("period", AutoString(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("plan", "period"),
    )
    op.execute(_REWRITE % _VERDICT)


def downgrade() -> None:
    op.execute(_REWRITE % _IS_MET)
    op.drop_table("rollup")
