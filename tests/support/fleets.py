"""The three services as processes of their own, with the plan of 2014 loaded, and everything they stand on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.notify.contacts.handlers import load_contacts
from shared.runtime.clock import TIMEZONE, Clock
from shared.runtime.database import Database
from shared.runtime.embedded.broker import free_port
from shared.runtime.kafka.topics import create_topics
from shared.runtime.process.clock_anchor import clock_for
from tests.support import mailbox
from tests.support.books import is_at_rest
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.groups import READING, records_behind, set_back
from tests.support.mailbox import Mailbox
from tests.support.processes import ServiceProcess
from tests.support.province import PLAN, PLANS, Province
from tests.support.systems import PEPPER, contacts_for_tests
from tests.support.waiting import until

STARTS_AT: Final = datetime(2014, 4, 3, 9, tzinfo=TIMEZONE)
SERVICES: Final = ("ingest", "scoring", "notify")


@dataclass
class Fleet:
    """Three processes, their databases, the province that files and the mailbox."""

    processes: dict[str, ServiceProcess]
    databases: dict[str, Database]
    clock: Clock
    province: Province
    mailbox: Mailbox
    bootstrap_servers: str
    prefix: str  # of topics and groups

    async def ask(self, service: str, question: str, *values: object) -> list[Any]:
        """Return the rows that a service's database answers with."""
        async with self.databases[service].transaction() as connection:
            return list(await connection.fetch(question, *values))

    async def comes_to_rest(self) -> None:
        """Wait until nothing is on its way."""
        await until(
            lambda: is_at_rest(self.ask, behind=self._behind, now=self.clock.now()),
            "everything filed is judged and told",
        )

    async def read_again(self) -> None:
        """Stop what reads topics, set its groups back to the beginning, and wait until all is read again."""
        readers = [self.processes[service] for service in ("scoring", "notify")]
        await asyncio.gather(*(process.stop() for process in readers))
        servers, prefix = self.bootstrap_servers, self.prefix
        await asyncio.gather(
            *(set_back(servers, group=prefix + group, read=read, prefix=prefix) for group, read in READING.items())
        )
        assert all([await self._behind(group) for group in READING])
        await asyncio.gather(*(process.start() for process in readers))

        async def is_read() -> bool:
            return not any([await self._behind(group) for group in READING])

        await until(is_read, "every topic is read again to its end")

    async def _behind(self, group: str) -> int:
        return await records_behind(self.bootstrap_servers, group=group, prefix=self.prefix)

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
        await load_contacts(contacts_for_tests(told=told), source=PLAN, database=databases["notify"])
        await load_plan(PLANS / PLAN, database=databases["ingest"], clock=clock)
        keys = await issue_keys(None, database=databases["ingest"], clock=clock, pepper=PEPPER)
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
                "LAG_SETTLING_HOURS": "0",
                "CLOSING_PAUSE_SECONDS": "1",
            }
            log = directory / f"{service}.log"
            processes[service] = ServiceProcess(service, port=free_port(), environment=environment, log=log)
            stack.push_async_callback(processes[service].stop)
        await asyncio.gather(*(process.start() for process in processes.values()))
        province = Province(base_url=processes["ingest"].base_url, keys=keys)
        stack.push_async_callback(province.close)
        yield Fleet(processes, databases, clock, province, caught, kafka.bootstrap_servers, prefix)
