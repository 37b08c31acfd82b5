"""How a service starts: health from the first second, an end at the first signal, one clear line where it cannot.

The services share how they start: `make test` tries each promise on one of them, `make test-long` on the others too.
"""

import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from migrations.run import upgrade
from shared.runtime.embedded.broker import free_port
from shared.runtime.embedded.databases import url_of_database
from shared.runtime.errors import StartFailure
from shared.runtime.settings import DEVELOPMENT_PEPPER
from tests.support.databases import DatabaseMaker
from tests.support.processes import ServiceProcess
from tests.support.proxy import Proxy, proxy
from tests.support.waiting import until

NOBODY: Final = "127.0.0.1:9"
PEPPER: Final = "a pepper for tests only"
SERVICES: Final = ("ingest", "scoring", "notify")
PROGRAMS: Final = (*SERVICES, "")  # the last is the three in one process
OTHER: Final = {"ingest": "scoring", "scoring": "ingest", "notify": "ingest"}
SOON: Final = 20.0  # seconds: what a container is given to end
AT_ONCE: Final = 1.0

Launch = Callable[..., ServiceProcess]


def on(*tried: str, of: Sequence[str] = SERVICES) -> pytest.MarkDecorator:
    """Try a test on these programs, and on the others in the long campaign."""
    marks = {name: () if name in tried else (pytest.mark.long,) for name in of}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=marks[name]) for name in of])


@pytest.fixture
async def launch(tmp_path: Path) -> AsyncIterator[Launch]:
    """Lend what launches a program on a database; whatever still runs at the end is killed."""
    launched: list[ServiceProcess] = []

    def start(name: str, url: str, **environment: str) -> ServiceProcess:
        given = {
            "DATABASE_URL": url,
            "KAFKA_BOOTSTRAP_SERVERS": NOBODY,
            "KEY_PEPPER": PEPPER,
            "SMTP_URL": "smtp://127.0.0.1:9",
            "TIENDO_VAR": str(tmp_path / "var"),
            "LOG_LEVEL": "INFO",
        }
        log = tmp_path / f"{len(launched)}.log"
        launched.append(ServiceProcess(name, port=free_port(), environment=given | environment, log=log))
        launched[-1].launch()
        return launched[-1]

    yield start
    for each in launched:
        await each.kill()


@pytest.fixture
async def network() -> AsyncIterator[Proxy]:
    """Lend a proxy before the database server."""
    async with proxy() as lent:
        yield lent


