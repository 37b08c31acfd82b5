"""Scoring over HTTP: how agencies stand now."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response

from services.scoring.bearings import PlanVersion
from services.scoring.progress_events import data_of
from services.scoring.progress_store import progress_of
from services.scoring.store import PlanCache, world_of
from services.scoring.visibility import IS_SEEN, whose
from shared.events.progress import ProgressChangedData
from shared.runtime.access import Asker, Guard, guarded_router
from shared.runtime.database import Database

_NAME: Final = r"^[0-9A-Za-z-]{1,100}$"
_CURSOR: Final = r"^[0-9A-Za-z-]{1,100}/[0-9A-Za-z-]{1,100}$"
_MOST: Final = 500
_READ: Final = (
    "select * from progress where plan = $1 and ($2::text is null or period = $2)"  # noqa: S608  our own words
    f" and ($3::text is null or agency = $3) and (period, agency) > ($4, $5) and {IS_SEEN.format(7)}"
    " order by period, agency limit $6"
)

Name = Annotated[str | None, Query(pattern=_NAME)]


class Api:
    """The routes that read what scoring knows; nothing is changed over HTTP."""

    def __init__(self, *, database: Database, cache: PlanCache, guard: Guard) -> None:
        self._database = database
        self._cache = cache
        self._guard = guard

    def router(self) -> APIRouter:
        """Return the routes."""
        router = guarded_router(self._guard, prefix="/v1", tags=["progress"])
        router.add_api_route(
            "/progress",
            self.progress,
            methods=["GET"],
            summary="How agencies stand",
            response_model=list[ProgressChangedData],
        )
        return router

    async def progress(
        self,
        *,
        request: Request,
        asker: Asker,
        plan: Annotated[str, Query(pattern=_NAME)],
        period: Name = None,
        agency: Name = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 200,
        after: Annotated[str | None, Query(pattern=_CURSOR)] = None,
    ) -> Response:
        """Return the latest progress of a plan by period and agency; the Link header names the next page."""
        after_period, after_agency = after.split("/") if after else ("", "")
        found = await self._read(plan, period, agency, after_period, after_agency, limit + 1, whose(asker))
        headers = {}
        if len(found) > limit:
            last = found[limit - 1]
            following = request.url.include_query_params(after=f"{last['period']}/{last['agency']}")
            headers["Link"] = f'<{following}>; rel="next"'
        return Response(orjson.dumps(found[:limit]), media_type="application/json", headers=headers)

    async def _read(self, *filters: Any) -> list[dict[str, Any]]:
        async with self._database.transaction() as connection:
            rows = await connection.fetch(
                _READ,
                *filters,
            )
            plans = await world_of(connection, cache=self._cache).reference.plans(
                {PlanVersion(row["plan"], row["plan_version"]) for row in rows}
            )
        return [
            data_of(progress, plan=plans[PlanVersion(progress.key.plan, progress.plan_version)])
            for progress in map(progress_of, rows)
        ]
