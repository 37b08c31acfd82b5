"""Whatever is refused is refused in one form, with every fault named in Vietnamese and English."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query
from pydantic import AfterValidator, BaseModel, ConfigDict

from shared.runtime.http.problems import MEDIA_TYPE, answer_with_problems, problem, wrong
from shared.runtime.http.pydantic_faults import malformed, shaped
from shared.wording.faults import Fault


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _even(number: int) -> int:
    if number % 2:
        raise malformed(code="odd", vi="Cần số chẵn {như 2}.", en="An even number {such as 2} is wanted.")
    return number


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Query(ge=1, le=500)] = 200
    even: Annotated[int, AfterValidator(_even)] = 2
    colour: Colour | None = None
    needed: str
    many: tuple[str, ...] = ()


class Body(BaseModel):
    name: Annotated[str, Query(max_length=3)]
    word: Annotated[str, Query(min_length=1, pattern="^[a-z]*$")] = "a"
    told: Annotated[str, Query(pattern="^[a-z]+$"), shaped("^[a-z]+$", vi="Cần chữ thường.", en="Small letters.")] = "a"


INCLUDED = APIRouter(prefix="/v1")


@INCLUDED.get("/plain/{thing}")
async def plain(thing: str, colour: Colour | None = None, many: Annotated[list[int] | None, Query()] = None) -> str:
    return f"{thing} {colour} {many}"


def _app() -> FastAPI:
    app = FastAPI()
    answer_with_problems(app)

    @app.get("/asked")
    async def asked(given: Annotated[Asked, Query()]) -> str:
        return given.needed

    app.include_router(INCLUDED)

    @app.get("/one/{thing}")
    async def one(thing: UUID) -> str:
        return str(thing)

    @app.post("/body")
    async def body(given: list[Body]) -> int:
        return len(given)

    @app.get("/wrong")
    async def refuses() -> None:
        raise wrong(Fault("?plan", "unknown-plan", "Không có.", "There is none."))

    @app.get("/away/{error}")
    async def away(error: str) -> None:
        raise getattr(asyncpg, error)("the pool is closing, or a table is missing for now")

    @app.get("/timeout")
    async def timeout() -> None:
        raise TimeoutError

    @app.get("/gone")
    async def gone() -> None:
        raise HTTPException(404, "there is no notice 7")

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418)

    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError("a secret")

    return app


async def told(path: str, method: str = "GET", **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tiendo.example") as client:
        return await client.request(method, path, **more)


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["status"] == answer.status_code
    return {each["pointer"]: each["en"] for each in answer.json()["faults"]}


async def test_every_fault_of_a_query_is_named_at_once() -> None:
    answer = await told("/asked?limit=0&even=3&colour=blue&later=1")
    assert answer.status_code == 422
    assert faults(answer) == {
        "?limit": "The value must be at least 1.",
        "?even": "An even number {such as 2} is wanted.",
        "?colour": "Accepted are 'red' or 'green'.",
        "?needed": "This value is required.",
        "?later": "There is no such name.",
    }
    by_pointer = {each["pointer"]: each for each in answer.json()["faults"]}
    assert (by_pointer["?even"]["code"], by_pointer["?even"]["vi"]) == ("odd", "Cần số chẵn {như 2}.")
    assert by_pointer["?colour"]["vi"] == "Chỉ nhận: 'red' hoặc 'green'."
    assert by_pointer["?limit"]["vi"] == "Giá trị phải từ 1 trở lên."


@pytest.mark.parametrize("path", ["/asked?needed=x", "/v1/plain/x?many=1"])
async def test_a_name_that_takes_one_value_is_not_given_twice(path: str) -> None:
    assert (await told(f"{path}&many=2&many=3&colour=red")).status_code == 200
    answer = await told(f"{path}&many=2&colour=red&colour=green")
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "given-twice")
    assert faults(answer) == {"?colour": "colour takes one value and is given more than once."}
    assert answer.json()["faults"][0]["vi"] == "colour chỉ nhận một giá trị nhưng được nêu nhiều lần."


async def test_a_part_of_the_path_and_a_place_in_the_body_are_pointed_at() -> None:
    assert faults(await told("/one/x")) == {"{thing}": "A UUID is wanted."}
    answer = await told("/body", "POST", json=[{"name": "abcd"}, {}])
    assert faults(answer) == {
        "/0/name": "At most 3 characters are taken.",
        "/1/name": "This value is required.",
    }


async def test_what_is_wanted_is_said_in_words() -> None:
    answer = await told("/body", "POST", json=[{"name": "a", "word": ""}, {"name": "a", "word": "1", "told": "1"}])
    assert faults(answer) == {
        "/0/word": "It may not be empty.",
        "/1/word": "The value is not of the form asked for.",
        "/1/told": "Small letters.",
    }
    assert [each["vi"] for each in answer.json()["faults"]] == [
        "Không được để trống.",
        "Giá trị không đúng dạng.",
        "Cần chữ thường.",
    ]


async def test_a_body_that_is_no_json_cannot_be_read() -> None:
    answer = await told("/body", "POST", content="{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, [each["code"] for each in answer.json()["faults"]]) == (400, ["not-json"])


async def test_what_a_route_refuses_is_answered_as_it_says() -> None:
    answer = await told("/wrong")
    assert (answer.status_code, faults(answer)) == (422, {"?plan": "There is none."})


@pytest.mark.parametrize(
    "path",
    [
        "/timeout",
        "/away/InterfaceError",
        "/away/UndefinedTableError",
        "/away/UndefinedColumnError",
        "/away/InsufficientPrivilegeError",
    ],
)
async def test_a_part_that_is_away_is_said_to_come_back(path: str) -> None:
    answer = await told(path)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")


async def test_unknown_paths_and_methods_are_told_apart() -> None:
    answer = await told("/nowhere")
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (404, "unknown-path")
    assert (await told("/gone")).json()["detail"] == "there is no notice 7"
    answer = await told("/asked", "DELETE")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "method-not-allowed", "GET")
    assert (await told("/teapot")).status_code == 418


async def test_a_fault_of_ours_says_nothing_of_its_cause() -> None:
    answer = await told("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "our-fault")
    assert "secret" not in answer.text


def test_a_hundred_faults_are_named_and_the_rest_is_counted() -> None:
    faults = [Fault(f"/{number}", "malformed", "sai", "wrong") for number in range(1_234)]
    told = orjson.loads(problem(422, faults=faults).body)["faults"]
    assert [each["pointer"] for each in told[:100]] == [f"/{number}" for number in range(100)]
    assert told[100:] == [{"pointer": "", "code": "more-faults", "vi": "… và 1134 lỗi khác.", "en": "… and 1134 more."}]
    assert len(orjson.loads(problem(422, faults=faults[:100]).body)["faults"]) == 100
