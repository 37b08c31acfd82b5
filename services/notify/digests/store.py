"""Earlier notices that digests and lock notices depend on, from PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from services.notify.notices.contents import UnsentNotices
from services.notify.policy.model import NoticeKind, UnsentReason
from services.notify.progress.model import Plan, PlanAgency, name_of
from shared.events.plans import PeriodData
from shared.events.vocabulary import LocalizedText
from shared.wording.alphabet import place_of

_ASKED_IN_VAIN: Final = """
select distinct agency from notice as asked
join progress using (plan, agency, period)
join unnest($2::text[], $3::timestamptz[]) as locked (period, at) using (period)
where plan = $1 and asked.kind = 'overdue' and asked.state in ('queued', 'held', 'sending', 'unknown', 'accepted')
    and progress.is_closed and not progress.is_filed
    and not exists (
        select from notice as told where told.plan = asked.plan and told.agency = asked.agency
            and told.state in ('sending', 'unknown', 'accepted', 'failed')
            and coalesce(told.ended_at, told.due_at) >= locked.at
    )
"""


async def asked_in_vain(
    connection: Any, plan: Plan, *, locked: Sequence[PeriodData], now: datetime
) -> list[PlanAgency]:
    """Return the agencies that were asked for one of the locked periods and sent nothing since its lock."""
    rows = await connection.fetch(
        _ASKED_IN_VAIN,
        plan.plan,
        [period.id for period in locked],
        [datetime.combine(period.locked_on, time(), now.tzinfo) for period in locked],
    )
    return [(plan.plan, row["agency"]) for row in rows]


async def decided_digests(connection: Any, plan: str) -> frozenset[str]:
    """Return the ids of the periods that have a digest."""
    rows = await connection.fetch("select distinct period from notice where plan = $1 and kind = 'digest'", plan)
    return frozenset(row["period"] for row in rows)


async def unsent_notices(
    connection: Any, plan: str, *, names: Mapping[str, LocalizedText]
) -> tuple[UnsentNotices, ...]:
    """Return how many notices since the last digest were not sent, and all that are still held, by kind and reason."""
    since: datetime | None = await connection.fetchval(
        "select max(decided_at) from notice where plan = $1 and kind = 'digest' and reason is distinct from $2",
        plan,
        UnsentReason.SUPERSEDED.value,
    )
    rows = await connection.fetch(
        "select kind, reason, count(*) as count, array_agg(distinct agency order by agency) as agencies from notice"
        " where plan = $1 and state in ('skipped', 'failed', 'held', 'unknown')"
        " and ($2::timestamptz is null or decided_at > $2 or state = 'held')"
        " group by kind, reason order by kind, reason",
        plan,
        since,
    )
    return tuple(
        UnsentNotices(
            kind=NoticeKind(row["kind"]),
            reason=row["reason"],
            count=row["count"],
            agencies=tuple(
                sorted(
                    (name_of(agency, names) for agency in row["agencies"]),
                    key=lambda name: place_of(name.vi),
                )
            ),
        )
        for row in rows
    )
