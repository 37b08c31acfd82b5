"""Answers that say no: RFC 9457 problem documents with a code and every fault, in Vietnamese and English.

A route raises `Refused(problem(404, faults=[Fault(...)]))`, or `wrong(Fault(...))` for a 422; what FastAPI itself
refuses (a query that does not fit, an unknown path, a method that is not there) and a database that is away are made
such answers by `answer_with_problems`, which every application calls.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args, get_origin

import orjson
from fastapi import Depends, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.runtime.database import TRANSIENT
from shared.runtime.http.pydantic_faults import words_of
from shared.wording.faults import Fault

MEDIA_TYPE: Final = "application/problem+json"
MOST_FAULTS: Final = 100
"""That one answer names."""


class Kind(NamedTuple):
    """A kind of problem: its code and its titles."""

    code: str
    vi: str
    en: str


class Refused(Exception):
    """A request is answered with this problem instead."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


KINDS: Final[Mapping[int, Kind]] = {
    400: Kind("unreadable-request", "Yêu cầu không đọc được", "The request cannot be read"),
    401: Kind("not-authenticated", "Thiếu khóa hoặc khóa không hợp lệ", "The API key is missing or not valid"),
    403: Kind("not-allowed", "Khóa này không được phép", "This key may not do that"),
    404: Kind("not-found", "Không tìm thấy", "Not found"),
    405: Kind("method-not-allowed", "Không có thao tác này ở đây", "There is no such method here"),
    406: Kind("not-acceptable", "Không có dạng trả lời này", "There is no answer of this type"),
    408: Kind("too-slow", "Gửi quá chậm", "The request came too slowly"),
    409: Kind("conflict", "Xung đột với trạng thái hiện tại", "In conflict with what is there"),
    413: Kind("too-large", "Nội dung quá lớn", "The body is too large"),
    414: Kind("url-too-long", "Địa chỉ quá dài", "The URL is too long"),
    415: Kind(
        "unsupported-media-type", "Cần Content-Type: application/json", "Content-Type: application/json is needed"
    ),
    422: Kind("invalid-request", "Yêu cầu có lỗi", "The request has faults"),
    429: Kind("too-many-requests", "Gửi quá nhiều cùng lúc", "Too much at once"),
    431: Kind("headers-too-large", "Các tiêu đề quá lớn", "The headers are too large"),
    500: Kind("our-fault", "Lỗi của hệ thống", "A fault of ours"),
    503: Kind("unavailable", "Tạm thời không phục vụ được, hãy thử lại", "Cannot be served right now, try again"),
}
"""By HTTP status, where a problem is of no other kind."""

_UNKNOWN_PATH: Final = Fault(
    "", "unknown-path", "Không có địa chỉ này; xem /docs.", "There is no such path; see /docs."
)
_UNKNOWN_NAME: Final = words_of({"type": "extra_forbidden"})
_AWAY_HEADERS: Final = {"Retry-After": "2"}


