"""Notices over HTTP: what became of each."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notify.notices.model import NoticeState
from services.notify.policy.model import NoticeKind
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ANY_KEY, Asker, Guard, guarded_router
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
_MOMENTS: Final = ("decided_at", "due_at", "ended_at")
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


def notices_router(*, database: Database, clock: Clock, guard: Guard) -> APIRouter:
    """Return the route `/v1/notices`; addresses of recipients are not shown."""
    router = guarded_router(guard, tags=["notices"])

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

    return router


def _whose(asker: Holder) -> str | None:
    return None if asker.sees_all else asker.agency


def _as_json(row: Any) -> dict[str, Any]:
    moments = {name: row[name].astimezone(TIMEZONE) if row[name] else None for name in _MOMENTS}
    return {name: value for name, value in row.items() if name != "position"} | moments
