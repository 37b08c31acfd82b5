"""Who sees what of the register: every route, by keys of a department, a district, its communes and the DIC."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from services.ingest.exceptions import store as exceptions
from services.ingest.exceptions.model import Reopening
from services.ingest.persons.cli import issue_keys
from shared.events.vocabulary import Scope
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, LEAD, PEPPER, Ingest, ingest_on
from tests.support.waiting import until

DEPARTMENT, STRANGER, DISTRICT = "so-noi-vu", "so-tai-chinh", "ubnd-huyen-lac-duong"
COMMUNE, NEIGHBOUR, READER = "ubnd-xa-lat-lac-duong", "ubnd-xa-da-sar-lac-duong", "so-xay-dung"
ALL: Final = {DEPARTMENT, STRANGER, DISTRICT, COMMUNE, NEIGHBOUR}
SEEN: Final = {
    DEPARTMENT: {DEPARTMENT},
    STRANGER: {STRANGER},
    COMMUNE: {COMMUNE},
    NEIGHBOUR: {NEIGHBOUR},
    DISTRICT: {DISTRICT, COMMUNE, NEIGHBOUR},
    READER: ALL,
    LEAD: ALL,
}
OF_COMMUNES: Final = [{"indicator": "official-email", "numerator": 20, "denominator": 25}]
each_asker = pytest.mark.parametrize("who", SEEN)


@pytest.fixture(scope="module")
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    """Lend ingest, in which each agency has filed, was refused, was returned its report and reopened a period."""
    async with ingest_on(await make_database("ingest")) as lent:
        for agency, scope in ((COMMUNE, Scope.SUBMIT), (NEIGHBOUR, Scope.SUBMIT), (READER, Scope.READ)):
            lent.keys |= await issue_keys(
                [agency], database=lent.database, clock=lent.clock, pepper=PEPPER, scopes=(scope,)
            )
        for agency in sorted(ALL):
            body = BODY if agency.startswith(("so", "ubnd-huyen")) else {**BODY, "observations": OF_COMMUNES}
            filed = (await lent.post(body, agency=agency)).json()["submission"]
            await lent.ask(f"/v1/submissions/{filed}/review", {"outcome": "returned", "reason": "Sai"}, agency=LEAD)
            assert (await lent.post({**body, "period": "2013-01"}, agency=agency)).is_client_error
            async with lent.database.session() as session:
                given = Reopening("lam-dong-2014", agency, "2014-01", date(2014, 5, 30), "x", "y", lent.clock.now())
                await exceptions.add(session, given)

        async def are_kept() -> bool:
            return await lent.count("refused_attempt") == len(ALL)

        await until(are_kept, "what was refused is kept")
        yield lent


async def told(ingest: Ingest, path: str, *, who: str) -> Any:
    answer = await ingest.get(path, agency=who)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


@each_asker
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/submissions", "submissions"),
        ("/v1/submissions/refused?limit=50", "refused"),
        ("/v1/decisions", "decisions"),
    ],
)
async def test_a_list_shows_what_the_key_sees_and_all_of_it(ingest: Ingest, who: str, path: str, name: str) -> None:
    assert {each["agency"] for each in (await told(ingest, path, who=who))[name]} == SEEN[who]


@each_asker
async def test_one_submission_and_its_differences_are_seen_by_whom_it_concerns(ingest: Ingest, who: str) -> None:
    for each in (await told(ingest, "/v1/submissions", who=LEAD))["submissions"]:
        for step in ("", "/differences"):
            answer = await ingest.get(f"{each['status_url']}{step}", agency=who)
            if each["agency"] in SEEN[who]:
                assert answer.status_code == httpx.codes.OK
            else:
                nobodys = await ingest.get(f"/v1/submissions/{uuid4()}{step}", agency=who)
                assert (answer.status_code, answer.content) == (nobodys.status_code, nobodys.content)
                assert answer.status_code == httpx.codes.NOT_FOUND


@each_asker
@pytest.mark.parametrize("path", ["/v1/submissions", "/v1/submissions/refused", "/v1/obligations"])
async def test_whoever_asks_for_anothers_hears_what_is_said_of_one_that_does_not_exist(
    ingest: Ingest, who: str, path: str
) -> None:
    for agency in ALL:
        answer = await ingest.get(f"{path}?agency={agency}", agency=who)
        if agency in SEEN[who]:
            assert answer.status_code == httpx.codes.OK
        else:
            nobodys = await ingest.get(f"{path}?agency=so-khong-co", agency=who)
            assert answer.text.replace(agency, "…") == nobodys.text.replace("so-khong-co", "…")
            assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_cursor_of_anothers_leads_nowhere_else(ingest: Ingest) -> None:
    theirs = await told(ingest, "/v1/submissions?limit=2", who=LEAD)
    shown = await told(ingest, f"/v1/submissions?cursor={theirs['next_cursor']}", who=DEPARTMENT)
    assert {each["agency"] for each in shown["submissions"]} <= {DEPARTMENT}
    assert {each["agency"] for each in (await told(ingest, "/v1/decisions?since=1", who=STRANGER))["decisions"]} == {
        STRANGER
    }


async def test_who_filed_for_another_goes_on_seeing_it(ingest: Ingest) -> None:
    body = {**BODY, "agency": COMMUNE, "observations": OF_COMMUNES}
    filed = (await ingest.post(body, agency=DISTRICT)).json()["submission"]
    for who in (DISTRICT, COMMUNE):
        shown = await told(ingest, f"/v1/submissions/{filed}", who=who)
        assert (shown["agency"], shown["filed_by"]) == (COMMUNE, DISTRICT)