async def ask(process: ServiceProcess, path: str = "/health/ready", method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(base_url=process.base_url, timeout=10) as client:
        return await client.request(method, path)


async def seconds_to_answer(process: ServiceProcess) -> float:
    """Return how long readiness takes to answer: the shortest of a few, for this machine has other work as well."""
    took = []
    async with httpx.AsyncClient(base_url=process.base_url, timeout=10) as client:
        for _ in range(5):
            began = time.monotonic()
            await client.get("/health/ready")
            took.append(time.monotonic() - began)
    return min(took)


async def is_live(process: ServiceProcess) -> bool:
    try:
        return (await ask(process, "/health/live")).is_success
    except httpx.TransportError:
        return False


async def faults(process: ServiceProcess) -> str:
    """Return what keeps a program from being ready, in one line."""
    told = (await ask(process)).json()["faults"]
    return "; ".join(sorted({each for found in told.values() for each in found}))


def url_of(name: str, maker: DatabaseMaker) -> Any:
    """Return what makes a database that a program can work on, the server's for the three in one process."""

    async def server() -> str:
        return maker.new_server_url()

    return maker(name) if name else server()


@on("scoring", "", of=PROGRAMS)
async def test_while_the_database_is_away_health_is_answered_and_the_first_signal_ends_it(
    name: str, launch: Launch, network: Proxy, make_database: DatabaseMaker
) -> None:
    process = launch(name, network.stand_before(await url_of(name, make_database)))
    await until(lambda: is_live(process), "it answers although there is no database")
    ready = await ask(process)
    assert (ready.status_code, ready.json()["ready"]) == (503, False)

    async def says_what_is_missing() -> bool:
        return "database away: " in await faults(process)

    await until(says_what_is_missing, "it says that the database is away")
    assert await seconds_to_answer(process) < AT_ONCE
    answer = await ask(process, "/v1/submissions", "POST")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")
    began = time.monotonic()
    process.signal(signal.SIGTERM)
    status, lines = await process.ended()
    assert status == 0
    assert time.monotonic() - began < SOON
    assert not any("Traceback" in line for line in lines)


@on("notify")
async def test_once_the_database_is_there_it_starts_and_says_so_in_one_line(
    name: str, launch: Launch, network: Proxy, make_database: DatabaseMaker
) -> None:
    url = network.stand_before(await make_database(name))
    process = launch(name, url)
    await until(lambda: is_live(process), "it answers although there is no database")
    await network.restore()

    async def is_started() -> bool:
        return "database" not in await faults(process) and (await ask(process)).json()["now"] is not None

    await until(is_started, "it is there and has no word about the database")
    process.signal(signal.SIGTERM)
    status, lines = await process.ended()
    assert status == 0
    (started,) = [line for line in lines if '"event": "started"' in line]
    for told in (
        process.base_url.rpartition(":")[2],
        '"is_rehearsal": false',
        '"version": "',
        NOBODY,
        f"/{url.rpartition('/')[2]}",
    ):
        assert told in started


@on("ingest")
async def test_a_database_that_hangs_is_told_at_once_and_so_is_its_return(
    name: str, launch: Launch, network: Proxy, make_database: DatabaseMaker
) -> None:
    process = launch(name, network.stand_before(await make_database(name)))
    await network.restore()
    await until(lambda: is_live(process), "it answers")

    async def says_nothing_of_it() -> bool:
        return "database" not in await faults(process) and (await ask(process)).json()["now"] is not None

    async def says_that_it_is_away() -> bool:
        return "database away" in await faults(process)

    await until(says_nothing_of_it, "the database is there")
    network.stop()
    await until(says_that_it_is_away, "the database hangs")
    assert await seconds_to_answer(process) < AT_ONCE
    network.go_on()
    await until(says_nothing_of_it, "the database answers again")
    await network.cut()
    await until(says_that_it_is_away, "the database is cut off")
    await network.restore()
    await until(says_nothing_of_it, "the database is back")


async def refused(process: ServiceProcess) -> str:
    """Return the one line with which a program ends that cannot start."""
    status, lines = await process.ended()
    assert status == 1, lines
    said = [line for line in lines if not line.startswith("{")]  # the log is JSON
    assert len(said) == 1, lines
    assert "hidden" not in said[0]
    return said[0]


async def changed(url: str, *statements: str) -> str:
    """Change a database and return its URL."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
    return url


def _migrated_to(revision: str) -> str:
    return f"update alembic_version set version_num = '{revision}'"  # noqa: S608  ours


@on("scoring")
async def test_the_database_of_another_service_is_refused(
    name: str, launch: Launch, make_database: DatabaseMaker
) -> None:
    line = await refused(launch(name, await make_database(OTHER[name])))
    assert f"it is the database of {OTHER[name]}, not of {name}; DATABASE_URL names the wrong one" in line


@on("notify")
async def test_a_schema_that_this_build_cannot_work_on_is_refused(
    name: str, launch: Launch, make_database: DatabaseMaker
) -> None:
    older = await changed(await make_database(name), _migrated_to(f"{name}_0001"))
    assert f"its schema is {name}_0001, older than {name}_" in await refused(launch(name, older))

    newer = await changed(
        await make_database(name),
        _migrated_to(f"{name}_9999"),
        "alter table agency rename to organisation",
    )
    line = await refused(launch(name, newer))
    assert f"its schema is {name}_9999 and lacks agency.body, agency.id" in line

    with pytest.raises(StartFailure, match=f"the database of {name} is at {name}_0001, from where this build knows no"):
        await upgrade(name, older)

    empty = url_of_database(make_database.server_url, "template1")
    line = await refused(launch(name, empty))
    assert f"it holds no tables of {name} that this role may read; run the migrations job" in line


async def test_a_newer_schema_that_has_all_it_needs_is_taken(launch: Launch, make_database: DatabaseMaker) -> None:
    url = await changed(await make_database("ingest"), _migrated_to("ingest_9999"))
    process = launch("ingest", url)

    async def is_ready() -> bool:
        return await is_live(process) and (await ask(process)).is_success

    await until(is_ready, "it is ready")


async def test_a_table_that_goes_away_makes_it_unready_until_it_is_back(
    launch: Launch, make_database: DatabaseMaker
) -> None:
    url = await make_database("ingest")
    process = launch("ingest", url)

    async def is_ready() -> bool:
        return await is_live(process) and (await ask(process)).is_success

    async def says_what_is_missing() -> bool:
        return "database does not fit: " in (told := await faults(process)) and "lacks agency.body, agency.id" in told

    await until(is_ready, "it is ready")
    await changed(url, "alter table agency rename to organisation")
    await until(says_what_is_missing, "it says what is missing")
    await changed(url, "alter table organisation rename to agency")
    await until(is_ready, "it is ready again")


@on("ingest", of=PROGRAMS)
async def test_a_server_that_refuses_the_role_or_the_database_ends_it(
    name: str, launch: Launch, network: Proxy, make_database: DatabaseMaker
) -> None:
    server = network.stand_before(make_database.server_url)
    await network.restore()
    database = server.rpartition("/")[2]
    stranger = f"postgresql://nobody:hidden@127.0.0.1:{network.port}/{database}"
    assert "refuses us" in await refused(launch(name, stranger))
    if name:  # the three in one process make their databases
        assert "refuses us" in await refused(launch(name, server.removesuffix(database) + "nowhere"))


@on("notify")
async def test_a_missing_secret_ends_it(name: str, launch: Launch) -> None:
    assert "KEY_PEPPER is wrong" in await refused(launch(name, "postgresql://127.0.0.1:9/nowhere", KEY_PEPPER=""))


@on("scoring", "", of=PROGRAMS)
async def test_secrets_that_everybody_knows_are_for_a_rehearsal(
    name: str, launch: Launch, make_database: DatabaseMaker
) -> None:
    known = {"KEY_PEPPER": DEVELOPMENT_PEPPER} | ({} if name else {"KAFKA_BOOTSTRAP_SERVERS": "", "SMTP_URL": ""})
    url = await url_of(name, make_database)
    line = await refused(launch(name, url, **known))
    assert "KEY_PEPPER: these secrets are the ones of .env.example" in line
    url = url if name else await url_of(name, make_database)
    rehearsed = launch(name, url, CLOCK_START="2014-04-03T09:00+07:00", **known)

    async def has_started() -> bool:
        return await is_live(rehearsed) and (await ask(rehearsed)).json()["now"] is not None

    await until(has_started, "the rehearsal begins")
    rehearsed.signal(signal.SIGTERM)
    _, lines = await rehearsed.ended()
    assert any("secrets of development, for a rehearsal only" in line for line in lines)


@on("notify")
async def test_a_role_that_may_not_connect_ends_it(name: str, launch: Launch, make_database: DatabaseMaker) -> None:
    url = await make_database(name)
    role = f"closed_{free_port()}"
    database = urlsplit(url).path[1:]
    await changed(
        url, f"create role {role} login password 'hidden'", f"revoke connect on database {database} from public"
    )
    try:
        line = await refused(launch(name, _as(role, url)))
        assert "refuses us: permission denied for database" in line
    finally:
        await changed(url, f"drop role {role}")


def _as(role: str, url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:hidden@{parts.netloc.rpartition('@')[2]}").geturl()


@on("ingest", of=PROGRAMS)
async def test_what_was_begun_on_the_real_clock_is_not_rehearsed_with_and_the_other_way_round(
    name: str, launch: Launch, make_database: DatabaseMaker
) -> None:
    rehearsal = {"CLOCK_START": "2014-04-03T09:00+07:00"}
    parts = {} if name else {"KAFKA_BOOTSTRAP_SERVERS": "", "SMTP_URL": ""}
    for first, second, said in (
        ({}, rehearsal, "has lived on the real clock since "),
        (rehearsal, {}, "belongs to the rehearsal CLOCK_START=2014-04-03T09:00:00+07:00"),
    ):
        url = await url_of(name, make_database)
        begun = launch(name, url, **parts, **first)

        async def has_started(process: ServiceProcess = begun) -> bool:
            return await is_live(process) and (await ask(process)).json()["now"] is not None

        await until(has_started, "it has begun")
        assert (await ask(begun)).json()["is_rehearsal"] is bool(first)
        await begun.stop()
        assert said in await refused(launch(name, url, **parts, **second))
        again = launch(name, url, **parts, **first)
        await until(lambda process=again: has_started(process), "it goes on as it began")  # type: ignore[misc]
        await again.stop()
