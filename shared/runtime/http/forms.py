"""Reads a JSON body or a query into its model, or refuses it with everything that is wrong with it at once."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import Asker
from shared.runtime.http.bodies import read_json
from shared.runtime.http.json_bodies import parse
from shared.runtime.http.problems import Refused, faults_of, problem, wrong
from shared.wording.faults import Fault

FormT = TypeVar("FormT", bound=BaseModel)
QueryT = TypeVar("QueryT", bound=BaseModel)
Look = Callable[[Holder, QueryT], Awaitable[Sequence[Fault]]]
"""Returns what a query names that is not there, or that this key does not see."""


class FaultyForm(Refused):
    """A body has faults of form; `document` is what it says, so that the rest of it can be looked at too."""

    def __init__(self, faults: Sequence[Fault], document: Any) -> None:
        super().__init__(problem(422, faults=faults))
        self.faults = faults
        self.document = document


async def read_form(request: Request, form: type[FormT]) -> FormT:
    """Return what the body says.

    Raises:
        FaultyForm: it has faults of form, every one of which is named.
        Refused: it is no JSON, names fields twice or has numbers that are none, is too large or too slow.
    """
    holder: Holder = request.state.asker  # the route is guarded
    return await read_json(request, holder=holder, parse=partial(_form, form=form))


def _form(body: bytes, *, form: type[FormT]) -> FormT:
    document, odd = parse(body)
    if odd:
        raise wrong(*odd.values())
    try:
        return form.model_validate(document)
    except ValidationError as error:
        raise FaultyForm(faults_of(_errors(error, "body")), document) from None


def looked_at(query: type[QueryT], look: Look[QueryT]) -> Any:
    """Return a dependency of a route that takes such a query, none of whose values is a list.

    FastAPI refuses a query that is not of its form before its route is called. Here the rest of such a query is looked
    at too, so that who asks need not ask again to hear of the next fault.
    """

    async def look_at(request: Request, asker: Asker) -> None:
        said = dict(request.query_params)
        try:
            query.model_validate(said)
        except ValidationError as error:
            errors = list(_errors(error, "query"))
        else:
            return
        faulty = {each["loc"][1] for each in errors}
        try:
            rest = query.model_validate({name: value for name, value in said.items() if name not in faulty})
        except ValidationError:
            return  # without what has to be said, such as the plan, nothing else can be looked up
        raise wrong(*faults_of(errors), *await look(asker, rest))

    return Depends(look_at)


def _errors(error: ValidationError, where: str) -> Iterator[dict[str, Any]]:
    for each in error.errors(include_url=False, include_input=False):
        yield {**each, "loc": (where, *each["loc"])}
