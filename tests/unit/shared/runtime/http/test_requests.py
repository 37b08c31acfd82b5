"""What no request may have, whichever route it is for."""

import httpx
import pytest

from shared.runtime.http.problems import answer_with_problems
from shared.runtime.http.requests import host_names
from shared.runtime.process.server import Application

TWICE = [("Authorization", "Bearer a"), ("Content-Type", "application/json"), ("Idempotency-Key", "a"), ("Host", "x")]


async def asked(
    path: str = "/health", *, hosts: str = "", headers: list[tuple[str, str]] | None = None
) -> httpx.Response:
    app = Application(busy={}, hosts=host_names(hosts), redirect_slashes=False)
    answer_with_problems(app)

    @app.get("/health")
    async def health() -> str:
        return "well"

    @app.get("/metrics")
    async def metrics() -> str:
        return "1"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tiendo.example:8080") as http:
        request = http.build_request("GET", path)
        if headers is not None:
            request.headers = httpx.Headers(headers)
        return await http.send(request)


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["faults"]]


@pytest.mark.parametrize(("name", "value"), TWICE)
async def test_a_header_that_may_be_read_two_ways_is_given_once(name: str, value: str) -> None:
    headers = [("Host", "tiendo.example"), (name, value), (name, value)]
    answer = await asked(headers=headers if name != "Host" else headers[1:])
    assert (answer.status_code, codes(answer)) == (400, [(name, "given-twice")])


async def test_a_request_names_its_host() -> None:
    answer = await asked(headers=[("X", "y")])
    assert (answer.status_code, codes(answer)) == (400, [("Host", "required")])


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example/x", "tiendo.example@evil", "", "tiendo.example:x", "[x"]
)
async def test_a_host_that_is_not_ours_is_refused(host: str) -> None:
    answer = await asked(hosts="Tiendo.example, 127.0.0.1", headers=[("Host", host)])
    assert (answer.status_code, codes(answer)) == (400, [("Host", "unknown-host")])


@pytest.mark.parametrize("host", ["tiendo.example", "TIENDO.example:8443", "127.0.0.1:1"])
async def test_our_hosts_are_served_on_any_port(host: str) -> None:
    assert (await asked(hosts="Tiendo.example, 127.0.0.1", headers=[("Host", host)])).status_code == 200


async def test_machines_ask_for_health_under_any_name() -> None:
    assert (await asked("/metrics", hosts="tiendo.example", headers=[("Host", "10.0.3.7:8080")])).status_code == 200


@pytest.mark.parametrize(
    "query", ["key=x", "a=1&api_key=x", "apikey=x", "access_token=x", "q=key_live_abc", "q=key%5Flive_abc"]
)
async def test_a_key_in_the_url_is_refused(query: str) -> None:
    answer = await asked(f"/health?{query}")
    assert (answer.status_code, codes(answer)) == (400, [("?", "key-in-url")])


async def test_every_fault_is_named_at_once() -> None:
    answer = await asked("/health?key=x", headers=[("Authorization", "a"), ("Authorization", "b")])
    assert {code for _, code in codes(answer)} == {"required", "given-twice", "key-in-url"}


async def test_a_trailing_slash_is_another_path_and_leads_nowhere() -> None:
    answer = await asked("/health/")
    assert (answer.status_code, codes(answer)) == (404, [("", "unknown-path")])
    assert "location" not in answer.headers


async def test_a_name_that_a_route_does_not_know_is_refused() -> None:
    answer = await asked("/health?verbose=1&verbose=2&x=1")
    assert (answer.status_code, codes(answer)) == (422, [("?verbose", "unknown-name"), ("?x", "unknown-name")])
