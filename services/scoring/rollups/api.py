"""`/v1/rollups`: what districts with their communes, kinds, programmes and the province come to."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from services.scoring.exports.files import table_file
from services.scoring.plans.documented import reading
from services.scoring.plans.published import agencies_named, is_registered
from services.scoring.plans.query_faults import (
    query_faults,
    unknown_agency,
    unknown_id,
    unknown_plan,
    unknown_programme,
)
from services.scoring.plans.sources import AsOf, Name, Reading, Sources, of_moment
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.schemas import RollUpOut
from services.scoring.rollups.cells import cells_of
from services.scoring.rollups.documents import rollup_document
from services.scoring.rollups.handlers import load_period
from services.scoring.rollups.levels import PROVINCE, Level, RollUpAt, roll_ups
from services.scoring.rollups.model import PeriodProgress
from services.scoring.rollups.tables import rollup_table, rollup_tidy
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import AgencyKind
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import ANY_KEY, Asker
from shared.runtime.http.answers import dumped, kept
from shared.runtime.http.forms import looked_at
from shared.runtime.http.negotiation import AskedInForm, Form, form_of, language_of
from shared.runtime.http.problems import Refused, problem, wrong
from shared.wording.alphabet import place_of
from shared.wording.faults import Fault

_HEADS: Final = (AgencyKind.DISTRICT, AgencyKind.CITY)
_NOT_OWN: Final = Fault(
    "?level",
    "scope-needed",
    "Khóa này chỉ xem được số tổng hợp của huyện, thành phố mình: level=district; các cấp khác cần quyền “read”.",
    "This key sees only the roll-up of its own district or city, level=district; the others need the scope “read”.",
)


class RollUpsQuery(AskedInForm):
    """Which roll-ups are asked for."""

    plan: Name
    period: Name
    level: Annotated[Level, Field(description="over which agencies, or which indicators, is added up")]
    id: Annotated[
        Name | None, Field(description="a district or city, a kind, a programme, or `province`; all of them if absent")
    ] = None
    indicator: Name | None = None
    as_of: AsOf = None


class RollUpsApi:
    """What agencies come to together."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route(
            "/rollups",
            self.rollups,
            methods=["GET"],
            summary="What agencies come to together",
            dependencies=[ANY_KEY, looked_at(RollUpsQuery, self._faults)],
            **reading("rollups", list[RollUpOut], is_exported=True, statuses=(403,)),
        )

    async def rollups(self, request: Request, asker: Asker, query: Annotated[RollUpsQuery, Query()]) -> Response:
        """Return the roll-ups of a period: pooled values by each indicator's rule, points, and agencies per standing.

        Who owes something for a period that has begun and is not closed, and of whom nothing is known yet, is awaited.
        Targets and expectations are those of the plan version that the period was closed by, or judged again by since,
        and of the newest while it is open; a yes-no is the percent of agencies that say yes, and its target is that all
        of them do. While reports can still come, a target is met or not only where no missing one could change it;
        after the lock it is judged over those that reported, and said to be incomplete. A key without `read` sees the
        branch that it heads: a district or city with its communes.
        """
        language, form = language_of(request, query), form_of(request, query)
        seen = _seen(asker, query)
        async with self._sources.reading(query.plan, as_of=query.as_of) as reading:
            connection = reading.connection
            newest = await self._sources.published.newest(connection, query.plan)
            faults = await _faults(reading, query, newest=newest, seen=seen)
            if newest is None or faults:
                raise wrong(*faults)
            plan = await self._sources.published.judging(connection, newest, query.period)
            found, versions = await self._found(reading, plan, query, only=seen)
            closed = await UnitOfWork(connection, cache=self._sources.cache).reference.closings([query.plan])
            agencies = await agencies_named(connection, [each.id for each in found])
        if query.level is Level.DISTRICT:
            found = sorted(
                found, key=lambda each: place_of(agencies[each.id].name_vi if each.id in agencies else each.id)
            )
        is_closed = any(each.period == query.period for each in closed)
        documents = [
            rollup_document(
                each,
                plan=plan,
                period=query.period,
                versions=versions,
                indicator=query.indicator,
                is_closed=is_closed,
                as_of=query.as_of,
                agencies=agencies,
                language=language,
            )
            for each in found
        ]
        name = f"rollups-{query.plan}-{query.period}-{query.level}{of_moment(query.as_of)}"
        if form is Form.JSON:
            content = dumped(documents)
        else:
            table = (rollup_tidy if form is Form.TIDY else rollup_table)(documents, language)
            content = await self._sources.apart(table_file, table, form=form, language=language)
        return kept(request, content, form=form, language=language, name=name)

    async def _faults(self, asker: Holder, query: RollUpsQuery) -> list[Fault]:
        seen = _seen(asker, query)
        async with self._sources.reading(query.plan, as_of=query.as_of) as reading:
            newest = await self._sources.published.newest(reading.connection, query.plan)
            return await _faults(reading, query, newest=newest, seen=seen)

    async def _found(
        self, reading: Reading, plan: PlanPublishedData, query: RollUpsQuery, *, only: str | None
    ) -> tuple[Sequence[RollUpAt], Collection[int]]:
        work = UnitOfWork(reading.connection, cache=self._sources.cache)
        by = await work.reference.plan(plan.plan, plan.version)
        found = await load_period(by, by.period_by_id[query.period], work=work, now=reading.now)
        today = reading.now.astimezone(by.timezone).date()
        levels = await self._sources.apart(_roll_ups, found, query.level, only=only, today=today)
        return [each for each in levels if query.id in {None, each.id}], {each.plan_version for each in found.progress}


