"""All routes of scoring, each guarded by a key."""

from fastapi import APIRouter

from services.scoring.api.adjustments import AdjustmentsApi
from services.scoring.api.periods import PeriodsApi
from services.scoring.api.progress import ProgressApi
from services.scoring.api.proposals import ProposalsApi
from services.scoring.api.rollups import RollUpsApi
from services.scoring.api.sources import Sources
from services.scoring.api.what_if import WhatIfApi
from services.scoring.store import PlanCache
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard, guarded_router


def router(*, database: Database, cache: PlanCache, guard: Guard, clock: Clock) -> APIRouter:
    """Return the routes; they change no standing, only what the DIC proposes and decides is kept."""
    sources = Sources(database=database, cache=cache, clock=clock)
    routes = guarded_router(guard, prefix="/v1", tags=["progress"])
    for resource in (ProgressApi, RollUpsApi, PeriodsApi, AdjustmentsApi, ProposalsApi, WhatIfApi):
        resource(sources).add_to(routes)
    return routes
