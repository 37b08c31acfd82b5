"""The route of plans: `GET /v1/plans/{plan}`."""

from fastapi import APIRouter, Response

from services.ingest.plans.store import PostgresPlans
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Guard, guarded_router, problems
from shared.runtime.http.problems import problem


def plans_router(*, database: Database, guard: Guard) -> APIRouter:
    """Return the route of plans."""
    router = guarded_router(guard, prefix="/v1", tags=["submissions"])

    @router.get("/plans/{plan}", dependencies=[ANY_KEY], response_class=Response, responses=problems(404))
    async def get_plan(plan: str) -> Response:
        """Return the plan's version in force: its indicators, periods and due dates."""
        if "\0" in plan:  # which PostgreSQL cannot look for
            return problem(404)
        async with database.transaction() as connection:
            body = await PostgresPlans(connection).latest_document(plan)
        return Response(body, media_type="application/json") if body else problem(404)

    return router
