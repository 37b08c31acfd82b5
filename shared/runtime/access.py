"""Who may ask: routes that need a key, in every service the same way.

A service makes one `Guard` in its wiring and its routers by `guarded_router`; each route then needs a valid key before
anything else is looked at, and takes `asker: Asker` where it must know whose it is:

    router = guarded_router(guard, tags=["roll-ups"])

    @router.get("/v1/rollups")
    async def rollups(asker: Asker) -> list[RollUpOut]:
        asker.sees_all  # a key of the DIC, of scope read or admin; else show asker.agency and its communes only
        require(asker, Scope.ADMIN)  # or answer 403
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Security
from fastapi.security import HTTPBearer

from shared.events.vocabulary import Scope
from shared.runtime.key_ring import Holder, KeyRing
from shared.runtime.problems import MEDIA_TYPE, Fault, Refused, problem

_SCHEME: Final = HTTPBearer(
    scheme_name="key", description="`Authorization: Bearer key_live_…`, issued by ingest", auto_error=False
)
_KEY_NEEDED: Final = Fault(
    "Authorization",
    "key-needed",
    "Thiếu khóa hoặc khóa không còn dùng được; hãy gửi Authorization: Bearer key_live_….",
    "There is no key, or none that is valid; send Authorization: Bearer key_live_….",
)
_TEXT: Final[dict[str, Any]] = {"type": "string"}
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "title_vi", "status", "code"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "title_vi": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "detail": _TEXT,
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "vi", "en"],
                "properties": {"pointer": _TEXT, "code": _TEXT, "vi": _TEXT, "en": _TEXT},
            },
        },
    },
}
"""The JSON Schema of a problem document, as `/openapi.json` shows it."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's `responses` for routes that may answer with these problems."""
    said = {401: "No key, or none that is valid", 403: "Not for this key", 404: "Not found", 406: "Not in this type"}
    said |= {400: "Unreadable", 409: "In conflict with what is there", 422: "Every fault named", 503: "Try again"}
    said |= {408: "Came too slowly", 413: "Too large", 415: "Not JSON"}
    return {
        status: {"description": said[status], "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
        for status in statuses
    }


class Guard:
    """Lets nobody in without a valid key."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def __call__(self, request: Request, _: Annotated[object, Security(_SCHEME)]) -> None:
        """Note whose key it is, for `Asker`.

        Raises:
            Refused: there is no key, or it is unknown, mistyped, expired or revoked; it is not said which.
        """
        request.state.asker = await self.holder(request)

    async def holder(self, request: Request) -> Holder:
        """Return whose key a request carries.

        Raises:
            Refused: as above.
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        holder = await self._keys.holder(key.strip()) if scheme.lower() == "bearer" else None
        if holder is None:
            asked = {"WWW-Authenticate": "Bearer"}
            raise Refused(problem(401, faults=[_KEY_NEEDED], headers=asked))
        return holder


def guarded_router(guard: Guard, **options: Any) -> APIRouter:
    """Return a router each of whose routes needs a valid key."""
    return APIRouter(dependencies=[Depends(guard)], responses=problems(401, 422, 503), **options)


def require(holder: Holder, scope: Scope) -> None:
    """Let only a key of this scope go on.

    Raises:
        Refused: 403, naming the scope that is needed.
    """
    if not holder.may(scope):
        fault = Fault(
            "",
            "scope-needed",
            f"Khóa này không có quyền “{scope}”.",
            f"This key lacks the scope “{scope}”; ask for one that has it.",
        )
        raise Refused(problem(403, faults=[fault]))


def _asker(request: Request) -> Holder:
    holder: Holder = request.state.asker  # a route that is not guarded fails here, and is never open by mistake
    return holder


Asker = Annotated[Holder, Depends(_asker)]
"""Whose key a guarded route was asked with."""
