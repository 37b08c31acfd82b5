"""Ingest's HTTP edge for what was filed already: agencies withdraw it, the DIC verifies or returns it."""

from collections.abc import Callable
from typing import Final, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.ingest.reviews.handlers import Objections, decide
from services.ingest.reviews.model import Submitted
from services.ingest.reviews.rules import review_faults, withdrawal_faults
from services.ingest.submissions import faults
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.events import receipt_from
from services.ingest.submissions.forms import Note
from services.ingest.submissions.model import Decision, Verdict
from services.ingest.submissions.problems import problem_of
from services.ingest.submissions.reading import DocumentT, read_document
from services.ingest.submissions.schemas import state_document
from services.ingest.submissions.store import event_of
from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Asker, Guard, guarded_router, needs, problems
from shared.runtime.http.bodies import read_json
from shared.runtime.http.problems import Refused, problem

_MODEL: Final = ConfigDict(extra="forbid", strict=True)


class WithdrawalIn(BaseModel):
    """Why a submission is taken back."""

    model_config = _MODEL | ConfigDict(json_schema_extra={"example": {"reason": "Nhầm kỳ báo cáo"}})

    reason: Note


class ReviewIn(BaseModel):
    """What the DIC found; a submission that is returned needs a reason."""

    model_config = _MODEL | ConfigDict(
        json_schema_extra={"example": {"outcome": "returned", "reason": "Mẫu số không khớp biên chế"}}
    )

    outcome: Literal["verified", "returned"]
    reason: Note | None = None


class DecisionApi:
    """The routes by which a submission ends, or is verified."""

    def __init__(
        self, *, clock: Clock, database: Database, guard: Guard, registry: RegistryCache, on_decided: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._database = database
        self._guard = guard
        self._registry = registry
        self._on_decided = on_decided

    def router(self) -> APIRouter:
        """Return the routes."""
        router = guarded_router(self._guard, prefix="/v1/submissions/{submission}", tags=["submissions"])
        for path, endpoint, model, scope in (
            ("/withdrawal", self.withdraw, WithdrawalIn, Scope.SUBMIT),
            ("/review", self.review, ReviewIn, Scope.ADMIN),
        ):
            content = {"application/json": {"schema": model.model_json_schema()}}
            router.add_api_route(
                path,
                endpoint,
                methods=["POST"],
                dependencies=[needs(scope)],
                response_class=Response,
                responses=problems(400, 403, 404, 409),
                openapi_extra={"requestBody": {"required": True, "content": content}},
            )
        return router

    async def withdraw(self, submission: UUID, request: Request, asker: Asker) -> Response:
        """Take back what the key's agency filed, or had filed; the period then counts as not filed."""
        read = await _read(request, WithdrawalIn, asker=asker)
        registry = await self._registry.current()
        decision = self._decision(Verdict.WITHDRAWN, reason=read.reason, by=asker.agency)
        return await self._decided(
            submission,
            decision,
            by=lambda submitted: submitted.is_of(asker.agency),
            objections=lambda submitted: withdrawal_faults(
                submitted, registry=registry, today=decision.decided_at.date()
            ),
        )

    async def review(self, submission: UUID, request: Request, asker: Asker) -> Response:
        """Verify a submission, or return it to its agency: the period then counts as not filed."""
        read = await _read(request, ReviewIn, asker=asker)
        verdict = Verdict(read.outcome)
        if verdict is Verdict.RETURNED and read.reason is None:
            raise Refused(problem_of([faults.required("/reason")]))
        return await self._decided(
            submission,
            self._decision(verdict, reason=read.reason, by=asker.agency),
            by=lambda _: True,
            objections=lambda submitted: review_faults(submitted, verdict=verdict),
        )

    def _decision(self, verdict: Verdict, *, reason: str | None, by: str) -> Decision:
        return Decision(verdict=verdict, reason=reason, decided_by=by, decided_at=self._clock.now())

    async def _decided(
        self, submission: UUID, decision: Decision, *, by: Callable[[Submitted], bool], objections: Objections
    ) -> Response:
        async with self._database.transaction() as connection:
            outcome = await decide(
                submission,
                decision,
                by=by,
                objections=objections,
                connection=connection,
            )
            if outcome is None:
                return problem(404)
            if isinstance(outcome, list):
                return problem_of(outcome)
            event = await event_of(connection, submission)
        self._on_decided()
        shown = state_document(receipt_from(event), outcome.decisions)
        return Response(orjson.dumps(shown), media_type="application/json")


async def _read(request: Request, model: type[DocumentT], *, asker: Holder) -> DocumentT:
    read = read_document(await read_json(request, holder=asker), model)
    if isinstance(read, list):
        raise Refused(problem_of(read))
    return read
