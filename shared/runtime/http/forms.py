"""Reads a JSON body into a form, or refuses it with everything that is wrong with its form."""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.bodies import read_json
from shared.runtime.http.json_bodies import parse
from shared.runtime.http.problems import Refused, faults_of, problem, wrong
from shared.wording.faults import Fault

FormT = TypeVar("FormT", bound=BaseModel)


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
        found = error.errors(include_url=False, include_input=False)
        raise FaultyForm(faults_of({**each, "loc": ("body", *each["loc"])} for each in found), document) from None
