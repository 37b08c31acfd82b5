"""`/v1/progress`: how agencies stand, each indicator with what its standing rests on."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from services.scoring.plans.documented import reading
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import agencies_named, is_registered
from services.scoring.plans.query_faults import empty_range, query_faults, unknown_agency, unknown_plan
from services.scoring.plans.sources import AsOf, Name, Reading, Sources, of_moment
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.visibility import whose
from services.scoring.progress.documents import Found, as_table, written
from services.scoring.progress.query import (
    Listed,
    Wanted,
    asks_for_silent,
    in_order,
    listed_progress,
    listed_silent,
    ranked,
)
from services.scoring.progress.schemas import ProgressOut
from services.scoring.progress.silence import silence
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import AgencyKind, Standing
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import ANY_KEY, Asker
from shared.runtime.http.answers import cursor_like, kept, next_page
from shared.runtime.http.forms import looked_at
from shared.runtime.http.negotiation import AskedInForm, Form, form_of, language_of
from shared.runtime.http.problems import wrong
from shared.runtime.http.pydantic_faults import WHOLE, shaped
from shared.wording.faults import Fault

_USUAL: Final = 200
_MOST: Final = 500
_MOST_EXPORTED: Final = 2_500
_CURSOR: Final = cursor_like(r"^[0-9A-Za-z-]{1,100}/[0-9A-Za-z-]{1,100}$", told="As in the Link header.")

_SCORE: Final = r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$"
Score = Annotated[
    Decimal,
    Field(ge=0, le=100, max_digits=12, decimal_places=9),
    # Python reads other scripts' digits as well: ٣ is 3.
    shaped(_SCORE, vi="Cần một số thập phân, như 12.5.", en="A decimal number such as 12.5 is wanted."),
]


class ProgressQuery(AskedInForm):
    """Which progress is asked for."""

    plan: Name
    period: Name | None = None
    agency: Name | None = None
    kind: AgencyKind | None = None
    standing: Annotated[
        Standing | None, Field(description="of the agency; of the indicators where some are asked for")
    ] = None
    programme: Name | None = None
    indicator: Name | None = None
    as_of: AsOf = None
    has_filed: Annotated[bool | None, Field(description="whether something was filed that counts")] = None
    min_composite: Annotated[Score | None, Field(description="0 … 100")] = None
    max_composite: Annotated[Score | None, Field(description="0 … 100")] = None
    limit: Annotated[
        int | None, Field(ge=1, le=_MOST, description="200 where not said; an export has up to 2,500"), WHOLE
    ] = None
    cursor: Annotated[str | None, *_CURSOR] = None


class ProgressApi:
    """How agencies stand."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route(
            "/progress",
            self.progress,
            methods=["GET"],
            summary="How agencies stand",
            dependencies=[ANY_KEY, looked_at(ProgressQuery, self._faults)],
            **reading("progress", list[ProgressOut], is_exported=True),
        )

    async def progress(self, request: Request, asker: Asker, query: Annotated[ProgressQuery, Query()]) -> Response:
        """Return the latest progress of a plan by period and agency: standing, score, coverage, rank and judgements.

        Who owes something for a period that has begun and is not closed, and of whom nothing is known yet, is found by
        `has_filed=false` or by its name: awaited, with sequence 0, for nothing was announced of it.
        The rank is that among all agencies of the kind that have a score in the period; ties share it. A key without
        `read` sees its own agency, a district's also its communes. The Link header names the next page.
        """
        language, form = language_of(request, query), form_of(request, query)
        limit = query.limit or (_USUAL if form is Form.JSON else _MOST_EXPORTED)
        async with self._sources.reading(query.plan, as_of=query.as_of) as reading:
            newest, seen = await self._sources.published.newest(reading.connection, query.plan), whose(asker)
            faults = await _faults(reading, query, newest=newest, seen=seen)
            if newest is None or faults:
                raise wrong(*faults)
            only = _wanted_indicators(query, newest)
            wanted = _wanted(query, only=only, seen=seen, limit=limit + 1)
            found = await self._found(reading, wanted, newest=newest)
        headers = {}
        if found.is_more:
            last = found.listed[-1]
            headers = next_page(request, cursor=f"{last.data.period}/{last.data.agency}")
        if form is not Form.JSON:
            found = found._replace(listed=as_table(found.listed))
        content = await self._sources.apart(written, found, language=language, form=form, only=only, as_of=query.as_of)
        name = f"progress-{query.plan}{of_moment(query.as_of)}"
        return kept(request, content, form=form, language=language, headers=headers, name=name)

    async def _faults(self, asker: Holder, query: ProgressQuery) -> list[Fault]:
        async with self._sources.reading(query.plan, as_of=query.as_of) as reading:
            newest = await self._sources.published.newest(reading.connection, query.plan)
            return await _faults(reading, query, newest=newest, seen=whose(asker))

    async def _found(self, reading: Reading, wanted: Wanted, *, newest: PlanPublishedData) -> Found:
        connection = reading.connection
        listed = await listed_progress(connection, wanted)
        if asks_for_silent(wanted):
            silent = await self._silent(reading, wanted, newest=newest)
            listed = await in_order(connection, [*listed, *silent], limit=wanted.limit)
        page = listed[: wanted.limit - 1]
        versions = {PlanVersion(each.data.plan, each.data.plan_version) for each in page}
        reference = UnitOfWork(connection, cache=self._sources.cache).reference
        return Found(
            listed=page,
            is_more=len(listed) == wanted.limit,
            closed={each.period for each in await reference.closings([wanted.plan])},
            published=await self._sources.published.versions(connection, versions),
            ranks=await ranked(
                connection,
                wanted.plan,
                periods={each.data.period for each in page},
                kinds={each.agency.kind for each in page},
            ),
        )

    async def _silent(self, reading: Reading, wanted: Wanted, *, newest: PlanPublishedData) -> list[Listed]:
        found = await silence(
            UnitOfWork(reading.connection, cache=self._sources.cache),
            PlanVersion(newest.plan, newest.version),
            now=reading.now,
            periods=None if wanted.period is None else [wanted.period],
            seen=wanted.whose,
            after=(wanted.after_period, wanted.after_agency),
        )
        names = await agencies_named(reading.connection, found.registry)
        return await self._sources.apart(listed_silent, found, wanted, agencies=names)


