"""`/v1/adjustments`: which targets are out of reach or long exceeded, and what was proposed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from services.scoring.adjustments.documents import outlook_documents, proposal_document
from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.outlook import outlooks
from services.scoring.adjustments.proposals import Proposal
from services.scoring.adjustments.schemas import AdjustmentsOut
from services.scoring.adjustments.store import AdjustmentStore, KeptOutlooks
from services.scoring.adjustments.tables import outlook_table, outlook_tidy
from services.scoring.exports.files import table_file
from services.scoring.judging.model import Agency, Filing, Plan
from services.scoring.plans.documented import reading
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import NamedAgency, agencies_named
from services.scoring.plans.query_faults import not_kept, period_not_over, query_faults, unknown_plan
from services.scoring.plans.sources import Name, Sources
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.visibility import IS_SEEN, whose
from services.scoring.progress.store import ProgressStore
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Adjustment
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import ANY_KEY, Asker
from shared.runtime.http.answers import NumberCursor, dumped, kept, next_page
from shared.runtime.http.forms import looked_at
from shared.runtime.http.negotiation import AskedInForm, Form, form_of, language_of
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
    cursor: NumberCursor = None  # of proposals


class _Found(NamedTuple):
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


class AdjustmentsApi:
    """How targets look."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route(
            "/adjustments",
            self.adjustments,
            methods=["GET"],
            summary="Targets that may have to be adjusted",
            dependencies=[ANY_KEY, looked_at(AdjustmentsQuery, self._faults)],
            **reading("adjustments", AdjustmentsOut, is_exported=True),
        )

    async def adjustments(
        self, request: Request, asker: Asker, query: Annotated[AdjustmentsQuery, Query()]
    ) -> Response:
        """Return who reaches each target in time at the latest pace, who cannot and by how much, and what was proposed.

        Of a closed period it is what was found at its close while nothing has moved since, no filing and no plan
        version; else what is found now, by the newest version, and `as=closed` still gives the former. A period that is
        not over is refused. A key without `read` or `admin` sees the forecasts of its own agency, a district's also of
        its communes, and no finding over all; proposals, the newest first, are seen by the others. An export holds the
        outlooks.
        """
        language, form = language_of(request, query), form_of(request, query)
        async with self._sources.database.transaction() as connection:
            found = await _found(connection, query, sources=self._sources, seen=whose(asker))
        period = found.plan.period_by_id[found.period]
        looks = (
            found.kept.outlooks
            if found.kept
            else await self._sources.apart(
                outlooks, plan=found.plan, period=period, agencies=found.agencies, filings=found.filings
            )
        )
        documents = list(
            outlook_documents(
                _asked_for(looks, query, is_all_seen=found.seen is None),
                plan=found.published,
                agencies=found.named,
                seen=found.seen,
                language=language,
            )
        )
        shown = found.proposals[:MOST_PROPOSALS]
        headers = next_page(request, cursor=str(shown[-1].id)) if len(found.proposals) > MOST_PROPOSALS else {}
        document = {
            "plan": found.plan.id,
            "plan_version": found.plan.version,
            "period": found.period,
            "period_ends_on": period.ends_on,
            "made_at": found.kept and found.kept.made_at.astimezone(found.plan.timezone),
            "at_close": _at_close(found.at_close, plan=found.plan),
            "outlooks": documents,
            "proposals": [proposal_document(each, newest=found.newest) for each in shown],
        }
        if form is Form.JSON:
            content = dumped(document)
        else:
            table = (outlook_tidy if form is Form.TIDY else outlook_table)(document, language)
            content = await self._sources.apart(table_file, table, form=form, language=language)
        name = f"adjustments-{query.plan}-{found.period}"
        return kept(request, content, form=form, language=language, headers=headers, name=name)

    async def _faults(self, _: Holder, query: AdjustmentsQuery) -> list[Fault]:
        async with self._sources.database.transaction() as connection:
            return _faults(query, await self._sources.published.newest(connection, query.plan))


def _at_close(found: KeptOutlooks | None, *, plan: Plan) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"plan_version": found.plan_version, "made_at": found.made_at.astimezone(plan.timezone)}


def _asked_for(looks: Iterable[Outlook], query: AdjustmentsQuery, *, is_all_seen: bool) -> Iterator[Outlook]:
    # What is found over all agencies is not told by what a filter leaves, either.
    if query.adjustment is None or is_all_seen:
        for each in looks:
            if query.indicator in {None, each.indicator} and query.adjustment in {None, each.adjustment}:
                yield each


def _faults(query: AdjustmentsQuery, newest: PlanPublishedData | None) -> list[Fault]:
    """Return what a query names that its plan does not have; `newest` is its newest version, None if there is none."""
    if newest is None:
        return [unknown_plan(query.plan)]
    return list(query_faults(newest, period=query.period, indicator=query.indicator))


async def _found(connection: Any, query: AdjustmentsQuery, *, sources: Sources, seen: str | None) -> _Found:
    """Return what a request is answered from; what was kept at a close is shown while nothing has moved since.

    Raises:
        Refused: what the query names is not there, or the period is not over.
    """
    published = sources.published
    newest = await published.newest(connection, query.plan)
    faults = _faults(query, newest)
    if newest is None or faults:
        raise wrong(*faults)
    adjustments, work = AdjustmentStore(connection), UnitOfWork(connection, cache=sources.cache)
    closed = {each.period for each in await work.reference.closings([query.plan])}
    today = sources.clock.now().astimezone(ZoneInfo(newest.timezone)).date()
    period = _asked_period(query.period, newest, closed=closed, today=today)
    newest_plan = await work.reference.plan(query.plan, newest.version)
    at_close = await adjustments.outlooks(query.plan, period)
    if at_close is None and query.as_of is As.CLOSED:
        raise wrong(not_kept(period))
    moves = await adjustments.moves(newest_plan, newest_plan.period_by_id[period])
    is_current = at_close is not None and (at_close.plan_version, at_close.moves) == (newest.version, moves)
    kept = at_close if is_current or query.as_of is As.CLOSED else None
    version = PlanVersion(query.plan, kept.plan_version if kept else newest.version)
    plan = await work.reference.plan(*version)
    agencies = await work.reference.agencies(plan.agencies)
    return _Found(
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
        proposals=await adjustments.proposals(
            query.plan, limit=MOST_PROPOSALS + 1, before=int(query.cursor) if query.cursor else None
        )
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
