"""What `/openapi.json` says of the routes: models, problems, forms, and examples from a real run.

The examples are what `tests/integration/test_scoring_api_examples.py` was answered; it fails where they are not that.
"""

from pathlib import Path
from typing import Any, Final

import orjson

from shared.runtime.http.access import problems
from shared.runtime.http.negotiation import MEDIA_TYPES, Form

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
_TEXT: Final = {"type": "string"}
_BYTES: Final = {"type": "string", "format": "binary"}
_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": _TEXT,
    "description": "`vi` (the default) or `en`, where the query does not say",
}


def example(name: str) -> dict[str, Any]:
    """Return a request and its answer, as a real run had them."""
    read: dict[str, Any] = orjson.loads((EXAMPLES / f"{name}.json").read_bytes())
    return read


def reading(name: str, model: Any, *, is_exported: bool = False, statuses: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return FastAPI's options for a route that reads."""
    content: dict[str, Any] = {"application/json": {"example": example(name)["answer"]}}
    if is_exported:
        content |= {MEDIA_TYPES[Form.XLSX]: {"schema": _BYTES}, "text/csv": {"schema": _TEXT}}
    known = {"description": "What the reader has, by If-None-Match, is current", "headers": _tag()}
    return {
        "response_model": model,
        "responses": {
            200: {"content": content, "headers": _tag(), "description": "Found"},
            304: known,
            **problems(406, *statuses),
        },
        "openapi_extra": {"parameters": [_LANGUAGE, _if_none_match()]},
    }


def writing(name: str, model: Any, *, body: Any, status: int = 200, statuses: tuple[int, ...]) -> dict[str, Any]:
    """Return FastAPI's options for a route that reads a body."""
    real = example(name)
    return {
        "response_model": model,
        "status_code": status,
        "responses": {
            status: {"content": {"application/json": {"example": real["answer"]}}, "description": "Done"},
            **problems(400, 403, 406, 408, 413, 415, *statuses),
        },
        "openapi_extra": {
            "parameters": [_LANGUAGE],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": body.model_json_schema(), "example": real["body"]}},
            },
        },
    }


def _tag() -> dict[str, Any]:
    return {"ETag": {"schema": _TEXT, "description": "A strong tag of this content in this language and form"}}


def _if_none_match() -> dict[str, Any]:
    return {"name": "If-None-Match", "in": "header", "required": False, "schema": _TEXT, "description": "A known ETag"}