def problem(
    status: int,
    *,
    kind: Kind | None = None,
    faults: Sequence[Fault] = (),
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document of this HTTP status that names every fault, or the first hundred and how many more."""
    kind = kind or KINDS[status]
    named = fault_documents(faults)
    document = {
        "type": f"urn:tiendo:problem:{kind.code}",
        "title": kind.en,
        "title_vi": kind.vi,
        "status": status,
        "code": kind.code,
        **({"detail": detail} if detail else {}),
        **({"faults": named} if named else {}),
    }
    return Response(orjson.dumps(document), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def fault_documents(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return faults as every answer names them: the first hundred, and how many more."""
    told = [*faults[:MOST_FAULTS], _more(len(faults) - MOST_FAULTS)] if len(faults) > MOST_FAULTS else faults
    return [{"pointer": each.pointer, "code": each.code, "vi": each.vi, "en": each.en} for each in told]


def _more(count: int) -> Fault:
    return Fault("", "more-faults", f"… và {count} lỗi khác.", f"… and {count} more.")


def wrong(*faults: Fault) -> Refused:
    """Return what to raise for a request of the right form that means nothing here: 422 with these faults."""
    return Refused(problem(422, faults=faults))


def away() -> Response:
    """Return the problem document for a part that is away and will be back."""
    return problem(503, headers=_AWAY_HEADERS)


def faults_of(errors: Iterable[Any]) -> list[Fault]:
    """Return the faults that pydantic's errors about a request come to, without what the client sent."""
    return [Fault(_pointer(error["loc"]), *words_of(error)) for error in errors]


def answer_with_problems(app: FastAPI) -> None:
    """Let the application answer with a problem wherever it says no, also to names in a query unknown or given twice.

    Called before its routers are included.
    """
    app.router.dependencies.append(Depends(_known_and_once))

    async def refused(_: Request, error: Any) -> Response:
        answer: Response = error.answer
        return answer

    async def invalid(_: Request, error: Any) -> Response:
        errors = error.errors()
        status = 400 if any(each["type"] == "json_invalid" for each in errors) else 422
        return problem(status, faults=faults_of(errors))

    async def by_status(request: Request, error: Any) -> Response:
        if error.status_code not in KINDS:
            return Response(status_code=error.status_code, headers=error.headers)
        faults = [_UNKNOWN_PATH] if (error.status_code, error.detail) == (404, "Not Found") else []
        detail = None if faults or error.status_code in {405, 500} else str(error.detail)
        headers = {"Allow": _allowed(request, error)} if error.status_code == 405 else error.headers  # noqa: PLR2004
        return problem(error.status_code, faults=faults, detail=detail, headers=headers)

    async def is_away(_: Request, __: Any) -> Response:
        return away()

    async def ours(_: Request, __: Any) -> Response:
        return problem(500)

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, by_status)
    for passing in TRANSIENT:
        app.add_exception_handler(passing, is_away)
    app.add_exception_handler(Exception, ours)


def _allowed(request: Request, error: Any) -> str:
    """Return every method of a path, of which Starlette names those of one route only."""
    path = getattr(request.scope.get("route"), "path_format", "")
    methods = request.app.openapi()["paths"].get(path, {})
    return ", ".join(sorted(map(str.upper, methods))) or str((error.headers or {}).get("Allow", ""))


async def _known_and_once(request: Request) -> None:
    """Refuse names that the route does not know, and values given twice, of which FastAPI would take the last."""
    route = request.scope["route"]
    if not request.scope["query_string"] or not route.include_in_schema:
        return
    annotations: dict[str, Any] = {}
    refuses_unknown = False
    for each in _query_fields(route.dependant):
        model = each.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            annotations |= {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            refuses_unknown = True
        else:
            annotations[each.alias] = model
    given = Counter(name for name, _ in request.query_params.multi_items())
    strange = [_no_such_parameter(name) for name in given if name not in annotations and not refuses_unknown]
    twice = [name for name, count in given.items() if count > 1 and not _takes_many(annotations.get(name, list[str]))]
    if faults := [*strange, *(_given_twice(printable(name)) for name in twice)]:
        raise wrong(*faults)


def _query_fields(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for each in dependant.dependencies:
        yield from _query_fields(each)


def _takes_many(annotation: Any) -> bool:
    return any(get_origin(each) in {list, tuple} for each in (annotation, *get_args(annotation)))


def refuse_query(request: Request) -> None:
    """Let a request go on that says nothing in its query, where its route reads none.

    Raises:
        Refused: 422, naming each parameter.
    """
    if names := dict.fromkeys(request.query_params):
        raise wrong(*map(_no_such_parameter, names))


def _no_such_parameter(name: str) -> Fault:
    return Fault(f"?{printable(name)}", *_UNKNOWN_NAME)


def _given_twice(name: str) -> Fault:
    return Fault(
        f"?{name}",
        "given-twice",
        f"{name} chỉ nhận một giá trị nhưng được nêu nhiều lần.",
        f"{name} takes one value and is given more than once.",
    )


def _pointer(location: Sequence[Any]) -> str:
    where, *steps = location
    if where == "body":
        return pointer_of(steps)
    form = {"query": "?{}", "path": "{{{}}}", "header": "{}"}[where]
    return form.format(printable(steps[0])) if steps else ""


def pointer_of(place: Iterable[object]) -> str:
    """Return the JSON pointer to a place, given the steps that lead there, without what cannot be printed."""
    return "".join(f"/{printable(step).replace('~', '~0').replace('/', '~1')}" for step in place)


def printable(name: object) -> str:
    """Return a name as an answer repeats it: not too long, and without halves of characters."""
    return str(name)[:100].encode("utf-8", "backslashreplace").decode()
