"""Plays a plan's year: moves the clock from moment to moment, lets agencies file, and waits until all has settled."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.text import Text

from services.embedded_system import EmbeddedSystem
from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.notify.contacts.files import read_contacts
from services.notify.contacts.handlers import load_contacts
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Scope
from shared.runtime.clock import SteppedClock
from tools.demo import evidence, months
from tools.demo.client import Book, Clients
from tools.demo.http import HttpClient
from tools.demo.screen import Screen
from tools.demo.settling import Settling
from tools.demo.year import Moment

_CONNECTIONS: Final = 32


@dataclass
class Run:
    """A year under way: the system it runs on, what clients were told, when the first mail came."""

    system: EmbeddedSystem
    clock: SteppedClock
    screen: Screen
    mailbox: Path
    began: float  # time.monotonic() of the command
    book: Book = field(default_factory=Book)
    first_mail_seconds: float | None = None
    mails: int = 0
    over: list[Text] = field(default_factory=list)  # a line for each period that is over

    async def prepare(self, folder: Path) -> Mapping[str, str]:
        """Load the plan and its contacts, and return a key for each agency."""
        self.screen.say("loading the plan")
        database = self.system.database("ingest")
        await load_plan(folder, database=database, clock=self.clock)
        contacts = folder / "contacts.csv"
        if contacts.exists():
            await load_contacts(read_contacts(contacts), source=folder.name, database=self.system.database("notify"))
        return await issue_keys(None, database=database, clock=self.clock, pepper=self.system.key_pepper)

    async def key_to_file_and_read(self, agency: str, *, plan: PlanPublishedData) -> str:
        """Return another key of the agency, for whoever looks in, once every service knows it.

        Raises:
            NotSettled: one does not hear of it.
        """
        issued = await issue_keys(
            [agency],
            database=self.system.database("ingest"),
            clock=self.clock,
            pepper=self.system.key_pepper,
            scopes=[Scope.SUBMIT, Scope.READ],
        )
        await Settling(self.system, plan=plan, clock=self.clock).until_settled()
        return issued[agency]

    async def play(self, moments: Sequence[Moment], *, plan: PlanPublishedData, keys: Mapping[str, str]) -> None:
        """Live through the moments, one after the other.

        Raises:
            NotSettled: the system did not come to rest at a moment.
            ConnectionError: the system did not answer, however often it was asked.
        """
        settling = Settling(self.system, plan=plan, clock=self.clock)
        http = HttpClient(self.system.base_url, connections=_CONNECTIONS)
        clients = Clients(http, keys=keys, book=self.book)
        self.screen.expect(len(moments))
        last_of = {moment.period.id: moment for moment in moments}
        watching = asyncio.create_task(self._watch_for_first_mail())
        try:
            await settling.until_settled()  # the plan has arrived everywhere
            for moment in moments:
                self.clock.advance_to(moment.at)
                await clients.send(moment.acts)
                await settling.until_settled()
                await self._show(moment.period.id, plan=plan.plan, is_over=moment is last_of[moment.period.id])
                self.screen.step()
        finally:
            watching.cancel()
            await http.close()

    async def _show(self, period: str, *, plan: str, is_over: bool) -> None:
        standings = await evidence.standings_by_period(self.system.database("scoring"), plan=plan)
        counts = standings.get(period, Counter())
        self.screen.show(months.under_way(period, counts))
        if is_over:
            mails = self._mails()
            line = months.over(period, counts, mails=mails - self.mails)
            self.screen.leave(line)
            self.over.append(line)
            self.mails = mails

    def _mails(self) -> int:
        return sum(1 for _ in (self.mailbox / "new").iterdir())

    async def _watch_for_first_mail(self) -> None:
        while not self._mails():  # noqa: ASYNC110  a Maildir tells nobody, one looks
            await asyncio.sleep(0.1)
        self.first_mail_seconds = round(time.monotonic() - self.began, 1)
