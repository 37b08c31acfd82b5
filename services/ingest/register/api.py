"""Routes of the register: what was filed and refused, what is owed, and a feed of what was decided."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.plans.model import FilingKey, Plan, Registry
from services.ingest.register import faults, store
from services.ingest.register.documents import (
    decided_document,
    differences_document,
    filed,
    listed_document,
    obligation_documents,
    refused_document,
    revision_document,
)
from services.ingest.register.model import FilingState
from services.ingest.register.rules import agencies_seen_by, obligations, takes_nothing_more
from services.ingest.register.schemas import (
    DecisionsOut,
    DifferencesOut,
    ObligationOut,
    ObligationsOut,
    RefusedAttemptsOut,
    SubmissionOut,
    SubmissionsOut,
)
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.faults import UNKNOWN_PLAN
from services.ingest.submissions.schemas import state_document
from services.ingest.submissions.store import state_of
from services.ingest.submissions.tables import SubmissionRow
from shared.events.plans import AgencyRegisteredData
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Session
from shared.runtime.http.access import ANY_KEY, Asker, Guard, guarded_router, problems
from shared.runtime.http.answers import NumberCursor, PageSize, cursor_like
from shared.runtime.http.examples import answer_example
from shared.runtime.http.forms import looked_at
from shared.runtime.http.problems import Refused, problem, wrong
from shared.runtime.http.pydantic_faults import WHOLE, Name
from shared.wording.faults import Fault

_EXAMPLES: Final = Path(__file__).parent / "examples"
_MOST_REVISIONS: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT_CURSOR: Final = cursor_like(r"^[0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class _Query(BaseModel):
    """What a query may say; other names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SubmissionsQuery(_Query):
    """Which submissions are asked for."""

    plan: Name | None = None
    agency: Name | None = None
    period: Name | None = None
    state: Annotated[
        FilingState | None,
        Field(description="Of a revision: what was decided last, or that a later one has replaced it"),
    ] = None
    flagged: Annotated[bool | None, Field(description="Whether it has warnings")] = None
    filed_by: Annotated[Name | None, Field(description="The agency whose key filed it")] = None
    cursor: Annotated[str | None, *_MOMENT_CURSOR] = None
    limit: PageSize = 100


class RefusedQuery(_Query):
    """Which refused attempts are asked for."""

    agency: Annotated[Name | None, Field(description="The agency whose key it was")] = None
    cursor: NumberCursor = None
    limit: Annotated[int, Field(ge=1, le=50), WHOLE] = 20


class DifferencesQuery(_Query):
    """What a revision is compared with."""

    revision: Annotated[
        int | None,
        Field(alias="with", ge=1, le=1_000_000, description="Another revision; the one before, if none"),
        WHOLE,
    ] = None


class ObligationsQuery(_Query):
    """Whose obligations are asked for."""

    agency: Annotated[Name | None, Field(description="That of the key, if none")] = None
    plan: Annotated[
        Name | None, Field(description="Also one that takes nothing any longer; if none, all that take something")
    ] = None


class DecisionsQuery(_Query):
    """Which part of the feed is asked for."""

    since: NumberCursor = None
    limit: PageSize = 100


