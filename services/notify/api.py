"""Notices over HTTP: what became of them, and how one reads."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from services.notify import codec
from services.notify.messages import Sheet, render
from services.notify.model import NoticeKind
from services.notify.notices import NoticeState
from services.notify.queueing import help_of
from shared.events.vocabulary import Language
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.pydantic_words import shaped

_LIST: Final = """
select id, kind, plan, agency, period, indicators, recipient, language, state, reason, detail, decided_at, due_at,
    ended_at, attempts
from notice
where ($1::text is null or kind = $1) and ($2::text is null or agency = $2) and ($3::text is null or state = $3)
order by position desc limit $4
"""
_MOMENTS: Final = ("decided_at", "due_at", "ended_at")
# What agencies wrote is shown here: nothing in it may run, load or frame anything.
_POLICY: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_AGENCY: Final = r"^[a-z0-9-]{1,200}$"
AgencyId = Annotated[
    str | None,
    Query(pattern=_AGENCY, description="Agency id, such as so-noi-vu."),
    shaped(
        _AGENCY,
        vi="Cần mã cơ quan gồm chữ thường không dấu, chữ số và dấu gạch nối, như so-noi-vu.",
        en="An agency id of small letters, digits and hyphens is wanted, such as so-noi-vu.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=500)]


def notices_router(*, database: Database, clock: Clock, takes_answers: bool) -> APIRouter:
    """Return the routes `/v1/notices` and `/v1/previews/{notice}`; addresses of recipients are not shown."""
    router = APIRouter(tags=["notices"])

    @router.get("/v1/notices")
    async def list_notices(
        kind: NoticeKind | None = None,
        agency: AgencyId = None,
        state: NoticeState | None = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """List notices, the latest first."""
        async with database.transaction() as connection:
            rows = await connection.fetch(_LIST, kind, agency, state, limit)
        return {"is_rehearsal": clock.is_rehearsal, "notices": [_as_json(row) for row in rows]}

    @router.get("/v1/previews/{notice}", response_class=HTMLResponse)
    async def preview(notice: UUID) -> Response:
        """Show a notice as its recipient reads it."""
        async with database.transaction() as connection:
            row = await connection.fetchrow("select * from notice where id = $1", notice)
            asked = await help_of(connection, row["plan"]) if row else None
        if row is None:
            raise HTTPException(404, f"there is no notice {notice}; /v1/notices lists those there are")
        kind = NoticeKind(row["kind"])
        sheet = Sheet(
            notice=str(row["id"]),
            recipient=row["recipient"] or "–",
            written_at=(row["ended_at"] or clock.now()).astimezone(TIMEZONE),
            is_rehearsal=clock.is_rehearsal,
            takes_answers=takes_answers,
            url=None,
            help=asked,
        )
        contents = codec.contents_from(kind, row["contents"])
        message = render(kind=kind, contents=contents, sheet=sheet, language=Language(row["language"]))
        return HTMLResponse(message.html, headers=_POLICY)

    return router


def _as_json(row: Any) -> dict[str, Any]:
    moments = {name: row[name].astimezone(TIMEZONE) if row[name] else None for name in _MOMENTS}
    return {**row, **moments}