def _wanted(query: ProgressQuery, *, only: Sequence[str] | None, seen: str | None, limit: int) -> Wanted:
    after_period, after_agency = query.cursor.split("/") if query.cursor else ("", "")
    same = query.model_dump(include=set(Wanted._fields) - {"limit"})
    return Wanted(
        **same, after_period=after_period, after_agency=after_agency, indicators=only, whose=seen, limit=limit
    )


def _wanted_indicators(query: ProgressQuery, plan: PlanPublishedData) -> list[str] | None:
    """Return the indicators that are asked for, None for all of them."""
    if query.indicator is None and query.programme is None:
        return None
    return [
        each.id
        for each in plan.indicators
        if query.indicator in {None, each.id} and query.programme in {None, each.programme}
    ]


async def _faults(
    reading: Reading, query: ProgressQuery, *, newest: PlanPublishedData | None, seen: str | None
) -> list[Fault]:
    named = (
        [unknown_plan(query.plan)]
        if newest is None
        else query_faults(newest, period=query.period, indicator=query.indicator, programme=query.programme)
    )
    return [
        *named,
        *reading.faults,
        *_range_faults(query),
        *await _agency_faults(reading.connection, query, seen=seen),
    ]


def _range_faults(query: ProgressQuery) -> list[Fault]:
    lowest, highest = query.min_composite, query.max_composite
    return [empty_range(lowest, highest)] if lowest is not None and highest is not None and lowest > highest else []


async def _agency_faults(connection: Any, query: ProgressQuery, *, seen: str | None) -> list[Fault]:
    if query.agency is None or await is_registered(connection, query.agency, seen=seen):
        return []
    return [unknown_agency(query.agency)]
