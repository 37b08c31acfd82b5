"""Shows real answers as examples in `/openapi.json`, whole: FastAPI leaves out nulls, and those are real too."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute


def answer_example(folder: Path, name: str) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's `responses` for a route whose answer a real run wrote to a file of this folder."""
    answer = orjson.loads((folder / f"{name}.json").read_bytes())["answer"]
    return {200: {"content": {"application/json": {"example": answer}}, "description": "Found"}}


def show_whole_examples(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the application, which has these routers, describe the examples of their routes with their nulls."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        described = describe()
        if is_new:
            for route in routes:
                for method in route.methods or () if route.include_in_schema else ():
                    _restore(described["paths"][route.path_format][method.lower()], route)
        return described

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation extends it


def _restore(described: dict[str, Any], route: APIRoute) -> None:
    for status, answer in route.responses.items():
        for media_type, example in _examples(answer):
            described["responses"][str(status)]["content"][media_type]["example"] = example
    for media_type, example in _examples((route.openapi_extra or {}).get("requestBody", {})):
        described["requestBody"]["content"][media_type]["example"] = example


def _examples(part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for media_type, content in part.get("content", {}).items():
        if "example" in content:
            yield media_type, content["example"]