class RegisterApi:
    """The routes of the register; a key sees its own agency, a district's also its communes, one that reads all all."""

    def __init__(self, *, clock: Clock, database: Database, guard: Guard, registry: RegistryCache) -> None:
        self._clock = clock
        self._database = database
        self._guard = guard
        self._registry = registry

    def router(self) -> APIRouter:
        """Return the routes."""
        router = guarded_router(self._guard, prefix="/v1", tags=["register"])

        def add(path: str, endpoint: Any, name: str, *, query: Any = None, **options: Any) -> None:
            looks = [looked_at(query, self._look)] if query else []
            answers = {**answer_example(_EXAMPLES, name), **options.pop("responses", {})}
            router.add_api_route(
                path, endpoint, methods=["GET"], dependencies=[ANY_KEY, *looks], responses=answers, **options
            )

        add("/submissions", self.submissions, "submissions", query=SubmissionsQuery, summary="What was filed")
        add("/submissions/refused", self.refused, "refused", query=RefusedQuery, summary="What was refused, and why")
        missing = problems(404)
        one = "/submissions/{submission}"
        add(one, self.submission, "submission", summary="One submission with its revisions", responses=missing)
        add(
            f"{one}/differences",
            self.differences,
            "differences",
            query=DifferencesQuery,
            summary="What a revision changed",
            responses=missing,
        )
        add("/obligations", self.obligations, "obligations", query=ObligationsQuery, summary="What an agency owes")
        add("/decisions", self.decisions, "decisions", query=DecisionsQuery, summary="A feed of what was decided")
        return router

    async def submissions(self, asker: Asker, query: Annotated[SubmissionsQuery, Query()]) -> SubmissionsOut:
        """List submissions, the latest first; each revision is one, and `state=replaced` has a later one.

        A key without `read` or `admin` sees its own agency's, a district's also its communes', and what it filed for
        others. `next_cursor` leads to the next page, and is null on the last.
        """
        seen = await self._checked(asker, query)
        asked = store.Asked(
            seen=seen,
            seen_filer=asker.agency,
            plan=query.plan,
            agency=query.agency,
            period=query.period,
            filed_by=query.filed_by,
            state=query.state,
            is_flagged=query.flagged,
        )
        async with self._database.session() as session:
            before = _position(query.cursor) if query.cursor else None
            found = await store.page_of_submissions(session, asked, before=before, limit=query.limit + 1)
        page = found[: query.limit]
        return SubmissionsOut(
            submissions=list(map(listed_document, page)),
            next_cursor=_cursor(*page[-1]) if len(found) > len(page) else None,
        )

    async def submission(self, submission: UUID, asker: Asker) -> SubmissionOut:
        """Return receipt, contents and state of a submission, and all revisions with the decisions about each."""
        seen = await self._seen(asker)  # first: who holds a connection waits for no other
        async with self._database.session() as session:
            row = await _row(session, submission, asker, seen=seen)
            state = await state_of(session, submission)
            revisions = await store.revisions_of(session, row, limit=_MOST_REVISIONS)
            decisions = await store.decisions_about(session, [each.id for each, _ in revisions])
        if state is None:
            raise Refused(problem(404))
        contents = filed(row)
        documents = [revision_document(each, decisions[each[0].id]) for each in revisions]
        return SubmissionOut(
            **state_document(state),
            state=next((each.state for each in documents if each.submission == row.id), FilingState.REPLACED),
            filed_by=row.filed_by,
            observations=list(contents.observations),
            note=contents.note,
            revisions=documents,
        )

    async def differences(
        self, submission: UUID, asker: Asker, query: Annotated[DifferencesQuery, Query()]
    ) -> DifferencesOut:
        """Return each indicator whose value a revision gives differently than another, with both values.

        `with` is the number of the other revision of the same agency and period; the one before where none is given,
        and of the first revision all is new. `before` is the other one's value, null where it has none.
        """
        seen = await self._seen(asker)
        async with self._database.session() as session:
            after = await _row(session, submission, asker, seen=seen)
            number = query.revision or after.revision - 1
            before = await store.revision(session, after, number)
            if before is None and query.revision is not None:
                latest = await store.latest_revision(session, after)
                raise wrong(faults.UNKNOWN_REVISION(revision=number, latest=latest))
        return differences_document(before, after)

    async def refused(self, asker: Asker, query: Annotated[RefusedQuery, Query()]) -> RefusedAttemptsOut:
        """List what was refused in the last 90 days, the latest first: what was sent, and what was answered.

        Of a body its first 8 KiB are kept, of a key its public part. The same sent again on the same day is one, sent
        `times` times. They appear within seconds, up to 200 different ones of an agency a day.
        """
        seen = await self._checked(asker, query)
        async with self._database.session() as session:
            before = int(query.cursor) if query.cursor else None
            found = await store.page_of_refused(
                session, agency=query.agency, seen=seen, before=before, limit=query.limit + 1
            )
        page = found[: query.limit]
        return RefusedAttemptsOut(
            refused=list(map(refused_document, page)),
            next_cursor=str(page[-1].id) if len(found) > len(page) else None,
        )

    async def obligations(self, asker: Asker, query: Annotated[ObligationsQuery, Query()]) -> ObligationsOut:
        """Return what an agency owes for each period that is over: what is asked, until when, and whether it was filed.

        Each indicator comes with what the agency filed last in an earlier period. The level that is expected is
        scoring's to say: `progress_url` leads there.
        """
        await self._checked(asker, query)
        registry, now = await self._registry.current(), self._clock.now()
        agency = registry.agencies.get(query.agency or asker.agency)
        if agency is None:
            raise wrong(faults.UNKNOWN_AGENCY(agency=asker.agency))
        reopened, today = registry.reopened, now.date()
        plans = [
            plan
            for plan in registry.plans.values()
            if plan.plan == query.plan
            or (
                query.plan is None
                and not takes_nothing_more(plan, agency_id=agency.agency, reopened=reopened, today=today)
            )
        ]
        found: list[ObligationOut] = []
        async with self._database.session() as session:
            for plan in plans:
                found += await self._owed(session, agency, plan, reopened=reopened)
        return ObligationsOut(agency=agency.agency, as_of=now, obligations=found)

    async def decisions(self, asker: Asker, query: Annotated[DecisionsQuery, Query()]) -> DecisionsOut:
        """Return what was decided since, in the order of the decisions: ask again with `next_cursor` as `since`.

        Verified, returned, withdrawn, and reopened (a period, for an agency). Whoever goes on from `next_cursor` misses
        no decision and is told none twice.
        """
        since = int(query.since or 0)
        seen = await self._seen(asker)
        async with self._database.session() as session:
            found = await store.decisions_since(session, since, seen=seen, seen_filer=asker.agency, limit=query.limit)
        return DecisionsOut(
            decisions=list(map(decided_document, found)),
            next_cursor=str(found[-1].position if found else since),
        )

    async def _owed(
        self, session: Session, agency: AgencyRegisteredData, plan: Plan, *, reopened: Mapping[FilingKey, date]
    ) -> list[ObligationOut]:
        latest = await store.latest_of(session, plan=plan.plan, agency=agency.agency)
        states = {row.period: state for row, state in latest}
        owed = obligations(agency, plan=plan, reopened=reopened, filed=states, today=self._clock.now().date())
        decisions = await store.decisions_about(session, [row.id for row, _ in latest])
        return obligation_documents(owed, plan=plan, agency=agency.agency, latest=latest, decisions=decisions)

    async def _seen(self, asker: Holder) -> Collection[str] | None:
        """Return the agencies that a key sees, None where it sees all."""
        if asker.sees_all:
            return None
        return agencies_seen_by(asker.agency, registry=await self._registry.current())

    async def _checked(self, asker: Holder, query: _Query) -> Collection[str] | None:
        """Return the agencies that a key sees, where the query names only what is there.

        Raises:
            Refused: 422, naming everything else.
        """
        if found := await self._look(asker, query):
            raise wrong(*found)
        return await self._seen(asker)

    async def _look(self, asker: Holder, query: _Query) -> list[Fault]:
        registry, seen = await self._registry.current(), await self._seen(asker)
        return _query_faults(query, registry=registry, seen=registry.agencies if seen is None else seen)


