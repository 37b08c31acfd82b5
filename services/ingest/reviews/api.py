"""Routes of decisions: agencies withdraw submissions, the DIC verifies or returns them."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.ingest.reviews import handlers
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.faults import REQUIRED
from services.ingest.submissions.model import Decision, SubmissionState, Verdict
from services.ingest.submissions.reading import DocumentT, read_document
from services.ingest.submissions.schemas import Note, problem_of, state_document
from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Asker, Guard, guarded_router, needs, problems
from shared.runtime.http.bodies import apart, read_json
from shared.runtime.http.problems import Refused, problem

_MODEL: Final = ConfigDict(extra="forbid", strict=True)


class WithdrawalIn(BaseModel):
    """A withdrawal, with its reason."""

    model_config = _MODEL | ConfigDict(json_schema_extra={"example": {"reason": "Nhầm kỳ báo cáo"}})

    reason: Note


class ReviewIn(BaseModel):
    """A review by the DIC; to return a submission needs a reason."""

    model_config = _MODEL | ConfigDict(
        json_schema_extra={"example": {"outcome": "returned", "reason": "Mẫu số không khớp biên chế"}}
    )

    outcome: Literal["verified", "returned"]
    reason: Note | None = None


def reviews_router(
    *, clock: Clock, database: Database, guard: Guard, registry: RegistryCache, on_decided: Callable[[], None]
) -> APIRouter:
    """Return the routes by which a submission is withdrawn, verified or returned."""
    router = guarded_router(guard, prefix="/v1/submissions/{submission}", tags=["submissions"])

    @router.post("/withdrawal", dependencies=[needs(Scope.SUBMIT)], **_described(WithdrawalIn))
    async def withdraw(submission: UUID, request: Request, asker: Asker) -> Response:
        """Take back what the key's agency filed, or had filed; the period then counts as not filed."""
        read = await _read(request, WithdrawalIn, asker=asker)
        withdrawal = Decision(Verdict.WITHDRAWN, read.reason, decided_by=asker.agency, decided_at=clock.now())
        in_force = await registry.current()
        async with database.session() as session:
            outcome = await handlers.withdraw(session, submission, withdrawal, registry=in_force)
        return answer(outcome)

    @router.post("/review", dependencies=[needs(Scope.ADMIN)], **_described(ReviewIn))
    async def review(submission: UUID, request: Request, asker: Asker) -> Response:
        """Verify a submission, or return it to its agency: the period then counts as not filed."""
        read = await _read(request, ReviewIn, asker=asker)
        if read.outcome == "returned" and read.reason is None:
            raise Refused(problem_of([REQUIRED("/reason")]))
        decision = Decision(Verdict(read.outcome), read.reason, decided_by=asker.agency, decided_at=clock.now())
        async with database.session() as session:
            outcome = await handlers.review(session, submission, decision)
        return answer(outcome)

    def answer(outcome: handlers.Outcome) -> Response:
        if outcome is None:
            return problem(404)
        if not isinstance(outcome, SubmissionState):
            return problem_of(outcome)
        on_decided()
        return Response(orjson.dumps(state_document(outcome)), media_type="application/json")

    return router


def _described(model: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI description of a route that reads its body itself."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {
        "response_class": Response,
        "responses": problems(400, 403, 404, 409),
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


async def _read(request: Request, model: type[DocumentT], *, asker: Holder) -> DocumentT:
    read = await read_json(request, holder=asker, parse=partial(read_document, model=model))
    if isinstance(read, list):
        raise Refused(await apart(partial(problem_of, read)))
    return read
