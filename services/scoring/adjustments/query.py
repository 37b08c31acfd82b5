"""What the outlooks of a period are told from: what was kept at its close, or what stands now, with the proposals."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from services.scoring.adjustments.proposals import Proposal
from services.scoring.adjustments.store import AdjustmentStore, KeptOutlooks
from services.scoring.judging.model import Agency, Filing, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import NamedAgency, agencies_named
from services.scoring.plans.query_faults import not_kept, period_not_over, query_faults, unknown_plan
from services.scoring.plans.sources import Name, Sources
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.visibility import IS_SEEN
from services.scoring.progress.store import ProgressStore
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Adjustment
from shared.runtime.http.negotiation import AskedInForm
from shared.runtime.http.problems import wrong
from shared.wording.faults import Fault

MOST_PROPOSALS: Final = 200
_SEEN: Final = (
    "select id from (select id, id as agency from agency) as known"  # noqa: S608  our own words
    f" where {IS_SEEN.format(1)}"
)


class As(StrEnum):
    """As of when a closed period is looked at."""

    NOW = "now"
    CLOSED = "closed"


class AdjustmentsQuery(AskedInForm):
    """Which outlooks are asked for."""

    plan: Name
    period: Annotated[
        Name | None, Field(description="one that is over; if absent the latest closed one, or the latest over")
    ] = None
    as_of: Annotated[
        As, Field(alias="as", description="now: from what stands now; closed: what was made as the period closed")
    ] = As.NOW
    indicator: Name | None = None
    adjustment: Annotated[Adjustment | None, Field(description="only targets of which this was found")] = None
    before: Annotated[
        int | None, Field(ge=1, le=2**63 - 1, description="proposals before this number, as in the Link header")
    ] = None


class Found(NamedTuple):
    """What was read for one request."""

    published: PlanPublishedData
    period: str
    at_close: KeptOutlooks | None
    kept: KeptOutlooks | None  # that made at the close, where it is to be shown; None: to be made now
    plan: Plan
    newest: Plan
    agencies: Sequence[Agency]
    named: dict[str, NamedAgency]
    filings: Sequence[Filing]
    seen: Collection[str] | None
    proposals: Sequence[Proposal]


def outlook_faults(query: AdjustmentsQuery, newest: PlanPublishedData | None) -> list[Fault]:
    """Return what a query names that its plan does not have; `newest` is its newest version, None if there is none."""
    if newest is None:
        return [unknown_plan(query.plan)]
    return list(query_faults(newest, period=query.period, indicator=query.indicator))


async def outlook_rows(connection: Any, query: AdjustmentsQuery, *, sources: Sources, seen: str | None) -> Found:
    """Return what a request is answered from; what was kept at a close is shown while nothing has moved since.

    Raises:
        Refused: what the query names is not there, or the period is not over.
    """
    published = sources.published
    newest = await published.newest(connection, query.plan)
    faults = outlook_faults(query, newest)
    if newest is None or faults:
        raise wrong(*faults)
    adjustments, work = AdjustmentStore(connection), UnitOfWork(connection, cache=sources.cache)
    closed = {each.period for each in await work.reference.closed([query.plan])}
    today = sources.clock.now().astimezone(ZoneInfo(newest.timezone)).date()
    period = _asked_period(query.period, newest, closed=closed, today=today)
    latest = PlanVersion(query.plan, newest.version)
    newest_plan = (await work.reference.plans([latest]))[latest]
    at_close = await adjustments.outlooks(query.plan, period)
    if at_close is None and query.as_of is As.CLOSED:
        raise wrong(not_kept(period))
    moves = await adjustments.moves(newest_plan, newest_plan.period_by_id[period])
    is_current = at_close is not None and (at_close.plan_version, at_close.moves) == (newest.version, moves)
    kept = at_close if is_current or query.as_of is As.CLOSED else None
    version = latest._replace(version=kept.plan_version) if kept else latest
    plan = (await work.reference.plans([version]))[version]
    agencies = await work.reference.agencies(plan.agencies)
    return Found(
        published=(await published.versions(connection, [version]))[version],
        period=period,
        at_close=at_close,
        kept=kept,
        plan=plan,
        newest=newest_plan,
        agencies=list(agencies.values()),
        named=dict(await agencies_named(connection, agencies)),
        filings=[] if kept else await ProgressStore(connection).filings(query.plan),
        seen=None if seen is None else {row["id"] for row in await connection.fetch(_SEEN, seen)},
        proposals=await adjustments.proposals(query.plan, limit=MOST_PROPOSALS + 1, before=query.before)
        if seen is None
        else [],
    )


def _asked_period(asked: str | None, plan: PlanPublishedData, *, closed: Collection[str], today: date) -> str:
    """Return the period that is looked at.

    Raises:
        Refused: the one that is asked for is not over: nothing of it is known, whatever a forecast may say.
    """
    in_time = sorted(plan.periods, key=lambda each: (each.ends_on, each.id))
    over = [each.id for each in in_time if each.ends_on <= today]
    if asked is None:
        return next((each.id for each in reversed(in_time) if each.id in closed), (over or [in_time[0].id])[-1])
    if asked not in over:
        raise wrong(period_not_over(asked, latest=over[-1] if over else None))
    return asked
