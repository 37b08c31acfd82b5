"""The catcher's mails for programs: JSON lists, one mail, its HTML on its own, and its attachments."""

from email.message import EmailMessage
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from shared.runtime.embedded import mail_parts
from shared.runtime.embedded.mail_index import MailIndex, MailSummary

Words = Annotated[str, Query(max_length=200)]
SAFE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_BODY_POLICY: Final = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_MOST: Final = 10_000


def opened(index: MailIndex, mail_id: str) -> tuple[MailSummary, EmailMessage]:
    """Return a mail with its summary.

    Raises:
        HTTPException: 404, there is no such mail.
    """
    found = index.open(mail_id)
    if found is None:
        raise HTTPException(404, f"there is no mail {mail_id!r} here; /mail lists those there are")
    return found


def mail_api(index: MailIndex) -> APIRouter:
    """Return the routes for programs."""
    router = APIRouter()

    @router.get("/mail/api")
    def list_mails(
        agency: Words = "", kind: Words = "", q: Words = "", limit: Annotated[int, Query(ge=0, le=_MOST)] = 100
    ) -> dict[str, Any]:
        found = index.find(agency=agency.strip(), kind=kind, words=q.strip())
        return {"found": len(found), "kinds": index.kinds(), "mails": [_as_json(mail) for mail in found[:limit]]}

    @router.get("/mail/api/{mail_id}")
    def one_mail(mail_id: str) -> dict[str, Any]:
        mail, message = opened(index, mail_id)
        return {
            **_as_json(mail),
            "text": mail_parts.body(message, "plain"),
            "html": mail_parts.body(message, "html"),
            "headers": mail_parts.all_headers(message),
        }

    @router.get("/mail/{mail_id}/html")
    def html_alone(mail_id: str) -> Response:
        _, message = opened(index, mail_id)
        headers = {**SAFE_HEADERS, "Content-Security-Policy": _BODY_POLICY}
        return HTMLResponse(mail_parts.html_with_pictures(message), headers=headers)

    @router.get("/mail/{mail_id}/attachments/{number}")
    def attachment(mail_id: str, number: int) -> Response:
        _, message = opened(index, mail_id)
        attached = mail_parts.attachments(message)
        if not 0 <= number < len(attached):
            raise HTTPException(404, f"the mail has {len(attached)} attachments, counted from 0")
        name, content = attached[number]
        headers = {**SAFE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/octet-stream", headers=headers)

    return router


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
