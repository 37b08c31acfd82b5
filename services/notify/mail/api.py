"""How a notice reads, over HTTP: by the signed link in the mail, or by a key."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from services.notify.mail.preview_links import PREVIEW
from services.notify.mail.rendering import Sheet, render
from services.notify.notices.store import contents_from_json, help_of
from services.notify.policy.model import NoticeKind
from shared.events.vocabulary import Language
from shared.runtime.auth.links import Links
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.http.access import ByLinkOrKey, Guard, LinkedAsker, problems
from shared.runtime.http.problems import problem

_ONE: Final = "select * from notice where id = $1 and ($2::text is null or agency = $2)"
# What agencies wrote is shown here: nothing in it may run, load or frame anything.
_POLICY: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def previews_router(*, database: Database, clock: Clock, guard: Guard, links: Links, takes_answers: bool) -> APIRouter:
    """Return the route `/v1/previews/{notice}`."""
    router = APIRouter(tags=["notices"])  # not guarded: its access takes a link instead of a key

    @router.get(
        "/v1/previews/{notice}",
        response_class=HTMLResponse,
        dependencies=[Depends(ByLinkOrKey(guard, links, purpose=PREVIEW, clock=clock))],
        responses=problems(401, 404, 422, 503),
    )
    async def preview(notice: UUID, asker: LinkedAsker) -> Response:
        """Show a notice as its recipient reads it, by the link in the mail or by a key that sees it."""
        async with database.transaction() as connection:
            row = await connection.fetchrow(_ONE, notice, None if asker is None or asker.sees_all else asker.agency)
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
        contents = contents_from_json(kind, row["contents"])
        message = render(kind=kind, contents=contents, sheet=sheet, language=Language(row["language"]))
        return HTMLResponse(message.html, headers=_POLICY)

    return router