def _query_faults(query: _Query, *, registry: Registry, seen: Collection[str]) -> list[Fault]:
    asked = query.model_dump()
    found: list[Fault] = []
    plan, period = asked.get("plan"), asked.get("period")
    plans = [each for each in registry.plans.values() if plan in {None, each.plan}]
    if not plans and plan is not None:
        found.append(UNKNOWN_PLAN("?plan", plan=plan, known=", ".join(sorted(registry.plans)) or "–"))
    known = {each for every in plans for each in every.period_by_id}
    if plans and period is not None and period not in known:
        found.append(faults.UNKNOWN_PERIOD(period=period, known=f"{min(known)} … {max(known)}"))
    agencies = {name: asked[name] for name in ("agency", "filed_by") if asked.get(name) is not None}
    unseen = {name: agency for name, agency in agencies.items() if agency not in seen}
    return [*found, *(faults.UNKNOWN_AGENCY(f"?{name}", agency=agency) for name, agency in unseen.items())]


async def _row(session: Session, submission: UUID, asker: Holder, *, seen: Collection[str] | None) -> SubmissionRow:
    """Return a submission that this key sees.

    Raises:
        Refused: 404, there is none, or the key does not see it; it is not said which.
    """
    row = await store.submission(session, submission)
    if row is None or not (seen is None or row.agency in seen or row.filed_by == asker.agency):
        raise Refused(problem(404))
    return row


def _cursor(row: SubmissionRow, _: FilingState) -> str:
    return f"{(row.filed_at - _EPOCH) // timedelta(microseconds=1)}_{row.id}"


def _position(cursor: str) -> tuple[datetime, UUID]:
    moment, _, submission = cursor.partition("_")
    return _EPOCH + timedelta(microseconds=int(moment)), UUID(submission)
