"""A busy endpoint is answered directly, and everything else as ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, Request, Response

from shared.runtime.process.server import Application


def application() -> Application:
    router = APIRouter()

    async def post_filing(request: Request) -> Response:
        return Response(await request.body(), status_code=202)

    @router.get("/filings")
    async def filings() -> list[str]:
        return ["first"]

    router.add_api_route("/filings", post_filing, methods=["POST"], response_class=Response)
    app = Application(busy={("POST", "/filings"): post_filing})
    app.include_router(router)
    return app


@asynccontextmanager
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://tiendo.example") as made:
        yield made


async def test_a_busy_endpoint_reads_the_body_and_answers() -> None:
    async with client() as asking:
        answer = await asking.post("/filings", content=b"figures")
    assert (answer.status_code, answer.content) == (202, b"figures")


async def test_another_method_on_the_same_path_goes_its_usual_way() -> None:
    async with client() as asking:
        assert (await asking.get("/filings")).json() == ["first"]
        assert (await asking.put("/filings")).status_code == 405
        assert (await asking.post("/elsewhere")).status_code == 404


async def test_a_busy_endpoint_is_documented() -> None:
    async with client() as asking:
        described = (await asking.get("/openapi.json")).json()
    assert set(described["paths"]["/filings"]) == {"get", "post"}
