"""Notices over HTTP: what became of each."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notify.notices.model import NoticeState
from services.notify.notices.store import page_of_notices
from services.notify.policy.model import NoticeKind, UnsentReason
from shared.events.vocabulary import Language
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Asker, Guard, guarded_router
from shared.runtime.http.answers import LocalMoment, NumberCursor, PageSize
from shared.runtime.http.pydantic_faults import shaped

_AGENCY: Final = r"^[a-z0-9-]{1,200}$"
_PERIOD: Final = r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]|9M))?$"
AgencyId = Annotated[
    str | None,
    Field(pattern=_AGENCY, description="Agency id, such as so-noi-vu."),
    shaped(
        _AGENCY,
        vi="Cần mã cơ quan gồm chữ thường không dấu, chữ số và dấu gạch nối, như so-noi-vu.",
        en="An agency id of small letters, digits and hyphens is wanted, such as so-noi-vu.",
    ),
]
PeriodId = Annotated[
    str | None,
    Field(pattern=_PERIOD, description="Period id, such as 2014-03."),
    shaped(
        _PERIOD,
        vi="Cần mã kỳ báo cáo, như 2014-03, 2014-Q1 hoặc 2014.",
        en="A period id is wanted, such as 2014-03, 2014-Q1 or 2014.",
    ),
]


class NoticesQuery(BaseModel):
    """Which notices are asked for; other names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: NoticeKind | None = None
    agency: AgencyId = None
    period: PeriodId = None
    state: NoticeState | None = None
    cursor: NumberCursor = None
    limit: PageSize = 100


class NoticeOut(BaseModel):
    """A notice and what became of it; the recipient's address is not shown."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: NoticeKind
    plan: str
    agency: str
    period: str
    indicators: list[str]
    recipient: str
    language: Language
    state: NoticeState
    reason: UnsentReason | None
    detail: str | None
    decided_at: LocalMoment
    due_at: LocalMoment
    ended_at: LocalMoment | None
    attempts: int


class NoticesOut(BaseModel):
    """A page of notices."""

    is_rehearsal: bool
    notices: list[NoticeOut]
    next_cursor: str | None


def notices_router(*, database: Database, clock: Clock, guard: Guard) -> APIRouter:
    """Return the route `/v1/notices`; addresses of recipients are not shown."""
    router = guarded_router(guard, tags=["notices"])

    @router.get("/v1/notices", dependencies=[ANY_KEY])
    async def list_notices(asker: Asker, query: Annotated[NoticesQuery, Query()]) -> NoticesOut:
        """List notices, the latest first; `next_cursor` leads to the next page, and is null on the last.

        A key without `read` or `admin` sees those to its own agency.
        """
        async with database.session() as session:
            found = await page_of_notices(
                session,
                kind=query.kind,
                agency=query.agency,
                state=query.state,
                period=query.period,
                visible_to=None if asker.sees_all else asker.agency,
                before=int(query.cursor) if query.cursor else None,
                limit=query.limit + 1,
            )
        page = found[: query.limit]
        return NoticesOut(
            is_rehearsal=clock.is_rehearsal,
            notices=[NoticeOut.model_validate(notice) for notice in page],
            next_cursor=str(page[-1].position) if len(found) > len(page) else None,
        )

    return router
