"""Contacts and held notices at the command line, and the API, on a real PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.notify.mail.api import preview_url, previews_router
from services.notify.notices.api import notices_router
from shared.events.vocabulary import Scope, Standing
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.auth.links import Links
from shared.runtime.http.access import Guard
from shared.runtime.http.problems import answer_with_problems
from tests.integration.notify_province import OFFICERS, Province, a_province
from tests.support.commands import typed_to
from tests.support.keys import PEPPER, key_kept_in
from tests.unit.services.notify.factories import DA_LAT, EMAIL, LAC_DUONG, LEAD, judgement_data, progress_changed

HEADER = "agency,role,name,email,language"
FIRST, SECOND = "so-noi-vu,officer,A,a@x.example,vi", "so-y-te,head,B,b@x.example,en"


@pytest.fixture
async def province(make_database: Callable[[str], Awaitable[str]], tmp_path: Path) -> AsyncIterator[Province]:
    async with a_province(make_database, tmp_path) as given:
        yield given


async def notify(url: str, *arguments: str) -> tuple[int, str, str]:
    """Give notify a command as an operator would, and return exit status, output and error."""
    return await typed_to("services.notify", *arguments, DATABASE_URL=url, LOG_LEVEL="WARNING")


async def test_loading_contacts_twice_changes_nothing_and_who_left_is_deactivated(
    make_database: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url = await make_database("notify")
    file = tmp_path / "contacts.csv"

    async def load(*rows: str) -> str:
        file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        status, said, complained = await notify(url, "contacts", "load", str(file))
        assert (status, complained) == (0, "")
        return said.strip()

    assert await load(FIRST, SECOND) == "2 contacts: 2 added, 0 changed, 0 removed, 0 unchanged"
    assert await load(FIRST, SECOND) == "2 contacts: 0 added, 0 changed, 0 removed, 2 unchanged"
    assert await load(FIRST.replace(",A,", ",C,")) == "1 contacts: 0 added, 1 changed, 1 removed, 0 unchanged"
    assert await load(FIRST, SECOND) == "2 contacts: 0 added, 2 changed, 0 removed, 0 unchanged"


async def test_the_file_of_one_plan_removes_nobody_whom_another_plans_file_names(
    make_database: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url = await make_database("notify")

    async def load(plan: str, *rows: str) -> str:
        file = tmp_path / plan / "contacts.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        status, said, complained = await notify(url, "contacts", "load", str(file))
        assert (status, complained) == (0, "")
        return said.strip()

    assert await load("plan-a", FIRST, SECOND) == "2 contacts: 2 added, 0 changed, 0 removed, 0 unchanged"
    assert await load("plan-b", SECOND) == "1 contacts: 0 added, 0 changed, 0 removed, 1 unchanged"
    assert (
        await load("plan-a", FIRST) == "1 contacts: 0 added, 0 changed, 0 removed, 1 unchanged"
    )  # plan-b names the other
    assert await load("plan-b", FIRST) == "1 contacts: 0 added, 0 changed, 1 removed, 1 unchanged"
    assert await load("plan-a", SECOND) == "1 contacts: 0 added, 1 changed, 0 removed, 0 unchanged"


async def test_a_faulty_contacts_file_is_refused_whole_without_a_stack_trace(
    make_database: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(f"{HEADER}\n{FIRST}\nX,boss,,y,fr\n", encoding="utf-8")
    status, _, complained = await notify(await make_database("notify"), "contacts", "load", str(file))
    assert status == 1
    assert complained.startswith(f"tiendo: 5 faults in {file}, nothing was loaded\n")
    assert "Traceback" not in complained


async def test_a_missing_variable_is_one_clear_line() -> None:
    status, _, complained = await typed_to("services.notify", "serve")
    assert status == 1
    assert "SMTP_URL is not set" in complained
    assert len(complained.splitlines()) == 1


async def test_held_notices_are_released_at_the_command_line(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings={EMAIL: Standing.LAGGING}))
    async with province.database.transaction() as connection:
        await connection.execute("update notice set state = 'held', reason = 'not-written'")
    assert (await notify(province.database.url, "notices", "release"))[1] == "1 notices released\n"
    assert await province.states() == {("lag", "queued", None): 1}


async def test_an_agency_the_registry_has_not_told_is_named_but_taken(province: Province, tmp_path: Path) -> None:
    await province.knows_the_plan()
    file = tmp_path / "more.csv"
    file.write_text("\n".join([HEADER, *OFFICERS, FIRST.replace("so-noi-vu", "so-moi")]), encoding="utf-8")
    status, said, _ = await notify(province.database.url, "contacts", "load", str(file))
    assert status == 0
    assert "not in the registry (yet): so-moi" in said


@pytest.fixture
async def client(province: Province) -> AsyncIterator[httpx.AsyncClient]:
    shared: Any = {
        "database": province.database,
        "clock": province.clock,
        "guard": Guard(KeyRing(province.database, pepper=PEPPER, clock=province.clock)),
    }
    app = FastAPI()
    answer_with_problems(app)
    app.include_router(notices_router(**shared))
    app.include_router(previews_router(**shared, links=Links(PEPPER), accepts_replies=False))
    key = await key_kept_in(province.database, LEAD, Scope.READ)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://notify", headers=key
    ) as given:
        yield given


async def test_notices_are_listed_latest_first_without_addresses(province: Province, client: httpx.AsyncClient) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings={EMAIL: Standing.LAGGING}))
    await province.sends()
    await province.hears(progress_changed(DA_LAT, is_filed=False))
    listed = (await client.get("/v1/notices")).json()
    assert listed["is_rehearsal"] is True
    assert [(each["kind"], each["agency"], each["state"]) for each in listed["notices"]] == [
        ("overdue", DA_LAT, "queued"),
        ("lag", LAC_DUONG, "accepted"),
    ]
    assert listed["notices"][1]["indicators"] == [EMAIL]
    assert listed["notices"][1]["ended_at"] == "2014-04-08T09:00:00+07:00"
    assert "@" not in (await client.get("/v1/notices")).text
    for query in (
        "kind=lag",
        f"agency={LAC_DUONG}",
        "state=accepted",
        "limit=1&state=accepted",
        "period=2014-03&kind=lag",
    ):
        found = (await client.get(f"/v1/notices?{query}")).json()["notices"]
        assert [each["kind"] for each in found] == ["lag"]


async def test_notices_are_listed_page_by_page(province: Province, client: httpx.AsyncClient) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings={EMAIL: Standing.LAGGING}))
    await province.hears(progress_changed(DA_LAT, is_filed=False))
    first = (await client.get("/v1/notices?limit=1")).json()
    second = (await client.get(f"/v1/notices?limit=1&cursor={first['next_cursor']}")).json()
    assert [each["kind"] for page in (first, second) for each in page["notices"]] == ["overdue", "lag"]
    assert second["next_cursor"] is None
    assert (await client.get("/v1/notices?period=2014-02")).json()["notices"] == []


@pytest.mark.parametrize(
    "query",
    [
        "kind=mail",
        "agency=%00",
        "agency=Sở",
        "state=lost",
        "limit=0",
        "limit=x",
        "limit=1_0",
        "limit=%203",
        "limit=201",
        "perod=1",
        "period=3",
        "cursor=x",
    ],
)
async def test_a_filter_that_means_nothing_is_refused(client: httpx.AsyncClient, query: str) -> None:
    refused = await client.get(f"/v1/notices?{query}")
    assert refused.status_code == 422
    assert query.partition("=")[0] in refused.text


async def test_a_notice_is_shown_as_it_was_read_and_can_run_nothing(
    province: Province, client: httpx.AsyncClient
) -> None:
    await province.knows_the_plan()
    note = "<script>alert(1)</script>"
    await province.hears(progress_changed(judgements=[judgement_data(EMAIL, Standing.LAGGING, note=note)]))
    await province.sends()
    (listed,) = (await client.get("/v1/notices")).json()["notices"]
    shown = await client.get(f"/v1/previews/{listed['id']}")
    assert shown.status_code == 200
    assert "<script" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    (mail,) = province.mails()
    html = mail.get_body(("html",))
    assert html is not None
    assert html.get_content().split() == shown.text.split()


async def test_a_notice_that_is_not_there_is_said_to_be_missing(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/previews/{uuid4()}")).status_code == 404
    assert (await client.get("/v1/previews/x")).status_code == 422


async def two_notices(province: Province, client: httpx.AsyncClient) -> dict[str, str]:
    """Return the id of a notice to each of two agencies."""
    await province.knows_the_plan()
    await province.hears(
        progress_changed(standings={EMAIL: Standing.LAGGING}), progress_changed(DA_LAT, is_filed=False)
    )
    return {each["agency"]: each["id"] for each in (await client.get("/v1/notices")).json()["notices"]}


async def test_an_agency_sees_its_own_notices_and_another_s_as_if_there_were_none(
    province: Province, client: httpx.AsyncClient
) -> None:
    ids = await two_notices(province, client)
    key = await key_kept_in(province.database, DA_LAT)
    listed = (await client.get("/v1/notices", headers=key)).json()["notices"]
    assert [each["agency"] for each in listed] == [DA_LAT]
    assert (await client.get(f"/v1/notices?agency={LAC_DUONG}", headers=key)).json()["notices"] == []
    assert (await client.get(f"/v1/previews/{ids[DA_LAT]}", headers=key)).status_code == 200
    foreign, unknown = [
        await client.get(f"/v1/previews/{each}", headers=key) for each in (ids[LAC_DUONG], str(uuid4()))
    ]
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404


async def test_a_letter_is_read_by_the_link_in_its_mail_alone(province: Province, client: httpx.AsyncClient) -> None:
    ids = await two_notices(province, client)
    for path in ("/v1/notices", f"/v1/previews/{ids[DA_LAT]}", f"/v1/previews/{uuid4()}", "/v1/previews/x"):
        client.headers.pop("Authorization", None)
        assert (await client.get(path)).status_code == 401
    url = preview_url("http://notify/", UUID(ids[DA_LAT]), links=Links(PEPPER), now=province.clock.now())
    assert url is not None
    assert (await client.get(url)).status_code == 200
    for wrong in (
        url[:-1],
        url.replace(ids[DA_LAT], ids[LAC_DUONG]),
        url.replace(ids[DA_LAT], str(uuid4())),
        url + "x",
    ):
        refused = await client.get(wrong)
        assert (refused.status_code, refused.json()["faults"][0]["code"]) == (401, "link-expired")
    province.clock.advance_to(province.clock.now() + timedelta(days=367))
    assert (await client.get(url)).status_code == 401
