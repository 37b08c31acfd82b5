"""`/v1/periods`: a plan's reporting periods, when each is due, locked and closed, and how agencies stand in it."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from services.scoring.exports.files import table_file
from services.scoring.periods.tables import period_table, period_tidy
from services.scoring.plans.documented import reading
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.query_faults import query_faults, unknown_plan
from services.scoring.plans.sources import Name, Sources
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.visibility import IS_SEEN, whose
from services.scoring.progress.schemas import PeriodOut
from services.scoring.progress.silence import Silence, silence
from services.scoring.rollups.documents import counted
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Standing
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import ANY_KEY, Asker
from shared.runtime.http.answers import dumped, kept
from shared.runtime.http.forms import looked_at
from shared.runtime.http.negotiation import AskedInForm, Form, form_of, language_of
from shared.runtime.http.problems import wrong
from shared.wording.faults import Fault

_COUNTS: Final = f"""
select period, standing, submission is not null as has_filed, plan_version, count(*) as agencies from current_progress
where plan = $1 and ($2::text is null or period = $2) and is_owed and {IS_SEEN.format(3)} group by 1, 2, 3, 4
"""  # noqa: S608  ours
_CLOSED: Final = "select period, closed_at from period_close where plan = $1"


class PeriodsQuery(AskedInForm):
    """Which periods are asked for."""

    plan: Name
    period: Name | None = None


class _Counted(NamedTuple):
    agencies: Counter[Standing]
    versions: set[int]
    filed: int = 0


class PeriodsApi:
    """A plan's periods."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route(
            "/periods",
            self.periods,
            methods=["GET"],
            summary="A plan's reporting periods",
            dependencies=[ANY_KEY, looked_at(PeriodsQuery, self._faults)],
            **reading("periods", list[PeriodOut], is_exported=True),
        )

    async def periods(self, request: Request, asker: Asker, query: Annotated[PeriodsQuery, Query()]) -> Response:
        """Return the periods of a plan, the earliest first: due, locked and closed when, and agencies per standing.

        Who owes something for a period that has begun and is not closed, and of whom nothing is known yet, is awaited.
        Days are those of the newest plan version. A key without `read` has its own agency counted, a district's also
        its communes.
        """
        language, form = language_of(request, query), form_of(request, query)
        async with self._sources.reading(query.plan) as (connection, now, _):
            plan = await self._sources.published.newest(connection, query.plan)
            faults = _faults(query, plan)
            if plan is None or faults:
                raise wrong(*faults)
            counts = await _counts(connection, query, seen=whose(asker))
            silent = await silence(
                UnitOfWork(connection, cache=self._sources.cache),
                PlanVersion(plan.plan, plan.version),
                now=now,
                periods=[query.period] if query.period else None,
                seen=whose(asker),
            )
            closed = {row["period"]: row["closed_at"] for row in await connection.fetch(_CLOSED, query.plan)}
        await self._sources.apart(_await, silent, counts)
        documents = _documents(plan, query.period, counts=counts, closed=closed)
        if form is Form.JSON:
            content = dumped(documents)
        else:
            table = (period_tidy if form is Form.TIDY else period_table)(documents, language)
            content = await self._sources.apart(table_file, table, form=form, language=language)
        return kept(request, content, form=form, language=language, name=f"periods-{query.plan}")

    async def _faults(self, _: Holder, query: PeriodsQuery) -> list[Fault]:
        async with self._sources.database.transaction() as connection:
            return _faults(query, await self._sources.published.newest(connection, query.plan))


def _faults(query: PeriodsQuery, plan: PlanPublishedData | None) -> list[Fault]:
    return [unknown_plan(query.plan)] if plan is None else list(query_faults(plan, period=query.period))


async def _counts(connection: Any, query: PeriodsQuery, *, seen: str | None) -> dict[str, _Counted]:
    counts: dict[str, _Counted] = {}
    for row in await connection.fetch(_COUNTS, query.plan, query.period, seen):
        known = counts.get(row["period"], _Counted(Counter(), set()))
        known.versions.add(row["plan_version"])
        known.agencies[Standing(row["standing"])] += row["agencies"]
        counts[row["period"]] = known._replace(filed=known.filed + row["agencies"] * row["has_filed"])
    return counts


def _await(silent: Silence, counts: dict[str, _Counted]) -> None:
    """Count who is silent as awaited."""
    for period in silent.agencies:
        known, awaited = counts.setdefault(period, _Counted(Counter(), set())), len(silent.progress(period))
        known.agencies[Standing.AWAITED] += awaited
        if awaited:
            known.versions.add(silent.plan.version)


def _documents(
    plan: PlanPublishedData, only: str | None, *, counts: Mapping[str, _Counted], closed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    timezone = ZoneInfo(plan.timezone)
    documents = []
    for each in sorted(plan.periods, key=lambda each: (each.ends_on, each.id)):
        if only in {None, each.id}:
            known = counts.get(each.id, _Counted(Counter(), set()))
            documents.append(
                {
                    "plan": plan.plan,
                    "plan_version": plan.version,
                    "plan_versions": sorted(known.versions),
                    "period": each.id,
                    "starts_on": each.starts_on,
                    "ends_on": each.ends_on,
                    "due_on": each.due_on,
                    "locked_on": each.locked_on,
                    "is_closed": each.id in closed,
                    "closed_at": closed[each.id].astimezone(timezone) if each.id in closed else None,
                    "agencies": counted(known.agencies),
                    "filed": known.filed,
                    "not_filed": known.agencies.total() - known.filed,
                }
            )
    return documents
