"""The examples in `/openapi.json` are what scoring answers; TIENDO_WRITE_EXAMPLES=1 writes them anew."""

import os
import re
from typing import Any

import httpx
import orjson
import pytest

from services.scoring.plans.documented import EXAMPLES, example
from tests.support.databases import DatabaseMaker
from tests.support.scoring_asked import DEPARTMENT, DISTRICT, PLAN, Asked, asked_on
from tools.docs.__main__ import PROJECT

IS_WRITING = "TIENDO_WRITE_EXAMPLES" in os.environ
CHANGE = {
    "indicators": [
        {
            "indicator": "edoc-exchange",
            "target": {"value": "80", "on": "2014-12-31"},
            "milestones": [{"on": "2014-03-31", "value": "40"}],
        }
    ],
    "thresholds": {"on_track_ratio": "0.9", "at_risk_ratio": "0.7"},
}
ASKED = {
    "progress": ("GET", f"/v1/progress?plan={PLAN}&period=2014-03&agency={DEPARTMENT}&indicator=edoc-exchange", None),
    "rollups": (
        "GET",
        f"/v1/rollups?plan={PLAN}&period=2014-03&level=district&id={DISTRICT}&indicator=official-email",
        None,
    ),
    "periods": ("GET", f"/v1/periods?plan={PLAN}&period=2014-03", None),
    "what-if": ("POST", f"/v1/what-if?plan={PLAN}&period=2014-03", CHANGE),
    "proposal": (
        "POST",
        "/v1/adjustments",
        {"plan": PLAN, "changes": CHANGE, "reason": "Hạ tầng truyền văn bản của các huyện hoàn thành chậm một quý"},
    ),
    "decision": (
        "POST",
        "/v1/adjustments/1/decision",
        {"outcome": "approved", "reason": "UBND tỉnh đồng ý tại cuộc họp ngày 09/04/2014"},
    ),
    "adjustments": ("GET", f"/v1/adjustments?plan={PLAN}&period=2014-03&indicator=edoc-exchange", None),
}
"""In the order of one real run; the key's public part, which is drawn, stands as AbCd1234."""


async def test_the_examples_are_what_scoring_answers(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring")) as asked:
        real = {name: await answered(asked, *request) for name, request in ASKED.items()}
    if IS_WRITING:
        for name, found in real.items():
            text = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            (EXAMPLES / f"{name}.json").write_bytes(text)
    assert {name: example(name) for name in ASKED} == real
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(ASKED)


async def answered(asked: Asked, method: str, path: str, body: Any) -> dict[str, Any]:
    answer = await asked.client.request(method, path, json=body, headers=dict(asked.keys.admin))
    assert answer.is_success, answer.text
    key = asked.keys.admin["Authorization"].split("_")[2][:8]
    said = {"body": body} if body else {}
    return {"method": method, "path": path, **said, "answer": orjson.loads(answer.text.replace(key, "AbCd1234"))}


SCORING = re.compile(r"/v1/(progress|rollups|periods|adjustments|what-if)\b")
CURL = re.compile(r"""^curl .*?"\$TIENDO(/v1/[^"]+)"(?: \\\n  -d '(.*?)')?$""", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
async def test_every_curl_in_the_documents_to_scoring_is_answered(page: str, make_database: DatabaseMaker) -> None:
    curls = CURL.findall((PROJECT / page).read_text(encoding="utf-8"))
    asks = [(path, body) for path, body in curls if SCORING.match(path)]
    assert len(asks) > 5
    async with asked_on(await make_database("scoring")) as asked:
        for path, body in asks:
            said = {"content": body, "headers": {**asked.keys.admin, "Content-Type": "application/json"}}
            answer = await asked.client.request("POST" if body else "GET", path, **said)
            assert answer.is_success, f"{path}: {answer.text}"


@pytest.fixture(scope="module")
async def described(make_database: DatabaseMaker) -> dict[str, Any]:
    """Lend what `/openapi.json` says."""
    async with asked_on(await make_database("scoring"), is_closed=False) as asked:
        document: dict[str, Any] = (await asked.client.get("/openapi.json")).json()
        return document


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, said) for path, methods in described["paths"].items() for method, said in methods.items()]


async def test_every_route_says_what_it_is_for_with_an_example_and_its_problems(described: dict[str, Any]) -> None:
    found = operations(described)
    assert len(found) == 8
    for path, method, said in found:
        assert said["summary"], path
        assert len(said["description"]) > 60, path
        (done,) = [answer for status, answer in said["responses"].items() if status.startswith("2")]
        content = done["content"]["application/json"]
        assert content["example"], path
        assert content["schema"], path
        expected = {"401", "406", "422", "503"} | ({"304"} if method == "get" else {"400", "403", "408", "413", "415"})
        assert expected <= set(said["responses"]), path
        if method == "post":
            body = said["requestBody"]["content"]["application/json"]
            assert body["example"], path
            assert body["schema"], path
        assert {"Accept-Language"} <= {parameter["name"] for parameter in said["parameters"]}, path


async def test_examples_name_only_what_the_schema_describes(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    for path, method, said in operations(described):
        (done,) = [answer for status, answer in said["responses"].items() if status.startswith("2")]
        content = done["content"]["application/json"]
        assert_described(content["example"], content["schema"], schemas, where=f"{method} {path}")


def assert_described(value: Any, schema: dict[str, Any], schemas: dict[str, Any], *, where: str) -> None:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema and value is not None:
        options = [each for each in schema["anyOf"] if each.get("type") != "null"]
        schema = next((each for each in options if "$ref" in each), options[0])
        return assert_described(value, schema, schemas, where=where)
    if isinstance(value, list):
        for each in value:
            assert_described(each, schema["items"], schemas, where=where)
    elif isinstance(value, dict) and "properties" in schema:
        assert value.keys() <= schema["properties"].keys(), where
        assert set(schema.get("required", ())) <= value.keys(), where
        for name, each in value.items():
            assert_described(each, schema["properties"][name], schemas, where=f"{where} {name}")
    return None


async def test_examples_are_shown_whole_with_their_nulls(described: dict[str, Any]) -> None:
    created = described["paths"]["/v1/adjustments"]["post"]["responses"][str(int(httpx.codes.CREATED))]
    assert created["content"]["application/json"]["example"] == example("proposal")["answer"]
    assert example("proposal")["answer"]["in_force_version"] is None
