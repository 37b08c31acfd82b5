"""Whole systems for journeys: three services in this process, on the broker that is asked for."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.embedded_settings import EmbeddedSettings
from services.embedded_system import EmbeddedSystem, embedded_system
from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.notify.contacts.files import read_contacts
from services.notify.contacts.handlers import load_contacts
from services.notify.notices.model import Contact
from shared.runtime.clock import TIMEZONE, SteppedClock
from tests.support import mailbox
from tests.support.books import is_at_rest
from tests.support.brokers import CONTAINER, EMBEDDED, TestKafka
from tests.support.containers import no_container
from tests.support.databases import DatabaseMaker
from tests.support.groups import records_behind
from tests.support.mailbox import CatcherMailbox, Mailbox
from tests.support.province import LEAD, PLAN, PLANS, Province, communes
from tests.support.requirements import TESTED_ON
from tests.support.waiting import until

PEPPER: Final = "a pepper only for tests"
AGENCIES_TOLD: Final = 30  # communes that have a contact
APRIL_THE_SECOND: Final = datetime(2014, 4, 2, 9, tzinfo=TIMEZONE)  # March is over, its due date five working days away


@dataclass(frozen=True)
class Rehearsal:
    """A system that lives a past year again, seen from outside."""

    system: EmbeddedSystem
    clock: SteppedClock
    province: Province
    mailbox: Mailbox

    async def ask(self, service: str, question: str, *values: object) -> list[Any]:
        """Return the rows that a service's database answers with."""
        async with self.system.database(service).transaction() as connection:
            return list(await connection.fetch(question, *values))

    async def comes_to_rest(self) -> None:
        """Wait until nothing is on its way."""

        async def behind(group: str) -> int:
            return await records_behind(self.system.bootstrap, group=group, prefix=self.system.topic_prefix)

        await until(
            lambda: is_at_rest(self.ask, behind=behind, now=self.clock.now()), "all that is filed is judged and told"
        )

    async def time_passes_to(self, moment: str, *, periods_closed: Sequence[str] = ()) -> None:
        """Move the clock and wait until these periods are closed and nothing is on its way."""
        self.clock.advance_to(datetime.fromisoformat(moment).replace(tzinfo=TIMEZONE))

        async def is_closed() -> bool:
            closed = {row["period"] for row in await self.ask("scoring", "select period from period_close")}
            return closed >= set(periods_closed)

        await until(is_closed, f"{', '.join(periods_closed)} closed")
        await self.comes_to_rest()


@asynccontextmanager
async def rehearsal(
    kafka: TestKafka, *, directory: Path, make_database: DatabaseMaker, starts_at: datetime = APRIL_THE_SECOND
) -> AsyncIterator[Rehearsal]:
    """Run a system on `kafka` with the plan of 2014 loaded, some contacts and a key for each agency.

    On the embedded broker everything is embedded; on another broker the database is the session's server, and mail
    goes to a mail server in a container where there is one.
    """
    async with AsyncExitStack() as stack:
        is_embedded = kafka.kind == EMBEDDED
        mails: Mailbox | None = None
        if kafka.kind == CONTAINER and no_container(mailbox.IMAGE) is None:
            mails = await stack.enter_async_context(mailbox.maildev())
        clock = SteppedClock(starts_at)
        settings = EmbeddedSettings(
            tiendo_var=directory,
            kafka_bootstrap_servers=kafka.bootstrap_servers,
            kafka_topic_prefix=kafka.new_prefix(),
            database_url=None if is_embedded else make_database.new_server_url(),
            smtp_url=mails.smtp_url if mails else None,
            key_pepper=PEPPER,
            port=0,
            is_durable=False,
        )
        system = await stack.enter_async_context(embedded_system(settings, clock=clock))
        if is_embedded:
            TESTED_ON.note("database", "embedded PostgreSQL 18")
        if mails is None and system.mail_dir is not None:
            TESTED_ON.note("mail", "built-in catcher")
            mails = CatcherMailbox(system.mail_dir, smtp_url=system.parts.smtp_url)
        province = await prepared_province(system, stack=stack)
        await system.until_ready()
        assert mails is not None
        lived = Rehearsal(system=system, clock=clock, province=province, mailbox=mails)
        await lived.comes_to_rest()
        yield lived


async def prepared_province(system: EmbeddedSystem, *, stack: AsyncExitStack) -> Province:
    """Load contacts and plan, issue a key to each agency, and return the province that files."""
    await load_contacts(contacts_for_tests(), source=PLAN, database=system.database("notify"))
    ingest = system.database("ingest")
    await load_plan(PLANS / PLAN, database=ingest, clock=system.clock)
    keys = await issue_keys(None, database=ingest, clock=system.clock, pepper=system.key_pepper)
    province = Province(base_url=system.base_url, keys=keys)
    stack.push_async_callback(province.close)
    return province


def contacts_for_tests(*, told: int = AGENCIES_TOLD) -> list[Contact]:
    """Return the contacts of the lead agency and of a few communes; to send the province's hundreds is for the demo."""
    contacts = read_contacts(PLANS / PLAN / "contacts.csv")
    agencies = {LEAD, *communes(sorted({contact.agency for contact in contacts}))[:told]}
    return [contact for contact in contacts if contact.agency in agencies]
