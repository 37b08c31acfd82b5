"""Who may ask: routes that need a key, in every service the same way.

A service makes one `Guard` in its wiring and its routers by `guarded_router`; each route then needs a valid key before
anything else is looked at, names the scopes that open it, and takes `asker: Asker` where it must know whose it is:

    router = guarded_router(guard, tags=["roll-ups"])

    @router.get("/v1/rollups", dependencies=[ANY_KEY])
    async def rollups(asker: Asker) -> list[RollUpOut]:
        asker.sees_all  # a key of the DIC, of scope read or admin; else show asker.agency and its communes only

    @router.post("/v1/adjustments", dependencies=[needs(Scope.ADMIN)])  # or answer 403

A route of a service that names no scope keeps its application from starting.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from shared.events.vocabulary import Scope
from shared.runtime.auth.key_ring import Holder, KeyRing
from shared.runtime.auth.links import Links
from shared.runtime.clock import Clock
from shared.runtime.http.problems import KINDS, MEDIA_TYPE, Refused, problem
from shared.wording.faults import Fault

_SCHEME: Final = HTTPBearer(
    scheme_name="key", description="`Authorization: Bearer key_live_…`, issued by ingest", auto_error=False
)
_KEY_NEEDED: Final = Fault(
    "Authorization",
    "key-needed",
    "Thiếu khóa hoặc khóa không còn dùng được; hãy gửi Authorization: Bearer key_live_….",
    "There is no key, or none that is valid; send Authorization: Bearer key_live_….",
)
_LINK_EXPIRED: Final = Fault(
    "?token",
    "link-expired",
    "Liên kết này không đúng hoặc đã hết hạn; hãy xem lại thư, hoặc dùng khóa.",
    "This link is wrong or has expired; look at the mail itself, or use a key.",
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
    content = {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}
    return {status: {"description": KINDS[status].en, "content": content} for status in statuses}


class Guard:
    """Lets nobody in without a valid key."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def __call__(self, request: Request, _: Annotated[object, Security(_SCHEME)]) -> None:
        """Note whose key it is, for `Asker`.

        Raises:
            Refused: there is no key, or it is unknown, mistyped, expired or revoked; it is not said which.
        """
        await self.holder(request)

    async def holder(self, request: Request) -> Holder:
        """Return whose key a request carries, and note it.

        Raises:
            Refused: as above.
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        holder = await self._keys.holder(key.strip()) if scheme.lower() == "bearer" else None
        if holder is None:
            asked = {"WWW-Authenticate": "Bearer"}
            raise Refused(problem(401, faults=[_KEY_NEEDED], headers=asked))
        request.state.asker = holder
        return holder


def guarded_router(guard: Guard, **options: Any) -> APIRouter:
    """Return a router each of whose routes needs a valid key."""
    return APIRouter(dependencies=[Depends(guard)], responses=problems(401, 422, 503), **options)


class ByKey:
    """A dependency that lets a key go on that has one of these scopes; each route of a service has one.

    The router's guard has found out whose key it is. Dependencies are asynchronous: FastAPI gives each that is not a
    thread of its own.
    """

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = frozenset(scopes)

    async def __call__(self, request: Request) -> None:
        """Look at the scopes of the key.

        Raises:
            Refused: 403, naming the scopes of which one is needed.
        """
        require(await _asker(request), *self.scopes)


class ByLinkOrKey(ByKey):
    """Lets a signed link go on, or any valid key; the route looks after what that key may see.

    The link carries its token as `?token=` and was signed for the path's only parameter.
    """

    def __init__(self, guard: Guard, links: Links, *, purpose: str, clock: Clock) -> None:
        super().__init__(*Scope)
        self._guard = guard
        self._links = links
        self._purpose = purpose
        self._clock = clock

    async def __call__(  # type: ignore[override]  # FastAPI reads it, and calls it by these names
        self, request: Request, _: Annotated[object, Security(_SCHEME)], token: str | None = None
    ) -> None:
        """Note whose key it is, None for a link.

        Raises:
            Refused: 401, the link is none of ours or has expired, or without one there is no valid key.
        """
        if token is None:
            await self._guard.holder(request)
            return
        (subject,) = request.path_params.values()
        if not self._links.is_valid(token, self._purpose, str(subject), now=self._clock.now()):
            raise Refused(problem(401, faults=[_LINK_EXPIRED]))
        request.state.asker = None


def needs(*scopes: Scope) -> Any:
    """Return the dependency of a route that a key with one of these scopes opens."""
    return Depends(ByKey(*scopes))


ANY_KEY: Final = needs(*Scope)
"""The dependency of a route that every valid key opens; what it shows depends on whose the key is."""


def access_of(route: APIRoute) -> ByKey | None:
    """Return who may ask a route, None where it does not say."""
    dependencies: list[Any] = [each.dependency for each in route.dependencies]
    found = [each for each in dependencies if isinstance(each, ByKey)]
    return found[0] if len(found) == 1 else None


def refuse_open_routes(routers: Iterable[APIRouter]) -> None:
    """Look whether every route of these routers says who may ask.

    Raises:
        RuntimeError: one does not.
    """
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute) or access_of(route) is None:
                raise RuntimeError(f"{route} does not say who may ask; give it needs(...) or ANY_KEY")


def require(holder: Holder, *scopes: Scope) -> None:
    """Let only a key with one of these scopes go on.

    Raises:
        Refused: 403, naming the scopes of which one is needed.
    """
    if not any(map(holder.may, scopes)):
        named = sorted(scopes)
        vi, en = " hoặc ".join(f"“{each}”" for each in named), " or ".join(f"“{each}”" for each in named)
        fault = Fault(
            "",
            "scope-needed",
            f"Khóa này không có quyền {vi}.",
            f"This key lacks the scope {en}; ask for one that has it.",
        )
        raise Refused(problem(403, faults=[fault]))


async def _asker(request: Request) -> Any:
    return request.state.asker  # a route that is not guarded fails here, and is never open by mistake


Asker = Annotated[Holder, Depends(_asker)]
"""Whose key a guarded route was asked with."""

LinkedAsker = Annotated[Holder | None, Depends(_asker)]
"""Whose key a route was asked with that takes a link as well; None for a link."""
