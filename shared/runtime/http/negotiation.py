"""In which language and in which form a reader is answered: by the query, else by what the request says it takes."""

from collections.abc import Iterable, Iterator, Mapping
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
_ACCEPTED: Final[Mapping[str, Form]] = {
    "application/json": Form.JSON,
    "text/csv": Form.CSV,
    MEDIA_TYPES[Form.XLSX]: Form.XLSX,
}
_NOT_ACCEPTABLE: Final = Fault(
    "Accept",
    "not-acceptable",
    f"Chỉ có các dạng {', '.join(_ACCEPTED)}; hoặc dùng ?format=json, csv, xlsx hay tidy.",
    f"There are {', '.join(_ACCEPTED)}; or ask for ?format=json, csv, xlsx or tidy.",
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
    if asked.form is not None:
        return asked.form
    accepted = list(_by_preference(request.headers.get("accept", "*/*")))
    for media_type in accepted:
        for offered, form in _ACCEPTED.items():
            if media_type in {offered, "*/*", f"{offered.partition('/')[0]}/*"}:
                return form
    if accepted:
        raise Refused(problem(406, faults=[_NOT_ACCEPTABLE]))
    return Form.JSON


def only_json(request: Request) -> None:
    """Let go on only who takes JSON.

    Raises:
        Refused: 406, the request does not.
    """
    accepted = list(_by_preference(request.headers.get("accept", "*/*")))
    if accepted and not {"application/json", "application/*", "*/*"} & set(accepted):
        raise Refused(problem(406, faults=[_NOT_ACCEPTABLE]))


def _by_preference(header: str) -> Iterator[str]:
    """Yield what an Accept header names, what it likes best first; what it refuses is left out."""
    return (name for _, name in sorted(_weighed(header.split(",")), key=lambda each: each[0], reverse=True))


def _weighed(parts: Iterable[str]) -> Iterator[tuple[float, str]]:
    for part in parts:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = _weight(parameter[2:])
        if name and weight > 0:
            yield weight, name


def _weight(text: str) -> float:
    try:
        return min(float(text), 1.0)
    except ValueError:
        return 1.0
