"""The API's page needs nothing of the public internet."""

import re
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI

from shared.runtime.clock import TIMEZONE
from shared.runtime.http.docs_page import About, described, docs_router
from shared.runtime.process.server import application

SERVICES = {"ingest": About("tiếp nhận báo cáo", "takes submissions"), "notify": About("gửi thư", "sends mails")}
NOW = datetime(2014, 4, 3, 9, tzinfo=TIMEZONE)


@pytest.fixture
async def page() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(title="Tiendo", docs_url=None, description=described(SERVICES))
    links = {"/docs": About("API", "the API"), "/mail": About("thư", "mails")}
    app.include_router(docs_router(app, services=SERVICES, links=links, rehearsed_at=lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tiendo.example") as client:
        yield client


async def test_all_that_the_docs_load_comes_from_here(page: httpx.AsyncClient) -> None:
    docs = await page.get("/docs")
    assert docs.is_success
    loaded = re.findall(r'(?:src|href)="([^"]+)"', docs.text)
    assert len(loaded) == 3
    assert "http" not in re.sub(r"<title>.*</title>", "", docs.text)
    for path in (*loaded, "/openapi.json"):
        assert path.startswith("/")
        answer = await page.get(path)
        assert (answer.status_code, len(answer.content) > 50) == (200, True)


async def test_the_root_leads_to_every_page(page: httpx.AsyncClient) -> None:
    front = await page.get("/")
    assert front.is_success
    assert re.findall(r'href="([^"]+)"', front.text) == ["/docs", "/mail"]


async def test_the_root_and_the_docs_say_in_both_languages_what_this_is_and_which_services(
    page: httpx.AsyncClient,
) -> None:
    front, description = (await page.get("/")).text, (await page.get("/openapi.json")).json()["info"]["description"]
    for told in (front, description):
        assert "Tiendo theo dõi tiến độ thực hiện kế hoạch" in told
        assert "Tiendo follows the progress of a province's IT plan" in told
        for name, about in SERVICES.items():
            assert name in told
            assert about.vi in told
            assert about.en in told


async def test_the_root_of_a_rehearsal_says_so(page: httpx.AsyncClient) -> None:
    assert "DIỄN TẬP" in (front := (await page.get("/")).text)
    assert "09:00 ngày 03/04/2014" in front


async def test_an_application_says_what_it_is_and_of_no_rehearsal_where_there_is_none() -> None:
    app = application([], links={"/mail": About("thư", "mails")})
    assert "Tiendo" in app.description
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tiendo.example") as client:
        front = (await client.get("/")).text
    assert "DIỄN TẬP" not in front
    assert re.findall(r'href="([^"]+)"', front) == ["/docs", "/health/ready", "/mail"]
