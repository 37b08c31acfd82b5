"""From the bytes of a request to a draft, or to what could be read of it and every fault of its form."""

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from services.ingest.submissions import faults
from services.ingest.submissions.faults import Fault
from services.ingest.submissions.forms import PartialSubmission, SubmissionIn
from services.ingest.submissions.model import Draft, Observation
from shared.runtime.http import json_bodies
from shared.runtime.http.json_bodies import Place, meaning_of, pointer_of

_WANTED: Final = {
    "whole-number": ("cần số nguyên từ 1", "a whole number from 1 is wanted"),
    "bool_type": ("cần true hoặc false", "true or false is wanted"),
    "list_type": ("cần một danh sách [ … ]", "a list [ … ] is wanted"),
    "model_type": ("cần một đối tượng { … }", "an object { … } is wanted"),
    "model_attributes_type": ("cần một đối tượng { … }", "an object { … } is wanted"),
    "text": ("cần văn bản trong dấu nháy", "a text in quotes is wanted"),
    "identifier": ("cần chữ thường, số và gạch nối, như so-noi-vu", "lower-case letters, digits, hyphens: so-noi-vu"),
    "period": ("cần một kỳ, như 2014-03", "a period such as 2014-03 is wanted"),
    "too_short": ("cần ít nhất một giá trị", "at least one value is wanted"),
    "too_long": ("nhiều hơn 500 giá trị", "more than 500 values"),
}


_FIGURES: Final = ("numerator", "denominator", "value")

DocumentT = TypeVar("DocumentT", bound=BaseModel)


@dataclass(frozen=True)
class FaultyDraft:
    """What could be read of a submission that has faults of form, so that the rules judge the rest."""

    draft: Draft
    faults: tuple[Fault, ...]
    unread: frozenset[str]  # pointers to what a fault of form stands at; the draft holds nothing there


def read_document(body: bytes, model: type[DocumentT]) -> DocumentT | list[Fault]:
    """Return the document in a request's body, or every fault of its form.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    document, told = _parsed(body)
    try:
        read = model.model_validate(_without(document, told))
    except ValidationError as error:
        told |= _faults_of(error, beside=told)
    return list(told.values()) if told else read


def read_draft(body: bytes, *, filer: str) -> Draft | FaultyDraft:
    """Return the draft in a request's body, or what could be read of it beside every fault of its form.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    document, told = _parsed(body)
    written, meaning = dict(_written(document)), meaning_of(document)
    form: type[SubmissionIn] = SubmissionIn
    while True:
        document = _without(document, told)
        try:
            read = form.model_validate(document)
            break
        except ValidationError as error:
            told |= _faults_of(error, beside=told)
            form = PartialSubmission
    draft = Draft(
        plan=read.plan,
        period=read.period,
        agency=read.agency or filer,
        observations=tuple(Observation(**vars(each)) for each in read.observations),
        note=read.note,
        revision=read.revision,
        is_synthetic=read.is_synthetic,
        written=written,
        meaning=meaning,
    )
    return FaultyDraft(draft, tuple(told.values()), frozenset(map(pointer_of, told))) if told else draft


def _parsed(body: bytes) -> tuple[Any, dict[Place, Fault]]:
    document, odd = json_bodies.parse(body)
    return document, {place: Fault(*each) for place, each in odd.items()}


def _written(document: Any) -> Iterator[tuple[str, str]]:
    """Yield each figure that came as text with a separator in it, with its pointer."""
    observations = document.get("observations") if isinstance(document, dict) else None
    for position, observation in enumerate(observations if isinstance(observations, list) else ()):
        for name in _FIGURES if isinstance(observation, dict) else ():
            figure = observation.get(name)
            if isinstance(figure, str) and ("." in figure or "," in figure):
                yield f"/observations/{position}/{name}", figure


def _faults_of(error: ValidationError, *, beside: Container[Place]) -> dict[Place, Fault]:
    """Return the faults by place; what stands where a fault was told already is passed over."""
    found = {each["loc"]: _fault(each) for each in error.errors(include_url=False, include_input=False)}
    return {place: fault for place, fault in found.items() if not _is_below(place, beside)}


def _without(document: Any, places: Iterable[Place]) -> Any:
    """Take out of the document what stands at these places; list entries keep their numbers."""
    if () in places:
        return {}
    for *way, last in places:
        with suppress(LookupError, TypeError):  # a fault around it has taken it out already
            holder = reduce(getitem, way, document)
            if isinstance(holder, dict):
                holder.pop(last, None)
            else:
                holder[last] = {}
    return document


def _is_below(place: Place, places: Container[Place]) -> bool:
    return any(place[:steps] in places for steps in range(len(place) + 1))


def _fault(error: Any) -> Fault:
    pointer = pointer_of(error["loc"])
    kind = error["type"]
    if kind == "missing":
        return faults.required(pointer)
    if kind == "extra_forbidden":
        return faults.unknown_field(pointer)
    context = error.get("ctx") or {}
    if "vi" in context:
        return Fault(pointer, kind, context["vi"], context["en"])
    wanted_vi, wanted_en = _WANTED.get(kind, ("giá trị không được nhận", "the value is not accepted"))
    if context.get("foreign"):  # which looks like a letter or digit of ours, so that its sender sees no fault
        wanted_vi += f"; ký tự ở vị trí {context['position']} là {context['foreign']}"
        wanted_en += f"; the sign at position {context['position']} is {context['foreign']}"
    return faults.malformed(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
