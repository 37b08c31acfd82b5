"""All routes of scoring, each guarded by a key."""

from fastapi import APIRouter

from services.scoring.adjustments.api import AdjustmentsApi
from services.scoring.adjustments.proposal_api import ProposalsApi
from services.scoring.periods.api import PeriodsApi
from services.scoring.plans.sources import Sources
from services.scoring.plans.store import PlanCache
from services.scoring.progress.api import ProgressApi
from services.scoring.rollups.api import RollUpsApi
from services.scoring.what_if.api import WhatIfApi
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
