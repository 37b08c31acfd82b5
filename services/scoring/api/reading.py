"""Reads a JSON body into a form, or refuses it with everything that is wrong with its form."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from shared.runtime.bodies import read_body
from shared.runtime.problems import Fault, Refused, faults_of, problem, wrong

FormT = TypeVar("FormT", bound=BaseModel)


class FaultyForm(Refused):
    """A body has faults of form; `document` is what it says, so that the rest of it can be looked at too."""

    def __init__(self, faults: Sequence[Fault], document: Any) -> None:
        super().__init__(problem(422, faults=faults))
        self.faults = faults
        self.document = document


class _RepeatedField(ValueError):
    """An object names a field twice."""


async def read_form(request: Request, form: type[FormT]) -> FormT:
    """Return what the body says.

    Raises:
        FaultyForm: it has faults of form, every one of which is named.
        Refused: it is no JSON, too large or too slow.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(problem(415))
    document = _parsed(await read_body(request))
    try:
        return form.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise FaultyForm(faults_of({**each, "loc": ("body", *each["loc"])} for each in found), document) from None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode(),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise _unreadable("not-utf-8", "không phải UTF-8", "it is not UTF-8") from None
    except InvalidOperation:
        raise _unreadable("number-out-of-bounds", "có số quá lớn", "a number is out of all bounds") from None
    except RecursionError:
        raise _unreadable("too-deep", "lồng quá sâu", "it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        raise _unreadable("not-json", f"không phải JSON ({where})", f"it is not JSON ({where})") from None
    except _RepeatedField:
        fault = Fault("", "repeated-field", "Có trường được nêu hai lần.", "A field is named twice.")
        raise wrong(fault) from None


def _unreadable(code: str, vi: str, en: str) -> Refused:
    fault = Fault("", code, f"Không đọc được nội dung: {vi}.", f"The body cannot be read: {en}.")
    return Refused(problem(400, faults=[fault]))


def _no_constant(name: str) -> Any:
    raise _unreadable("not-a-number", f"{name} không phải số", f"{name} is no number")


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    fields = list(pairs)
    document = dict(fields)
    if len(document) != len(fields):
        raise _RepeatedField
    return document
