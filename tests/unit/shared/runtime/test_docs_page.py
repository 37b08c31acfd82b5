"""The API's page needs nothing of the public internet."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.runtime.serve import application


@pytest.fixture
async def page() -> AsyncIterator[httpx.AsyncClient]:
    app = application([], links={"/mail": "what was sent"})
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
    assert re.findall(r'href="([^"]+)"', front.text) == ["/docs", "/health/ready", "/mail"]
