"""The route of plans: `GET /v1/plans/{plan}`."""

import orjson
from fastapi import APIRouter, Response

from services.ingest.plans.store import latest_version
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Guard, guarded_router, problems
from shared.runtime.http.problems import problem


def plans_router(*, database: Database, guard: Guard) -> APIRouter:
    """Return the route of plans."""
    router = guarded_router(guard, prefix="/v1", tags=["submissions"])

    @router.get("/plans/{plan}", dependencies=[ANY_KEY], response_class=Response, responses=problems(404))
    async def get_plan(plan: str) -> Response:
        """Return the plan's version in force: its indicators, periods and due dates."""
        if "\0" in plan:  # PostgreSQL refuses NUL in a text
            return problem(404)
        async with database.session() as session:
            version = await latest_version(session, plan)
        return Response(orjson.dumps(version.body), media_type="application/json") if version else problem(404)

    return router
