"""The pages that lead a person in: `/` with what there is, and `/docs` from files of this machine, not of a CDN."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_CACHED: Final = {"Cache-Control": "max-age=86400"}
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 3rem auto; max-width: 36rem; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; }}</style>
<h1>{title}</h1>
<ul>{links}</ul>
"""


def docs_router(app: FastAPI, *, links: Mapping[str, str]) -> APIRouter:
    """Return `/`, which names these pages by path, and `/docs`, where the API of `app` can be tried."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def front() -> HTMLResponse:
        listed = "".join(f'<li><a href="{path}">{path}</a> – {what}</li>' for path, what in links.items())
        return HTMLResponse(_PAGE.format(title=app.title, links=listed))

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=app.openapi_url or "",
            title=f"{app.title} – API",
            swagger_js_url="/docs/swagger-ui-bundle.js",
            swagger_css_url="/docs/swagger-ui.css",
            swagger_favicon_url="/docs/favicon.png",
        )

    for name, media_type in _ASSETS.items():
        router.add_api_route(f"/docs/{name}", _serve(name, media_type), methods=["GET"])
    return router


def _serve(name: str, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def asset() -> Response:
        content = (files("fastapi_offline") / "static" / name).read_bytes()
        return Response(content, media_type=media_type, headers=_CACHED)

    return asset
