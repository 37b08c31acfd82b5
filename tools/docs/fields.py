"""Reads the fields of a model as its source shows them: name, type in words, default, and the comment beside it."""

import inspect
import io
import re
import tokenize
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from shared.events.envelope import DataT

_DECLARATION: Final = re.compile(r"\s*(\w+)\s*[:=].*")
_PLAIN: Final[Mapping[Any, str]] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Decimal: "decimal, as text",
    date: "date",
    AwareDatetime: "moment with offset",
    UUID: "UUID",
    types.NoneType: "null",
    DataT: "what happened, by type",
}


@dataclass(frozen=True)
class Field:
    """One field of a model, in words."""

    name: str
    type: str
    default: str  # empty where the field is required
    comment: str


def fields_of(model: type[BaseModel]) -> Iterator[Field]:
    """Yield a model's fields in the order of its source, those it inherits first."""
    comments: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if parent.__module__.startswith("shared.") and "[" not in parent.__name__:  # Event[…] has no source of its own
            comments |= comments_of(parent)
    for name, field in model.model_fields.items():
        default = "" if field.is_required() else in_words(field.default)
        yield Field(name, type_in_words(field.annotation), default, field.description or comments.get(name, ""))


def comments_of(declared: type) -> dict[str, str]:
    """Return the comments that stand behind the declarations of a class, by name."""
    source = inspect.getsource(declared)
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        declaration = _DECLARATION.match(token.line)
        if token.type == tokenize.COMMENT and declaration:
            found[declaration.group(1)] = token.string.removeprefix("#").strip()
    return found


def type_in_words(annotation: Any) -> str:
    """Return a type as a reader of JSON sees it, with a link to what it is made of."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _simple_in_words(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(type_in_words(each) for each in arguments)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    element = type_in_words(arguments[0])
    return f"list of {element}" if origin is tuple else element


def parts_of(model: type[BaseModel]) -> Iterator[type[BaseModel | StrEnum]]:
    """Yield the models and enumerations that a model's fields are made of, each before its own parts."""
    for field in model.model_fields.values():
        for part in _named(field.annotation):
            yield part
            if issubclass(part, BaseModel):
                yield from parts_of(part)


def in_words(value: object) -> str:
    """Return a default as it would be written in JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return "[]" if value == () else str(value)


def _simple_in_words(annotation: Any) -> str:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if issubclass(annotation, BaseModel | StrEnum):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    raise TypeError(f"no words for the type {annotation.__name__}; tools/docs/fields.py has those of _PLAIN")


def _named(annotation: Any) -> Iterator[type[BaseModel | StrEnum]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | StrEnum):
        yield annotation
    for argument in get_args(annotation):
        yield from _named(argument)
