"""`/v1/adjustments`: which targets are out of reach or long exceeded, and what was proposed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from services.scoring.adjustment import outlooks
from services.scoring.adjustment_store import PostgresAdjustments
from services.scoring.api.answers import dumped, kept, next_page
from services.scoring.api.documented import reading
from services.scoring.api.exporting import table_file
from services.scoring.api.negotiation import AskedInForm, Form, form_of, language_of
from services.scoring.api.outlook_documents import outlook_documents
from services.scoring.api.outlook_tables import outlook_table, outlook_tidy
from services.scoring.api.proposal_documents import proposal_document
from services.scoring.api.published import NamedAgency, agencies_named
from services.scoring.api.query_faults import period_not_over, query_faults, unknown_plan
from services.scoring.api.sources import Name, Sources
from services.scoring.api.trial_shapes import AdjustmentsOut
from services.scoring.bearings import PlanVersion
from services.scoring.model import Agency, Filing, Plan
from services.scoring.outlooks import Outlook
from services.scoring.proposals import Proposal
from services.scoring.store import world_of
from services.scoring.visibility import IS_SEEN, sees_proposals, whose
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Adjustment
from shared.runtime.access import Asker
from shared.runtime.problems import wrong

_MOST: Final = 200
_SEEN: Final = (
    "select id from (select id, id as agency from agency) as known"  # noqa: S608  our own words
    f" where {IS_SEEN.format(1)}"
)


class AdjustmentsQuery(AskedInForm):
    """Which outlooks are asked for."""

    plan: Name
    period: Annotated[
        Name | None, Field(description="one that is over; if absent the latest closed one, or the latest over")
    ] = None
    indicator: Name | None = None
    adjustment: Annotated[Adjustment | None, Field(description="only targets of which this was found")] = None
    before: Annotated[
        int | None, Field(ge=1, le=2**63 - 1, description="proposals before this number, as in the Link header")
    ] = None


class _Found(NamedTuple):
    published: PlanPublishedData
    period: str
    made_at: datetime | None
    outlooks: Sequence[Outlook] | None  # None: to be made now
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
            **reading("adjustments", AdjustmentsOut, is_exported=True),
        )

    async def adjustments(
        self, request: Request, asker: Asker, query: Annotated[AdjustmentsQuery, Query()]
    ) -> Response:
        """Return who reaches each target in time at the latest pace, who cannot and by how much, and what was proposed.

        Of a closed period it is what was found at its close; of an open one that is over what is found now; one that is
        not over is refused. A key without `read` sees the forecasts of its own agency, a district's also of its
        communes, and no finding over all; proposals are seen by `read` and `admin`, the newest first. An export holds
        the outlooks.
        """
        language, form = language_of(request, query), form_of(request, query)
        async with self._sources.database.transaction() as connection:
            found = await self._found(connection, query, seen=whose(asker), is_decider=sees_proposals(asker))
        period = found.plan.period_by_id[found.period]
        looks = found.outlooks
        if looks is None:
            looks = await self._sources.apart(
                outlooks, plan=found.plan, period=period, agencies=found.agencies, filings=found.filings
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
        shown = found.proposals[:_MOST]
        headers = next_page(request, before=shown[-1].id) if len(found.proposals) > _MOST else {}
        document = {
            "plan": found.plan.id,
            "plan_version": found.plan.version,
            "period": found.period,
            "period_ends_on": period.ends_on,
            "made_at": found.made_at and found.made_at.astimezone(found.plan.timezone),
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

    async def _found(self, connection: Any, query: AdjustmentsQuery, *, seen: str | None, is_decider: bool) -> _Found:
        published = self._sources.published
        newest = await published.newest(connection, query.plan)
        if newest is None:
            raise wrong(unknown_plan(query.plan))
        if faults := list(query_faults(newest, period=query.period, indicator=query.indicator)):
            raise wrong(*faults)
        adjustments, world = PostgresAdjustments(connection), world_of(connection, cache=self._sources.cache)
        closed = {each.period for each in await world.reference.closed([query.plan])}
        period = _asked_period(
            query.period,
            newest,
            closed=closed,
            today=self._sources.clock.now().astimezone(ZoneInfo(newest.timezone)).date(),
        )
        kept_ = await adjustments.outlooks(query.plan, period)
        version = PlanVersion(query.plan, kept_.plan_version if kept_ else newest.version)
        plans = await world.reference.plans([version, PlanVersion(query.plan, newest.version)])
        plan = plans[version]
        agencies = await world.reference.agencies(plan.agencies)
        return _Found(
            published=(await published.versions(connection, [version]))[version],
            period=period,
            made_at=kept_.made_at if kept_ else None,
            outlooks=kept_.outlooks if kept_ else None,
            plan=plan,
            newest=plans[PlanVersion(query.plan, newest.version)],
            agencies=list(agencies.values()),
            named=dict(await agencies_named(connection, agencies)),
            filings=[] if kept_ else await adjustments.filings(query.plan),
            seen=None if seen is None else {row["id"] for row in await connection.fetch(_SEEN, seen)},
            proposals=await adjustments.proposals(query.plan, limit=_MOST + 1, before=query.before)
            if is_decider
            else [],
        )


def _asked_for(looks: Iterable[Outlook], query: AdjustmentsQuery, *, is_all_seen: bool) -> Iterator[Outlook]:
    # What is found over all agencies is not told by what a filter leaves, either.
    if query.adjustment is None or is_all_seen:
        for each in looks:
            if query.indicator in {None, each.indicator} and query.adjustment in {None, each.adjustment}:
                yield each


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
