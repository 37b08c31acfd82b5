"""Routes of submissions: agencies file them."""

import asyncio
import re
from functools import partial
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import Counter

from services.ingest.submissions import store
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.faults import BAD_IDEMPOTENCY_KEY
from services.ingest.submissions.group_commit import GroupCommit
from services.ingest.submissions.handlers import filing_of
from services.ingest.submissions.model import Draft, Receipt
from services.ingest.submissions.reading import faults_of, read_draft
from services.ingest.submissions.schemas import SubmissionIn, problem_of, receipt_document
from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.http.access import Guard, guarded_router, needs, require
from shared.runtime.http.bodies import apart, read_json
from shared.runtime.http.problems import Refused, away, problem, refuse_query
from shared.runtime.logging import get_logger
from shared.wording.faults import Fault

_log = get_logger(__name__)
_COMMIT_SECONDS: Final = 1.8
_MAX_IDEMPOTENCY_KEY: Final = 255
# Printable ASCII only: clients and proxies disagree about other bytes.
_IDEMPOTENCY_KEY: Final = re.compile(rf"[ -~]{{1,{_MAX_IDEMPOTENCY_KEY}}}")

ACCEPTED = Counter("tiendo_submissions_accepted_total", "Submissions accepted.")
REFUSED = Counter("tiendo_submissions_refused_total", "Submissions refused.", ["status"])


class SubmissionsApi:
    """The routes of submissions."""

    def __init__(
        self, *, clock: Clock, database: Database, guard: Guard, registry: RegistryCache, commits: GroupCommit
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
        location = f"/v1/submissions/{receipt.accepted.submission}"
        return _json(receipt_document(receipt.accepted), status_code=202, headers={"Location": location, **replayed})

    async def _accept(self, request: Request) -> Receipt:
        holder = await self._guard.holder(request)  # here, because a busy route does not pass the router
        require(holder, Scope.SUBMIT)
        refuse_query(request)
        key = idempotency_key_of(request)
        read = await read_json(request, holder=holder, parse=partial(read_draft, filer=holder.agency))
        draft = read if isinstance(read, Draft) else read.draft
        registry = await self._registry.current()
        now = self._clock.now()
        if found := faults_of(read, registry=registry, filer=holder.agency, today=now.date()):
            # A retry is answered as the first request was, also when the period has been locked since.
            receipt = await self._receipt_given(draft, holder=holder, key=key) if key else None
            if receipt is None:
                raise Refused(await apart(partial(problem_of, found)))
            return receipt
        filing = filing_of(draft, registry=registry, filer=holder.agency, now=now, key=key)
        async with asyncio.timeout(_COMMIT_SECONDS):
            outcome = await self._commits.accept(filing)
        if isinstance(outcome, Fault):
            raise Refused(problem_of([outcome]))
        return outcome

    async def _receipt_given(self, draft: Draft, *, holder: Holder, key: str) -> Receipt | None:
        async with self._database.session() as session:
            return await store.receipt_given(session, filer=holder.agency, key=key, request_hash=draft.request_hash)


def idempotency_key_of(request: Request) -> str | None:
    """Return the Idempotency-Key of a request, None where it has none.

    Raises:
        Refused: 400, it is no text of 1 to 255 printable ASCII characters.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise Refused(problem(400, faults=[BAD_IDEMPOTENCY_KEY(longest=_MAX_IDEMPOTENCY_KEY)]))
    return key


def _json(content: object, *, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status_code=status_code, media_type="application/json", headers=headers)
