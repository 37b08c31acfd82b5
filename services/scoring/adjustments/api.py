"""`/v1/adjustments`: which targets are out of reach or long exceeded, and what was proposed."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.scoring.adjustments.documents import outlook_documents, proposal_document
from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.outlook import outlooks
from services.scoring.adjustments.query import MOST_PROPOSALS, AdjustmentsQuery, outlook_faults, outlook_rows
from services.scoring.adjustments.schemas import AdjustmentsOut
from services.scoring.adjustments.store import KeptOutlooks
from services.scoring.adjustments.tables import outlook_table, outlook_tidy
from services.scoring.exports.files import table_file
from services.scoring.judging.model import Plan
from services.scoring.plans.documented import reading
from services.scoring.plans.sources import Sources
from services.scoring.plans.visibility import whose
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import ANY_KEY, Asker
from shared.runtime.http.answers import dumped, kept, next_page
from shared.runtime.http.forms import looked_at
from shared.runtime.http.negotiation import Form, form_of, language_of
from shared.wording.faults import Fault


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
            found = await outlook_rows(connection, query, sources=self._sources, seen=whose(asker))
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
        headers = next_page(request, before=shown[-1].id) if len(found.proposals) > MOST_PROPOSALS else {}
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
            return outlook_faults(query, await self._sources.published.newest(connection, query.plan))


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
