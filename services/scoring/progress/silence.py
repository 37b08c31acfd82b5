"""Reads which agencies of a plan have no progress yet in periods under way; of those that have, only the names."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Agency, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.visibility import IS_SEEN
from services.scoring.progress.awaiting import awaited, periods_under_way

# The names stand in the primary key's index: no row of progress is read.
_SILENT: Final = f"""
select period, agency from unnest($2::text[]) as wanted (period)
cross join (select id as agency from agency where id = any($3::text[])) as registered
where (period, agency) > ($5, $6) and {IS_SEEN.format(4)} and not exists (
    select from progress
    where progress.plan = $1 and progress.period = wanted.period and progress.agency = registered.agency
) order by period, agency
"""  # noqa: S608  our own words


class Silence(NamedTuple):
    """Who owes something for periods under way and has no progress there, by the plan version that would judge it."""

    plan: Plan
    agencies: Mapping[str, Sequence[Agency]]  # by period
    registry: Mapping[str, Agency]  # with all who are above them

    def progress(self, period: str) -> list[Progress]:
        """Return how those agencies stand in the period."""
        return awaited(self.agencies.get(period, ()), plan=self.plan, period=self.plan.period_by_id[period])


async def silence(
    work: UnitOfWork,
    version: PlanVersion,
    *,
    now: datetime,
    periods: Collection[str] | None = None,
    seen: str | None = None,
    after: tuple[str, str] = ("", ""),
) -> Silence:
    """Return who is silent in periods of the plan's newest version, None: in all; `seen` is `whose(asker)`.

    They stand in the order of the database, `after` the period and agency named.
    """
    reference = work.reference
    plan = (await reference.plans([version]))[version]
    under_way = periods_under_way(plan, closed=await reference.closings([plan.id]), now=now)
    names = [each.id for each in under_way if periods is None or each.id in periods]
    rows = await work.connection.fetch(_SILENT, plan.id, names, list(plan.agencies), seen, *after) if names else []
    registry = await reference.agencies({row["agency"] for row in rows})
    by_period: defaultdict[str, list[Agency]] = defaultdict(list)
    for row in rows:
        by_period[row["period"]].append(registry[row["agency"]])
    return Silence(plan, by_period, registry)
