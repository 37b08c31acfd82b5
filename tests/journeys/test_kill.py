"""Each of the three processes is killed by SIGKILL while agencies keep filing: nothing is lost, no mail comes twice."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from services.ingest import administration
from services.notify.contacts import load_contacts
from shared.runtime.anchors import clock_for
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.embedded.broker import free_port
from shared.runtime.topics import create_topics
from tests.support import mailbox
from tests.support.books import is_at_rest, lost_or_doubled_filings, lost_or_doubled_mails
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.mailbox import Mailbox
from tests.support.processes import ServiceProcess
from tests.support.province import PLAN, PLANS, Province, communes
from tests.support.systems import PEPPER, contacts_for_tests
from tests.support.waiting import until

STARTS_AT: Final = datetime(2014, 4, 3, 9, tzinfo=TIMEZONE)
SERVICES: Final = ("ingest", "scoring", "notify")
KILLED_TOGETHER: Final = (("ingest",), ("notify", "scoring"))


@dataclass
class Fleet:
    """Three processes, their databases, the province that files and the mailbox."""

    processes: dict[str, ServiceProcess]
    databases: dict[str, Database]
    clock: Clock
    province: Province
    mailbox: Mailbox

    async def ask(self, service: str, question: str, *values: object) -> list[Any]:
        """Return the rows that a service's database answers with."""
        async with self.databases[service].transaction() as connection:
            return list(await connection.fetch(question, *values))

    async def another_mail_arrives(self) -> None:
        """Wait until the mailbox has one mail more than now, so that the whole way is busy."""
        before = len(await self.mailbox.mails())

        async def has_arrived() -> bool:
            return len(await self.mailbox.mails()) > before

        await until(has_arrived, "another mail has arrived")

    async def kill_and_restart(self, services: Sequence[str]) -> None:
        """Kill processes where they stand and start them again."""
        for service in services:
            await self.processes[service].kill()
        await asyncio.gather(*(self.processes[service].start() for service in services))


@asynccontextmanager
async def fleet(kafka: TestKafka, *, directory: Path, make_database: DatabaseMaker, told: int) -> AsyncIterator[Fleet]:
    """Run the three services as processes with the plan of 2014 loaded."""
    async with AsyncExitStack() as stack:
        prefix = kafka.new_prefix()
        await create_topics(kafka.bootstrap_servers, prefix=prefix)
        caught = await stack.enter_async_context(mailbox.catcher(directory / "mail", hesitates_seconds=0.5))
        databases = {service: Database(await make_database(service)) for service in SERVICES}
        for database in databases.values():
            stack.push_async_callback(database.close)
            await database.open()
        clock = await clock_for(STARTS_AT, database=databases["ingest"])
        await load_contacts(contacts_for_tests(told=told), database=databases["notify"])
        await administration.load_plan(PLANS / PLAN, database=databases["ingest"], clock=clock)
        keys = await administration.issue_keys(None, database=databases["ingest"], clock=clock, pepper=PEPPER)
        processes = {}
        for service in SERVICES:
            environment = {
                "DATABASE_URL": databases[service].url,
                "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
                "KAFKA_TOPIC_PREFIX": prefix,
                "CLOCK_START": STARTS_AT.isoformat(),
                "KEY_PEPPER": PEPPER,
                "SMTP_URL": caught.smtp_url,
                "SENT_MAIL_URL": f"maildir:{directory / 'mail'}",
                "SEND_LEASE_SECONDS": "3",
                "RECONCILE_SECONDS": "1",
            }
            log = directory / f"{service}.log"
            processes[service] = ServiceProcess(service, port=free_port(), environment=environment, log=log)
            stack.push_async_callback(processes[service].stop)
        await asyncio.gather(*(process.start() for process in processes.values()))
        province = Province(base_url=processes["ingest"].base_url, keys=keys)
        stack.push_async_callback(province.close)
        yield Fleet(processes, databases, clock, province, caught)


async def _keep_correcting(province: Province, agencies: Sequence[str], *, is_over: asyncio.Event) -> None:
    """File for one agency after the other, and again, until it is over; whoever gets no answer repeats."""
    for number in itertools.count():
        if is_over.is_set():
            return
        agency = agencies[number % len(agencies)]
        await province.file_until_told(agency, "2014-03", pct=2, idempotency_key=f"{agency}-{number}")
        await asyncio.sleep(0.2)


async def _file_once(province: Province, agencies: Sequence[str]) -> None:
    for agency in agencies:
        await province.file_until_told(agency, "2014-03", pct=1, idempotency_key=agency)


@pytest.mark.parametrize(("count", "rounds"), [(24, 1), pytest.param(96, 8, marks=pytest.mark.long)])
async def test_nothing_is_lost_and_no_mail_comes_twice_when_each_process_is_killed(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path: Path, count: int, rounds: int
) -> None:
    async with fleet(any_kafka, directory=tmp_path, make_database=make_database, told=count) as running:
        agencies = communes(sorted(running.province.keys))
        told, untold = agencies[:count], agencies[count:]
        is_over = asyncio.Event()
        correcting = asyncio.ensure_future(_keep_correcting(running.province, untold, is_over=is_over))
        killed = KILLED_TOGETHER * rounds
        for number, services in enumerate(killed):
            filing = asyncio.ensure_future(_file_once(running.province, told[number :: len(killed)]))
            await running.another_mail_arrives()
            await running.kill_and_restart(services)
            await filing
        is_over.set()
        await correcting

        async def nothing_is_on_its_way() -> bool:
            return await is_at_rest(running.ask, now=running.clock.now())

        await until(nothing_is_on_its_way, "everything filed is judged and told", within_seconds=150)
        mails = await running.mailbox.mails()
        assert await lost_or_doubled_filings(running.ask, running.province.told) == []
        assert await lost_or_doubled_mails(running.ask, mails) == []
        assert sorted(mail.agency for mail in mails if (mail.kind, mail.period) == ("lag", "2014-03")) == told
        # Otherwise notify was not killed between a mail's last byte and the answer, and this proves less than it says.
        assert await running.ask("notify", "select 1 from notice where detail = 'found where mails end'")
