"""The pages that lead a person in: `/` with what this is, and `/docs` from files of this machine, not of a CDN."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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
_ABOUT_VI: Final = (
    "Tiendo theo dõi tiến độ thực hiện kế hoạch ứng dụng công nghệ thông tin của tỉnh. Các cơ quan nộp báo cáo theo kỳ;"
    " hệ thống đối chiếu từng chỉ tiêu với kế hoạch, gửi thư cho cơ quan chậm tiến độ hoặc chưa báo cáo và gửi bản tổng"
    " hợp cho cơ quan chủ trì."
)
_ABOUT_EN: Final = (
    "Tiendo follows the progress of a province's IT plan. Agencies report each period; every indicator is compared with"
    " the plan, agencies that lag or have not reported get a mail, and the lead agency gets a digest."
)
_REHEARSAL: Final = (
    '<p class="rehearsal"><b>DIỄN TẬP</b> · đồng hồ của hệ thống: {now:%H:%M ngày %d/%m/%Y}'
    ' <span lang="en">(rehearsal: this is the system\'s clock, nothing here is of today)</span></p>\n'
)
_ROW: Final = '<dt>{term}</dt><dd>{vi}</dd><dd lang="en" class="en">{en}</dd>\n'


@dataclass(frozen=True)
class About:
    """What something is, in both languages."""

    vi: str
    en: str


def described(services: Mapping[str, About]) -> str:
    """Return what this process is, as the Markdown at the head of `/docs`."""
    lines = [f"- **{name}**: {about.vi} / {about.en}" for name, about in services.items()]
    return "\n\n".join([_ABOUT_VI, _ABOUT_EN, "\n".join(lines)])


def docs_router(
    app: FastAPI,
    *,
    services: Mapping[str, About],
    links: Mapping[str, About],
    rehearsed_at: Callable[[], datetime | None],
) -> APIRouter:
    """Return `/`, which says what this is and names these pages by path, and `/docs`, where `app` can be tried."""
    router = APIRouter(include_in_schema=False)
    page = files(__package__).joinpath("front.html").read_text(encoding="utf-8")

    @router.get("/")
    async def front() -> HTMLResponse:
        now = rehearsed_at()
        rehearsal = _REHEARSAL.format(now=now) if now else ""
        told = "".join(_ROW.format(term=name, vi=about.vi, en=about.en) for name, about in services.items())
        listed = "".join(
            _ROW.format(term=f'<a href="{path}">{path}</a>', vi=about.vi, en=about.en) for path, about in links.items()
        )
        return HTMLResponse(
            page.format(rehearsal=rehearsal, about_vi=_ABOUT_VI, about_en=_ABOUT_EN, services=told, links=listed)
        )

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
    content = (files("fastapi_offline") / "static" / name).read_bytes()  # once, however many clients read it slowly

    async def asset() -> Response:
        return Response(content, media_type=media_type, headers=_CACHED)

    return asset
