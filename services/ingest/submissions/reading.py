"""Reads a request's body into a draft, or into its readable part with every fault of its form."""

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import getitem
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from services.ingest.plans.model import Registry
from services.ingest.submissions.faults import MALFORMED, REQUIRED, UNKNOWN_FIELD, merged
from services.ingest.submissions.model import Draft
from services.ingest.submissions.rules import draft_faults
from services.ingest.submissions.schemas import PartialSubmission, SubmissionIn
from shared.runtime.http.json_bodies import Place, meaning_of, parse
from shared.runtime.http.problems import pointer_of
from shared.wording.faults import Fault

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
    """The readable part of a submission that has faults of form; the rules judge that part."""

    draft: Draft
    faults: tuple[Fault, ...]
    unreadable: frozenset[str]  # pointers to the faulty values, which the draft lacks


def read_document(body: bytes, model: type[DocumentT]) -> DocumentT | list[Fault]:
    """Return the document in a request's body, or every fault of its form.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    document, faults = parse(body)
    try:
        read = model.model_validate(_without(document, faults))
    except ValidationError as error:
        faults |= _faults_of(error, beside=faults)
    return list(faults.values()) if faults else read


def read_draft(body: bytes, *, filer: str) -> Draft | FaultyDraft:
    """Return the draft in a request's body, or its readable part with every fault of its form.

    A draft that names no agency is of `filer`, the agency whose key files it.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    document, faults = parse(body)
    return draft_of(document, faults, filer=filer)


def draft_of(document: Any, faults: dict[Place, Fault], *, filer: str) -> Draft | FaultyDraft:
    """Return the draft that a document is, or its readable part; `faults` are known by their places, and are added to.

    A draft that names no agency is of `filer`, the agency whose key files it.
    """
    written, request_hash = dict(_ambiguous_texts(document)), meaning_of(document)
    form: type[SubmissionIn] = SubmissionIn
    while True:
        document = _without(document, faults)
        try:
            read = form.model_validate(document)
            break
        except ValidationError as error:
            faults |= _faults_of(error, beside=faults)
            form = PartialSubmission
    draft = Draft(
        plan=read.plan,
        period=read.period,
        agency=read.agency or filer,
        observations=tuple(read.observations),
        note=read.note,
        revision=read.revision,
        is_synthetic=read.is_synthetic,
        written=written,
        request_hash=request_hash,
    )
    return FaultyDraft(draft, tuple(faults.values()), frozenset(map(pointer_of, faults))) if faults else draft


def faults_of(read: Draft | FaultyDraft, *, registry: Registry, filer: str, today: date) -> list[Fault]:
    """Return every fault of what was read, of its form and by the rules; none means that it may be accepted."""
    if isinstance(read, Draft):
        return draft_faults(read, registry=registry, filer=filer, today=today)
    of_rules = draft_faults(read.draft, registry=registry, filer=filer, today=today, unreadable=read.unreadable)
    return merged(of_form=read.faults, of_rules=of_rules)


def _ambiguous_texts(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of each figure that came as text with a point or a comma in it."""
    observations = document.get("observations") if isinstance(document, dict) else None
    for position, observation in enumerate(observations if isinstance(observations, list) else ()):
        for name in _FIGURES if isinstance(observation, dict) else ():
            figure = observation.get(name)
            if isinstance(figure, str) and ("." in figure or "," in figure):
                yield f"/observations/{position}/{name}", figure


def _faults_of(error: ValidationError, *, beside: Container[Place]) -> dict[Place, Fault]:
    """Return the faults by place, without those within a place that has a fault already."""
    found = {each["loc"]: _fault(each) for each in error.errors(include_url=False, include_input=False)}
    return {place: fault for place, fault in found.items() if not _is_within(place, beside)}


def _without(document: Any, places: Iterable[Place]) -> Any:
    """Remove the values at these places from the document; the entries of a list keep their positions."""
    if () in places:
        return {}
    for *way, last in places:
        with suppress(LookupError, TypeError):  # removed already with the value around it
            holder = reduce(getitem, way, document)
            if isinstance(holder, dict):
                holder.pop(last, None)
            else:
                holder[last] = {}
    return document


def _is_within(place: Place, places: Container[Place]) -> bool:
    return any(place[:steps] in places for steps in range(len(place) + 1))


def _fault(error: Any) -> Fault:
    pointer = pointer_of(error["loc"])
    kind = error["type"]
    if kind == "missing":
        return REQUIRED(pointer)
    if kind == "extra_forbidden":
        return UNKNOWN_FIELD(pointer)
    context = error.get("ctx") or {}
    if "vi" in context:
        return Fault(pointer, kind, context["vi"], context["en"])
    wanted_vi, wanted_en = _WANTED.get(kind, ("giá trị không được nhận", "the value is not accepted"))
    if context.get("foreign"):  # it looks like an ASCII letter or digit, so that its sender cannot see the fault
        wanted_vi += f"; ký tự ở vị trí {context['position']} là {context['foreign']}"
        wanted_en += f"; the sign at position {context['position']} is {context['foreign']}"
    return MALFORMED(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
