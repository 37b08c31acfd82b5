"""Answers a reader can keep, with a tag of what they say and 304 where nothing is new; and lists in pages.

Pages are asked for everywhere in the same words: `cursor` is what the page before gave as the next.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import Request, Response
from pydantic import AfterValidator, Field

from shared.events.vocabulary import Language
from shared.runtime.clock import TIMEZONE
from shared.runtime.http.negotiation import MEDIA_TYPES, Form
from shared.runtime.http.pydantic_faults import WHOLE, shaped

_TAG_LETTERS: Final = 32
_ENDINGS: Final[Mapping[Form, str]] = {Form.CSV: ".csv", Form.XLSX: ".xlsx", Form.TIDY: "-tidy.csv"}
_VARY: Final = "Authorization, Accept, Accept-Language"
CACHE_HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": _VARY}
"""Only who asked may keep it, and asks each time whether it still holds."""

MOST_ROWS: Final = 200
"""That one page holds."""

PageSize = Annotated[int, Field(ge=1, le=MOST_ROWS), WHOLE]


def cursor_like(pattern: str, *, told: str = "`next_cursor` of the page before.") -> tuple[Any, Any]:
    """Return what makes a text of this form a cursor: its pattern, and the words for one that lacks the form."""
    return (
        Field(pattern=pattern, description=told),
        shaped(pattern, vi="Cần next_cursor của trang trước.", en="The next_cursor of the page before is wanted."),
    )


_BY_NUMBER: Final = cursor_like(r"^[0-9]{1,18}$")
NumberCursor = Annotated[str | None, *_BY_NUMBER]
"""Where rows are numbered: the last number of the page before."""

LocalMoment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(TIMEZONE))]
"""A moment in a document, told with the offset of Vietnam."""


def kept(
    request: Request,
    content: bytes,
    *,
    form: Form = Form.JSON,
    language: Language,
    headers: Mapping[str, str] | None = None,
    name: str = "",
) -> Response:
    """Return the content with its tag, or 304 where the reader has it already; `name` is that of a file."""
    spoken = {"Content-Language": language.value}
    tag = _tag(content, form=form, language=language)
    common = {**CACHE_HEADERS, "ETag": tag, **(headers or {})}
    if _is_known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=common)
    if form is not Form.JSON:
        spoken["Content-Disposition"] = f'attachment; filename="{name}{_ENDINGS[form]}"'
    return Response(content, media_type=MEDIA_TYPES[form], headers={**common, **spoken})


def dumped(document: Any) -> bytes:
    """Return a document as JSON."""
    return orjson.dumps(document, default=str)  # decimals as their digits


def next_page(request: Request, *, cursor: str) -> dict[str, str]:
    """Return the header that leads to the next page, relative: under which name it is reached, a client knows best."""
    following = request.url.include_query_params(cursor=cursor)
    return {"Link": f'<{following.path}?{following.query}>; rel="next"'}


def _tag(content: bytes, *, form: Form, language: Language) -> str:
    # The same bytes in another language or form are another representation, which a strong tag tells apart.
    digest = hashlib.sha256(f"{form}/{language}/".encode() + content).hexdigest()
    return f'"{digest[:_TAG_LETTERS]}"'


def _is_known(tag: str, known: str) -> bool:
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return tag in tags or "*" in tags
