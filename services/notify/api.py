"""Notices over HTTP: what became of them, and how one reads."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from services.notify import codec
from services.notify.messages import Sheet, render
from services.notify.model import NoticeKind
from services.notify.notices import NoticeState
from services.notify.preview_links import PREVIEW
from services.notify.queueing import help_of
from shared.events.vocabulary import Language
from shared.runtime.auth.key_ring import Holder
from shared.runtime.auth.links import Links
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Asker, ByLinkOrKey, Guard, LinkedAsker, guarded_router, problems
from shared.runtime.http.problems import problem
from shared.runtime.http.pydantic_faults import WHOLE, shaped

_LIST: Final = """
select position, id, kind, plan, agency, period, indicators, recipient, language, state, reason, detail, decided_at,
    due_at, ended_at, attempts
from notice
where ($1::text is null or kind = $1) and ($2::text is null or agency = $2) and ($3::text is null or state = $3)
    and ($4::text is null or period = $4) and ($5::bigint is null or position < $5)
    and ($7::text is null or agency = $7)
order by position desc limit $6
"""
_ONE: Final = "select * from notice where id = $1 and ($2::text is null or agency = $2)"
_MOMENTS: Final = ("decided_at", "due_at", "ended_at")
# What agencies wrote is shown here: nothing in it may run, load or frame anything.
_POLICY: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_AGENCY: Final = r"^[a-z0-9-]{1,200}$"
_PERIOD: Final = r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]|9M))?$"
_CURSOR: Final = r"^[0-9]{1,18}$"
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
Cursor = Annotated[
    str | None,
    Field(pattern=_CURSOR, description="`next_cursor` of the page before."),
    shaped(
        _CURSOR,
        vi="Cần next_cursor của trang trước.",
        en="The next_cursor of the page before is wanted.",
    ),
]


class NoticesQuery(BaseModel):
    """Which notices are asked for; other names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: NoticeKind | None = None
    agency: AgencyId = None
    period: PeriodId = None
    state: NoticeState | None = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=200), WHOLE] = 100


def notices_routers(
    *, database: Database, clock: Clock, guard: Guard, links: Links, takes_answers: bool
) -> tuple[APIRouter, APIRouter]:
    """Return the routes `/v1/notices` and `/v1/previews/{notice}`; addresses of recipients are not shown."""
    router = guarded_router(guard, tags=["notices"])
    by_link = APIRouter(tags=["notices"])  # no guard stands before it: its access takes a link instead of a key

    @router.get("/v1/notices", dependencies=[ANY_KEY])
    async def list_notices(asker: Asker, query: Annotated[NoticesQuery, Query()]) -> dict[str, Any]:
        """List notices, the latest first; `next_cursor` leads to the next page, and is null on the last.

        A key without `read` or `admin` sees those to its own agency.
        """
        after = int(query.cursor) if query.cursor else None
        async with database.transaction() as connection:
            rows = await connection.fetch(
                _LIST, query.kind, query.agency, query.state, query.period, after, query.limit + 1, _whose(asker)
            )
        page = rows[: query.limit]
        return {
            "is_rehearsal": clock.is_rehearsal,
            "notices": [_as_json(row) for row in page],
            "next_cursor": str(page[-1]["position"]) if len(rows) > len(page) else None,
        }

    @by_link.get(
        "/v1/previews/{notice}",
        response_class=HTMLResponse,
        dependencies=[Depends(ByLinkOrKey(guard, links, purpose=PREVIEW, clock=clock))],
        responses=problems(401, 404, 422, 503),
    )
    async def preview(notice: UUID, asker: LinkedAsker) -> Response:
        """Show a notice as its recipient reads it, by the link in the mail or by a key that sees it."""
        async with database.transaction() as connection:
            row = await connection.fetchrow(_ONE, notice, _whose(asker) if asker else None)
            asked = await help_of(connection, row["plan"]) if row else None
        if row is None:
            return problem(404)
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

    return router, by_link


def _whose(asker: Holder) -> str | None:
    return None if asker.sees_all else asker.agency


def _as_json(row: Any) -> dict[str, Any]:
    moments = {name: row[name].astimezone(TIMEZONE) if row[name] else None for name in _MOMENTS}
    return {name: value for name, value in row.items() if name != "position"} | moments
