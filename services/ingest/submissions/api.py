"""Ingest's HTTP edge: agencies push submissions and look up their receipts."""

import asyncio
import re
from typing import Final
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import Counter

from services.ingest.submissions import store
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.faults import Fault, bad_idempotency_key, together
from services.ingest.submissions.forms import SubmissionIn
from services.ingest.submissions.group_commit import SharedCommit
from services.ingest.submissions.model import Draft, Filing, Receipt
from services.ingest.submissions.reading import FaultyDraft, read_draft
from services.ingest.submissions.rules import NOTHING, judge_draft, owed_by
from services.ingest.submissions.schemas import problem_of, receipt_document, state_document
from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.http.access import ANY_KEY, Asker, Guard, guarded_router, needs, problems, require
from shared.runtime.http.bodies import read_json
from shared.runtime.http.problems import Refused, away, problem, refuse_query
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_COMMIT_SECONDS: Final = 1.8
_MAX_IDEMPOTENCY_KEY: Final = 255
_IDEMPOTENCY_KEY: Final = re.compile(rf"[ -~]{{1,{_MAX_IDEMPOTENCY_KEY}}}")  # ASCII: other bytes are read two ways

ACCEPTED = Counter("tiendo_submissions_accepted_total", "Submissions accepted.")
REFUSED = Counter("tiendo_submissions_refused_total", "Submissions refused.", ["status"])


class Api:
    """The routes of ingest and what they need."""

    def __init__(
        self, *, clock: Clock, database: Database, guard: Guard, registry: RegistryCache, commits: SharedCommit
    ) -> None:
        self._clock = clock
        self._database = database
        self._guard = guard
        self._registry = registry
        self._commits = commits

    def router(self) -> APIRouter:
        """Return the routes."""
        router = guarded_router(self._guard, prefix="/v1", tags=["submissions"])
        router.add_api_route(
            "/submissions",
            self.post_submission,
            methods=["POST"],
            dependencies=[needs(Scope.SUBMIT)],
            status_code=202,
            response_class=Response,
            openapi_extra={
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": SubmissionIn.model_json_schema()}},
                }
            },
        )
        router.add_api_route(
            "/submissions/{submission}",
            self.get_submission,
            methods=["GET"],
            dependencies=[ANY_KEY],
            response_class=Response,
            responses=problems(404),
        )
        return router

    async def post_submission(self, request: Request) -> Response:
        """Accept a submission: 202 with a receipt once it is committed, or a problem that names every fault."""
        try:
            receipt = await self._accept(request)
        except Refused as refusal:
            REFUSED.labels(str(refusal.answer.status_code)).inc()
            return refusal.answer
        except TRANSIENT as error:
            _log.debug("cannot store", error=repr(error))
            REFUSED.labels("503").inc()
            return away()
        ACCEPTED.inc()
        replayed = {"Idempotency-Replayed": "true"} if receipt.is_replay else {}
        location = f"/v1/submissions/{receipt.submission}"
        return _json(receipt_document(receipt), status_code=202, headers={"Location": location, **replayed})

    async def get_submission(self, submission: UUID, asker: Asker) -> Response:
        """Return receipt, contents and state of a submission of the key's agency, or of any where it reads all."""
        async with self._database.session() as session:
            state = await store.state_of(session, submission)
        if state is None or not (asker.sees_all or state.is_of(asker.agency)):
            return problem(404)
        observations = orjson.loads(state.event)["data"]["observations"]
        return _json({**state_document(state), "observations": observations})

    async def _accept(self, request: Request) -> Receipt:
        holder = await self._guard.holder(request)  # by itself: what is busy does not pass the router
        require(holder, Scope.SUBMIT)
        refuse_query(request)
        key = request.headers.get("idempotency-key")
        if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
            raise Refused(problem(400, faults=[bad_idempotency_key(_MAX_IDEMPOTENCY_KEY)]))
        body = await read_json(request, holder=holder)
        read = read_draft(body, filer=holder.agency)
        try:
            filing = await self._judged(read, holder=holder, key=key)
        except Refused:
            # What was accepted once is answered the same, also when the period has been locked since.
            told = await self._told_before(read, holder=holder, key=key) if key else None
            if told is None:
                raise
            return told
        async with asyncio.timeout(_COMMIT_SECONDS):
            outcome = await self._commits.accept(filing)
        if isinstance(outcome, Fault):
            raise Refused(problem_of([outcome]))
        return outcome

    async def _judged(self, read: Draft | FaultyDraft, *, holder: Holder, key: str | None) -> Filing:
        registry = await self._registry.current()
        now = self._clock.now()
        of_form, unread = ((), NOTHING) if isinstance(read, Draft) else (read.faults, read.unread)
        draft = read if isinstance(read, Draft) else read.draft
        found = judge_draft(draft, registry=registry, filer=holder.agency, today=now.date(), unread=unread)
        if of_form or found:
            raise Refused(problem_of(together(of_form=of_form, of_rules=found)))
        plan = registry.plans[draft.plan]
        return Filing(
            submission=uuid4(),
            draft=draft,
            plan_version=plan.version,
            filed_by=holder.agency,
            filed_at=now,
            idempotency_key=key,
            request_hash=draft.meaning if key else b"",
            owed=owed_by(registry.agencies[draft.agency], plan=plan),
        )

    async def _told_before(self, read: Draft | FaultyDraft, *, holder: Holder, key: str) -> Receipt | None:
        draft = read if isinstance(read, Draft) else read.draft
        async with self._database.session() as session:
            return await store.receipt_given(session, filer=holder.agency, key=key, request_hash=draft.meaning)


def _json(content: object, *, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status_code=status_code, media_type="application/json", headers=headers)
