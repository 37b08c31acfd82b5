"""In which language and in which form a reader is answered: by the query, else by what the request says it takes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from shared.events.vocabulary import Language
from shared.runtime.http.problems import Refused, problem
from shared.wording.faults import Fault


class Form(StrEnum):
    """In which form a resource is given."""

    JSON = "json"
    CSV = "csv"  # a table for people
    XLSX = "xlsx"  # the same, as a workbook
    TIDY = "tidy"  # as CSV, a row a figure, with its unit and its basis


MEDIA_TYPES: Final[Mapping[Form, str]] = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.TIDY: "text/csv; charset=utf-8",
}
_OFFERED: Final[Mapping[str, Form]] = {
    "application/json": Form.JSON,
    "text/csv": Form.CSV,
    MEDIA_TYPES[Form.XLSX]: Form.XLSX,
}
_NOT_ACCEPTABLE: Final = Fault(
    "Accept",
    "not-acceptable",
    f"Chỉ có các dạng {', '.join(_OFFERED)}; hoặc dùng ?format=json, csv, xlsx hay tidy.",
    f"There are {', '.join(_OFFERED)}; or ask for ?format=json, csv, xlsx or tidy.",
)


class Asked(BaseModel):
    """What every query may say; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[
        Language | None, Field(description="Words, names and titles: vi (the default) or en; else by Accept-Language")
    ] = None


class AskedInForm(Asked):
    """What a query of a resource that can be exported may say."""

    form: Annotated[
        Form | None,
        Field(alias="format", description="json (the default), csv, xlsx, or tidy: a row a figure; else by Accept"),
    ] = None


def language_of(request: Request, asked: Asked) -> Language:
    """Return the language to answer in; Vietnamese where nobody says otherwise, or says another."""
    if asked.language is not None:
        return asked.language
    for tag in _by_preference(request.headers.get("accept-language", "")):
        spoken = tag.partition("-")[0]
        if spoken in set(Language):
            return Language(spoken)
    return Language.VI


def form_of(request: Request, asked: AskedInForm) -> Form:
    """Return the form to answer in.

    Raises:
        Refused: 406, the request takes none of them.
    """
    return asked.form or _accepted(request, _OFFERED)


def only_json(request: Request) -> None:
    """Let go on only who takes JSON.

    Raises:
        Refused: 406, the request does not.
    """
    _accepted(request, {MEDIA_TYPES[Form.JSON]: Form.JSON})


def _accepted(request: Request, offered: Mapping[str, Form]) -> Form:
    """Return the form that the request likes best of those offered, by media type."""
    accepted = _by_preference(request.headers.get("accept", "")) or ["*/*"]
    for media_type in accepted:
        for each, form in offered.items():
            if media_type in {each, "*/*", f"{each.partition('/')[0]}/*"}:
                return form
    raise Refused(problem(406, faults=[_NOT_ACCEPTABLE]))


def _by_preference(header: str) -> list[str]:
    """Return what an Accept header names, what it likes best first; what it refuses is left out."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weights[name] = min(float(weight), 1.0)
        except ValueError:
            weights[name] = 1.0
    return [name for name in sorted(weights, key=weights.__getitem__, reverse=True) if name and weights[name] > 0]
