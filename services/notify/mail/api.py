"""How a notice reads, over HTTP: by the signed link in the mail, or by a key."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from services.notify.mail.rendering import Frame, render
from services.notify.notices.store import help_at
from services.notify.notices.tables import NoticeRow
from services.notify.progress.store import latest_plan
from shared.events.vocabulary import Language
from shared.runtime.auth.links import Links
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ByLinkOrKey, Guard, LinkedAsker, problems
from shared.runtime.http.problems import problem

_PURPOSE: Final = "notice"  # that links are signed for
_VALID_FOR: Final = timedelta(days=366)  # the page shows no more than the mail with the link
# What agencies wrote is shown here: nothing in it may run, load or frame anything.
_POLICY: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def previews_router(
    *, database: Database, clock: Clock, guard: Guard, links: Links, accepts_replies: bool
) -> APIRouter:
    """Return the route `/v1/previews/{notice}`."""
    router = APIRouter(tags=["notices"])  # not guarded: a link gives access, too

    @router.get(
        "/v1/previews/{notice}",
        response_class=HTMLResponse,
        dependencies=[Depends(ByLinkOrKey(guard, links, purpose=_PURPOSE, clock=clock))],
        responses=problems(401, 404, 422, 503),
    )
    async def preview(notice: UUID, asker: LinkedAsker) -> Response:
        """Show a notice as its recipient reads it, by the link in the mail or by a key that sees it."""
        async with database.session() as session:
            row = await session.get(NoticeRow, notice)
            is_visible = row is not None and (asker is None or asker.sees_all or asker.agency == row.agency)
            if row is None or not is_visible:
                return problem(404)
            plan = await latest_plan(session, row.plan)
            helper = await help_at(session, plan.lead_agency)
        frame = Frame(
            notice=str(row.id),
            recipient=row.recipient or "–",
            written_at=(row.ended_at or clock.now()).astimezone(TIMEZONE),
            is_rehearsal=clock.is_rehearsal,
            accepts_replies=accepts_replies,
            url=None,
            help=helper,
        )
        message = render(row.contents, frame=frame, language=Language(row.language))
        return HTMLResponse(message.html, headers=_POLICY)

    return router


def preview_url(public_url: str | None, notice: UUID, *, links: Links, now: datetime) -> str | None:
    """Return where a notice can be read in a browser for a year; None where the API is not public."""
    if public_url is None:
        return None
    token = links.token(_PURPOSE, str(notice), until=now + _VALID_FOR)
    return f"{public_url.rstrip('/')}/v1/previews/{notice}?token={token}"
