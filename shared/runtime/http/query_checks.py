"""Names everything that is wrong with a query at once: what is not of the right form, and what is not there.

FastAPI refuses a query that is not of its form before its route is called. Here the rest of such a query is looked at
too, so that who asks need not ask again to hear of the next fault.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi import Depends, Request
from pydantic import ValidationError

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import Asker
from shared.runtime.http.negotiation import Asked
from shared.runtime.http.problems import faults_of, wrong
from shared.wording.faults import Fault

QueryT = TypeVar("QueryT", bound=Asked)
Look = Callable[[Holder, QueryT], Awaitable[Sequence[Fault]]]
"""Returns what a query names that is not there, or that this key does not see."""


def looked_at(query: type[QueryT], look: Look[QueryT]) -> Any:
    """Return a dependency of a route that takes such a query, none of whose values is a list."""

    async def look_at(request: Request, asker: Asker) -> None:
        said = dict(request.query_params)
        errors = _errors(query, said)
        faulty = {each["loc"][0] for each in errors}
        rest = {name: value for name, value in said.items() if name not in faulty}
        # Without what has to be said, such as the plan, nothing else can be looked up.
        if errors and not _errors(query, rest):
            form = faults_of({**each, "loc": ("query", *each["loc"])} for each in errors)
            raise wrong(*form, *await look(asker, query.model_validate(rest)))

    return Depends(look_at)


def _errors(query: type[QueryT], said: dict[str, str]) -> list[Any]:
    try:
        query.model_validate(said)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []
