"""What the mail catcher holds, at /mail: a list and one mail at a time, as pages for people and JSON for programs."""

import math
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.runtime.clock import Clock
from shared.runtime.embedded.mail_index import (
    MailIndex,
    MailSummary,
    attachments,
    body,
    headers_of,
    html_with_pictures,
)

_PAGE_LENGTH: Final = 100
_MOST_LISTED: Final = 10_000
_TEMPLATES: Final = Path(__file__).with_name("templates")
_SAFE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'"
)
_BODY_POLICY: Final = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"

Words = Annotated[str, Query(max_length=200)]


def mail_router(directory: Path, *, clock: Clock) -> APIRouter:
    """Return the routes that show the mails of a Maildir, to people and to programs."""
    index = MailIndex(directory)
    router = APIRouter(include_in_schema=False)
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
        return HTMLResponse(text, headers={**_SAFE_HEADERS, "Content-Security-Policy": _PAGE_POLICY})

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
        return Response(text, media_type="text/javascript", headers=_SAFE_HEADERS)

    @router.get("/mail/api")
    def mails_as_json(
        agency: Words = "",
        kind: Words = "",
        q: Words = "",
        limit: Annotated[int, Query(ge=0, le=_MOST_LISTED)] = 100,
    ) -> dict[str, Any]:
        found = index.find(agency=agency.strip(), kind=kind, words=q.strip())
        return {"found": len(found), "kinds": index.kinds(), "mails": [_as_json(mail) for mail in found[:limit]]}

    @router.get("/mail/api/{mail_id}")
    def mail_as_json(mail_id: str) -> dict[str, Any]:
        mail, message = _opened(index, mail_id)
        bodies = {"text": body(message, "plain"), "html": body(message, "html")}
        return {**_as_json(mail), **bodies, "headers": list(headers_of(message).items())}

    @router.get("/mail/{mail_id}")
    def show_mail(mail_id: str) -> Response:
        mail, message = _opened(index, mail_id)
        return page(
            "mail_one.html",
            mail=mail,
            text=body(message, "plain"),
            has_html=message.get_body(("html",)) is not None,
            headers=headers_of(message).items(),
            attachments=[name for name, _ in attachments(message)],
        )

    @router.get("/mail/{mail_id}/html")
    def html_alone(mail_id: str) -> Response:
        _, message = _opened(index, mail_id)
        headers = {**_SAFE_HEADERS, "Content-Security-Policy": _BODY_POLICY}
        return HTMLResponse(html_with_pictures(message), headers=headers)

    @router.get("/mail/{mail_id}/attachments/{number}")
    def attachment(mail_id: str, number: int) -> Response:
        _, message = _opened(index, mail_id)
        attached = attachments(message)
        if not 0 <= number < len(attached):
            raise HTTPException(404, f"the mail has {len(attached)} attachments, counted from 0")
        name, content = attached[number]
        headers = {**_SAFE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/octet-stream", headers=headers)

    return router


def _opened(index: MailIndex, mail_id: str) -> tuple[MailSummary, EmailMessage]:
    """Return a mail with its summary.

    Raises:
        HTTPException: 404, there is no such mail.
    """
    found = index.open(mail_id)
    if found is None:
        raise HTTPException(404, f"there is no mail {mail_id!r} here; /mail lists those there are")
    return found


def _link(asked: dict[str, str], number: int) -> str:
    return "?" + urlencode({**{name: value for name, value in asked.items() if value}, "page": number})


def _as_json(mail: MailSummary) -> dict[str, Any]:
    return {
        "id": mail.id,
        "message_id": mail.message_id,
        "kind": mail.kind,
        "agency": mail.agency,
        "to": mail.recipient,
        "from": mail.sender,
        "subject": mail.subject,
        "dated_at": mail.dated_at.isoformat() if mail.dated_at else None,
        "notes": mail.notes,
    }