def _roll_ups(found: PeriodProgress, level: Level, *, only: str | None, today: date) -> Sequence[RollUpAt]:
    cells = cells_of(found.progress, plans=found.plans, registry=found.registry)
    if level is Level.DISTRICT and only is not None:
        cells = {cell: tally for cell, tally in cells.items() if cell.branch == only}
    is_locked = found.period.is_locked_on(today)
    return roll_ups(cells, plan=found.plan, period=found.period, level=level, is_locked=is_locked)


def _seen(asker: Holder, query: RollUpsQuery) -> str | None:
    """Return the branch that a key sees, None where it sees all.

    Raises:
        Refused: 403, it asks for what it does not see.
    """
    if asker.sees_all:
        return None
    if query.level is not Level.DISTRICT:
        raise Refused(problem(403, faults=[_NOT_OWN]))
    return asker.agency


async def _faults(
    reading: Reading, query: RollUpsQuery, *, newest: PlanPublishedData | None, seen: str | None
) -> list[Fault]:
    of_district = [*reading.faults, *await _district_faults(reading.connection, query, seen=seen)]
    if newest is None:
        return [unknown_plan(query.plan), *of_district]
    named = query_faults(newest, period=query.period, indicator=query.indicator)
    return [*named, *_id_faults(query, newest), *of_district]


async def _district_faults(connection: Any, query: RollUpsQuery, *, seen: str | None) -> list[Fault]:
    if query.id is None or query.level is not Level.DISTRICT:
        return []
    if await is_registered(connection, query.id, seen=seen, kinds=_HEADS):
        return []
    return [unknown_agency(query.id, pointer="?id")]


def _id_faults(query: RollUpsQuery, plan: PlanPublishedData) -> list[Fault]:
    if query.id is None:
        return []
    if query.level is Level.KIND and query.id not in set(AgencyKind):
        return [unknown_id(query.id, known=AgencyKind)]
    programmes = [each.id for each in plan.programmes]
    if query.level is Level.PROGRAMME and query.id not in programmes:
        return [unknown_programme(query.id, known=programmes, pointer="?id")]
    if query.level is Level.PROVINCE and query.id != PROVINCE:
        return [unknown_id(query.id, known=[PROVINCE])]
    return []
