"""Tells which names of a query are given twice where one value is taken, and which no route knows."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from fastapi import FastAPI, Request
from pydantic import BaseModel

_REF: Final = "#/components/schemas/"


def repeated(request: Request) -> list[str]:
    """Return the names that a query repeats and that its route takes one value of; FastAPI would take the last."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, count in counts.items() if count > 1]
    if not twice:
        return []
    single = {each["name"] for each in _parameters(request) if not _takes_many(each["schema"], app=request.app)}
    return [name for name in twice if name in single]


def unknown(request: Request) -> list[str]:
    """Return the names that a query has and its route does not; a route with a model of its query tells them itself."""
    route = request.scope["route"]
    if any(_is_model(each.field_info.annotation) for each in route.dependant.query_params):
        return []
    known = {each["name"] for each in _parameters(request)}
    return [name for name in dict.fromkeys(request.query_params) if name not in known]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _parameters(request: Request) -> Iterable[Any]:
    """Return what a route's own description says of its query."""
    path = request.scope["route"].path_format
    operation = request.app.openapi()["paths"].get(path, {}).get(request.method.lower(), {})
    return [each for each in operation.get("parameters", ()) if each["in"] == "query"]


def _takes_many(schema: Any, *, app: FastAPI) -> bool:
    if "$ref" in schema:
        schema = app.openapi()["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
    return schema.get("type") == "array" or any(_takes_many(each, app=app) for each in schema.get("anyOf", ()))
