"""The page at /mail: what the catcher holds, as a list and one mail at a time."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.runtime.clock import Clock
from shared.runtime.embedded import mail_parts
from shared.runtime.embedded.mail_api import SAFE_HEADERS, Words, mail_api, opened
from shared.runtime.embedded.mail_index import MailIndex

_PAGE_LENGTH: Final = 100
_TEMPLATES: Final = Path(__file__).with_name("templates")
_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'"
)


def mail_router(directory: Path, *, clock: Clock) -> APIRouter:
    """Return the routes that show the mails of a Maildir, to people and to programs."""
    index = MailIndex(directory)
    router = APIRouter(include_in_schema=False)
    router.include_router(mail_api(index))
    router.include_router(_pages(index, clock=clock))
    return router


def _pages(index: MailIndex, *, clock: Clock) -> APIRouter:
    router = APIRouter()
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def page(name: str, **values: Any) -> HTMLResponse:
        rehearsed_at = clock.now() if clock.is_rehearsal else None
        text = templates.get_template(name).render(rehearsed_at=rehearsed_at, **values)
        return HTMLResponse(text, headers={**SAFE_HEADERS, "Content-Security-Policy": _PAGE_POLICY})

    @router.get("/mail")
    def list_mails(
        agency: Words = "",
        kind: Words = "",
        q: Words = "",
        number: Annotated[int, Query(ge=1, le=1_000_000, alias="page")] = 1,
    ) -> Response:
        found = index.find(agency=agency.strip(), kind=kind, words=q.strip())
        asked = {"agency": agency, "kind": kind, "q": q}
        number = min(number, max(math.ceil(len(found) / _PAGE_LENGTH), 1))
        begins = (number - 1) * _PAGE_LENGTH
        return page(
            "mail_list.html",
            mails=found[begins : begins + _PAGE_LENGTH],
            found=len(found),
            begins=begins,
            kinds=index.kinds(),
            agencies=index.agencies(),
            asked=asked,
            newer=_link(asked, number - 1) if number > 1 else None,
            older=_link(asked, number + 1) if begins + _PAGE_LENGTH < len(found) else None,
        )

    @router.get("/mail/page.js")
    def script() -> Response:
        text = (_TEMPLATES / "mail.js").read_text()
        return Response(text, media_type="text/javascript", headers=SAFE_HEADERS)

    @router.get("/mail/{mail_id}")
    def show_mail(mail_id: str) -> Response:
        mail, message = opened(index, mail_id)
        return page(
            "mail_one.html",
            mail=mail,
            text=mail_parts.body(message, "plain"),
            has_html=mail_parts.has_html(message),
            headers=mail_parts.all_headers(message),
            attachments=[name for name, _ in mail_parts.attachments(message)],
        )

    return router


def _link(asked: Mapping[str, str], number: int) -> str:
    return "?" + urlencode({**{name: value for name, value in asked.items() if value}, "page": number})
