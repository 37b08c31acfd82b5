"""What one mail is made of: its bodies, headers, pictures and attachments, also where a stranger wrote it badly."""

import base64
import re
from email.message import EmailMessage, Message
from typing import Any, Final

from shared.runtime.embedded.mail_index import decoded, readable_text

_CID: Final = re.compile(r"cid:([^\"'\s)>]+)")


def body(message: EmailMessage, subtype: str) -> str:
    """Return the `plain` or `html` body, or an empty string where the mail has none."""
    part = message.get_body((subtype,))
    return "" if part is None else _text(part)


def has_html(message: EmailMessage) -> bool:
    """Return whether the mail has an HTML body."""
    return message.get_body(("html",)) is not None


def html_with_pictures(message: EmailMessage) -> str:
    """Return the HTML body with the mail's own pictures written into it, so that nothing else need be loaded."""
    return _CID.sub(lambda found: _picture(message, found[1]), body(message, "html"))


def all_headers(message: EmailMessage) -> list[tuple[str, str]]:
    """Return every header once, decoded, in the mail's order."""
    # As they came: where it parses an address, the mail's policy puts a space into a word that was folded.
    raw: dict[str, object] = {}
    for name, value in message.raw_items():
        raw.setdefault(readable_text(name), value)
    return [(name, decoded(str(raw[name]))) for name in raw]


def attachments(message: EmailMessage) -> list[tuple[str, bytes]]:
    """Return name and content of each attachment; names are made safe for a file system."""
    return [(_safe_name(part.get_filename()), _payload(part)) for part in message.iter_attachments()]


def _safe_name(name: str | None) -> str:
    return re.sub(r"[^\w.-]", "_", name or "unnamed", flags=re.ASCII)


def _payload(part: "Message[Any, Any]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: "Message[Any, Any]") -> str:
    try:
        return _payload(part).decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is no word
        return _payload(part).decode("utf-8", errors="replace")


def _picture(message: EmailMessage, content_id: str) -> str:
    for part in message.walk():
        if str(part.get("Content-ID", "")).strip("<> ") == content_id and part.get_content_maintype() == "image":
            return f"data:{part.get_content_type()};base64,{base64.b64encode(_payload(part)).decode()}"
    return "data:,"
