"""`/v1/what-if`: how standings would change under another target, milestone, date or threshold; nothing is written."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from services.scoring.plans.documented import writing
from services.scoring.plans.sources import Name, Sources
from services.scoring.what_if.documents import trial_document
from services.scoring.what_if.forms import ChangeIn, Given, sound_parts
from services.scoring.what_if.schemas import WhatIfOut
from services.scoring.what_if.trial import tried
from shared.events.vocabulary import Scope
from shared.runtime.http.access import needs
from shared.runtime.http.answers import CACHE_HEADERS, dumped
from shared.runtime.http.forms import FaultyForm, read_form
from shared.runtime.http.negotiation import Asked, language_of, only_json


class WhatIfQuery(Asked):
    """Which plan a change is tried on, and what of it is shown."""

    plan: Name
    period: Annotated[
        tuple[Name, ...],
        Field(
            description="of at most 12, fewer where a plan has many agencies; by default the latest three closed ones"
        ),
    ] = ()
    is_all: Annotated[bool, Field(alias="all", description="also the standings that stay as they are")] = False


class WhatIfApi:
    """What a change of a plan would do."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route(
            "/what-if",
            self.what_if,
            methods=["POST"],
            dependencies=[needs(Scope.READ)],
            summary="Try a change of a plan",
            **writing("what-if", WhatIfOut, body=ChangeIn, statuses=()),
        )

    async def what_if(self, request: Request, query: Annotated[WhatIfQuery, Query()]) -> Response:
        """Return how standings would change under another target, milestone, date or threshold; nothing is written.

        Both sides are judged by the plan's newest version, so that nothing but the change makes a difference. The key
        needs `read` or `admin`.
        """
        only_json(request)
        language = language_of(request, query)
        try:
            given = Given((await read_form(request, ChangeIn)).to_change())
        except FaultyForm as faulty:
            given = sound_parts(faulty.document, faults=faulty.faults)
        trial = await tried(given, sources=self._sources, plan=query.plan, periods=query.period)
        document = trial_document(trial, is_all=query.is_all, language=language)
        headers = {**CACHE_HEADERS, "Content-Language": language.value}
        return Response(dumped(document), media_type="application/json", headers=headers)
