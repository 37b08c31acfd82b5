"""Routes of files: a form is fetched, filled, checked and filed as a whole."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response

from services.ingest.files import store
from services.ingest.files.forms import form_rows, form_workbook, period_before
from services.ingest.files.handlers import Checked, check, filings_of, keys_of, whole_hash
from services.ingest.files.model import Reading
from services.ingest.files.parser import Parser
from services.ingest.files.schemas import (
    ANSWERS,
    REQUEST,
    XLSX,
    FileQuery,
    checked_document,
    filed_document,
)
from services.ingest.files.uploads import uploaded
from services.ingest.submissions.api import ACCEPTED, idempotency_key_of
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.handlers import Outcome, accept_submissions
from services.ingest.submissions.model import Draft, Receipt
from services.ingest.submissions.rules import may_file
from services.ingest.submissions.schemas import problem_of
from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Asker, Guard, guarded_router, needs, problems
from shared.runtime.http.bodies import apart
from shared.runtime.http.problems import problem
from shared.wording.faults import Fault

_COMMIT_SECONDS: Final = 1.8  # and as much more as many submissions take on a busy machine
_COMMIT_SECONDS_EACH: Final = 0.004
_AT_ONCE: Final = 50  # submissions that are checked before others may use the parser's thread
_UNPROCESSABLE: Final = 422


class _RolledBack(Exception):
    """A transaction ends without a trace."""


class FilesApi:
    """The routes of files."""

    def __init__(
        self,
        *,
        clock: Clock,
        database: Database,
        guard: Guard,
        registry: RegistryCache,
        on_filed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._database = database
        self._guard = guard
        self._registry = registry
        self._on_filed = on_filed
        self._parser = Parser()

    def router(self) -> APIRouter:
        """Return the routes."""
        router = guarded_router(self._guard, prefix="/v1", tags=["files"])
        router.add_api_route(
            "/templates/{plan}/{agency}/{period}.xlsx",
            self.get_template,
            methods=["GET"],
            summary="A form to fill in",
            dependencies=[ANY_KEY],
            response_class=Response,
            responses={
                200: {
                    "description": "A workbook",
                    "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
                },
                **problems(404),
            },
        )
        router.add_api_route(
            "/files",
            self.post_file,
            methods=["POST"],
            summary="File a form",
            dependencies=[needs(Scope.SUBMIT)],
            response_class=Response,
            responses=ANSWERS,
            openapi_extra=REQUEST,
        )
        return router

    async def get_template(self, plan: str, agency: str, period: str, asker: Asker) -> Response:
        """Return the form of an agency for a period, which goes to `POST /v1/files` once it is filled in.

        It has a row for each indicator, with its unit and what was reported for the period before; a district's or
        city's has one for each of its communes too. A key gets its own agency's form and those of its communes.
        """
        registry = await self._registry.current()
        in_force, registered = registry.plans.get(plan), registry.agencies.get(agency)
        is_shown = asker.sees_all or may_file(
            agency_id=agency, agency=registered, filer=asker.agency, registry=registry
        )
        if in_force is None or registered is None or period not in in_force.period_by_id or not is_shown:
            return problem(404)
        asked = in_force.period_by_id[period]
        rows = form_rows(in_force, registered, asked, registry=registry)
        if not rows:
            return problem(404)
        async with self._database.session() as session:
            last = await store.last_observations(
                session,
                plan=plan,
                period=period_before(in_force, asked),
                agencies={row.agency.agency for row in rows},
            )
        content = await apart(partial(form_workbook, in_force, registered, asked, rows=rows, last=last))
        disposition = f'attachment; filename="{plan}-{agency}-{period}.xlsx"'
        return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition})

    async def post_file(
        self,
        request: Request,
        asker: Asker,
        query: Annotated[FileQuery, Query()],
    ) -> Response:
        """File all submissions of a form, or none and say why: an .xlsx workbook, or CSV in UTF-8 or UTF-16.

        Each row is an observation, its columns those of `POST /v1/submissions` (`plan`, `period`, `agency`,
        `indicator`, `numerator`, `denominator`, `value`, `yes`, `note`) or their Vietnamese titles; the rows of one
        agency and period are one submission. An `Idempotency-Key` counts for the whole file. A fault's pointer is a
        cell, such as `Sheet1!F12`. At most 10 MiB, 20,000 rows and 2,000 submissions are taken.
        """
        key = idempotency_key_of(request)
        is_marked = query.marked or XLSX in request.headers.get("accept", "")
        async with uploaded(request, holder=asker) as file:
            reading = await self._parser.read(file)
            checked = await self._checked(reading, filer=asker.agency)
            outcomes: list[Outcome] = []
            if not checked.faults or query.dry_run:
                outcomes = await self._file(checked.fit, asker=asker, key=key, is_kept=not query.dry_run)
            elif key and (given := await self._given(reading, checked, asker=asker, key=key)):
                checked, outcomes = Checked(), given
            receipts = [each for each in outcomes if isinstance(each, Receipt)]
            faults = [*checked.faults, *dict.fromkeys(each for each in outcomes if isinstance(each, Fault))]
            if faults and is_marked and (content := await self._parser.mark(file, faults)):
                return _marked(content, status_code=200 if query.dry_run else _UNPROCESSABLE)
        if query.dry_run:
            return _json(checked_document(receipts, faults))
        if faults:
            return await apart(partial(problem_of, faults))
        ACCEPTED.inc(len(receipts))
        replayed = {"Idempotency-Replayed": "true"} if receipts[0].is_replay else {}
        return _json(filed_document(receipts), status_code=202, headers=replayed)

    async def _checked(self, reading: Reading, *, filer: str) -> Checked:
        registry, today = await self._registry.current(), self._clock.now().date()
        parts = [
            await apart(
                partial(
                    check,
                    reading.groups[begin : begin + _AT_ONCE],
                    reading=reading,
                    registry=registry,
                    filer=filer,
                    today=today,
                )
            )
            for begin in range(0, len(reading.groups), _AT_ONCE)
        ]
        return Checked(
            read=list(chain.from_iterable(part.read for part in parts)),
            fit=list(chain.from_iterable(part.fit for part in parts)),
            faults=[*reading.faults, *chain.from_iterable(part.faults for part in parts)],
        )

    async def _file(self, drafts: list[Draft], *, asker: Holder, key: str | None, is_kept: bool) -> list[Outcome]:
        """File all, or nothing where one is refused; where it is not to be kept, only find out what would be."""
        now, registry = self._clock.now(), await self._registry.current()
        filings = filings_of(drafts, registry=registry, filer=asker.agency, now=now, key=key if is_kept else None)
        outcomes: list[Outcome] = []
        seconds = _COMMIT_SECONDS + _COMMIT_SECONDS_EACH * len(filings)
        try:
            async with asyncio.timeout(seconds), self._database.transaction() as connection:
                outcomes = await accept_submissions(filings, connection=connection, now=now)
                if not is_kept or any(isinstance(each, Fault) for each in outcomes):
                    raise _RolledBack  # noqa: TRY301  what leaves the block is not committed
        except _RolledBack:
            return outcomes
        self._on_filed()
        return outcomes

    async def _given(self, reading: Reading, checked: Checked, *, asker: Holder, key: str) -> list[Outcome] | None:
        """Return the receipts that the same file was given before; a period may have been locked since."""
        if reading.faults or len(checked.read) < len(reading.groups):
            return None
        async with self._database.session() as session:
            receipts = await store.receipts_given(
                session,
                filer=asker.agency,
                keys=keys_of(key, len(checked.read)),
                request_hash=whole_hash(checked.read),
            )
        return list(receipts) if receipts else None


def _json(content: Any, *, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status_code=status_code, media_type="application/json", headers=headers)


def _marked(content: bytes, *, status_code: int) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="marked.xlsx"'}
    return Response(content, status_code=status_code, media_type=XLSX, headers=headers)
