"""A service as a whole: what it reads, relays, serves and does by itself, started and stopped together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request, Response

from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.health import KafkaHealth, topics_of
from shared.runtime.kafka.member import Member
from shared.runtime.kafka.producer import Producer
from shared.runtime.logging import get_logger, tell_as
from shared.runtime.outages import Outage, described
from shared.runtime.outbox import Relay
from shared.runtime.process.probe import Probe
from shared.runtime.schema import Schema

_log = get_logger(__name__)
_LONGEST_PAUSE_SECONDS: Final = 30.0
_WELL_SECONDS: Final = 60.0  # who ran for so long did not fail for the same reason
_STOP_SECONDS: Final = 12.0
_UNTOLD: Final = About("", "")

Background = Callable[[], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Service:
    """One service, wired but not yet running."""

    name: str
    clock: Clock
    database: Database
    about: About = _UNTOLD
    schema: Schema | None = None  # what its database must hold
    producer: Producer | None = None
    relay: Relay | None = None
    members: Sequence[Member] = ()  # of consumer groups
    routers: Sequence[APIRouter] = ()
    busy: Mapping[tuple[str, str], Endpoint] = field(default_factory=dict)  # (method, path) → what answers directly
    background: Sequence[Background] = ()
    outages: Sequence[Outage] = ()  # of what runs in the background
    restart_seconds: float = 1.0  # before a loop that failed is started again; doubled each time
    needs_kafka: bool = True  # where not, Kafka's absence is a warning: the service does its work all the same
    kafka: KafkaHealth | None = field(init=False, default=None)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Look after the database, and after the brokers, topics and groups of whatever speaks with Kafka."""
        self._probe = Probe(self.database, schema=self.schema, relay=self.relay)
        if self.producer:
            prefix = self.producer.topic_prefix
            self.kafka = KafkaHealth(
                service=self.name,
                bootstrap_servers=self.producer.bootstrap_servers,
                names=[prefix + name for name in topics_of(self.name)],
                groups={member.group: member.topics for member in self.members},
            )

    async def start(self) -> None:
        """Begin to consume, relay and tick; Kafka may still be away, the database is open already."""
        runs: list[Background] = [member.run for member in self.members]
        if self.relay:
            runs.append(self.relay.run)
        if self.kafka:
            runs.append(self.kafka.run)
        runs.extend([*self.background, self._probe.run])
        self._tasks = [asyncio.create_task(self._keep_running(run)) for run in runs]

    async def stop(self) -> None:
        """Stop everything and close the database; what is under way is rolled back and comes again."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)
        self._tasks = []
        if self.producer:
            await self.producer.close()
        await self.database.close()

    def faults(self) -> list[str]:
        """Return what keeps this service from being ready, as it was found last; empty when it is."""
        fault = self._probe.fault()
        found = [fault] if fault else []
        found += [told for outage in self.outages if (told := outage.fault())]
        return found + self._kafka_faults() if self.needs_kafka else found

    def warnings(self) -> list[str]:
        """Return what is wrong and does not keep this service from being ready."""
        return [] if self.needs_kafka else self._kafka_faults()

    def _kafka_faults(self) -> list[str]:
        found = self.kafka.faults() if self.kafka else []
        found += [told for member in self.members if (told := member.fault())]
        return found + (self.relay.faults() if self.relay else [])

    async def _keep_running(self, run: Background) -> None:
        """Run a loop until cancelled; one that fails is started again, and told of once for as long as it fails so."""
        tell_as(self.name)
        pause, failure = self.restart_seconds, ""
        while True:
            began_at = time.monotonic()
            with suppress(asyncio.CancelledError):
                try:
                    await run()
                except Exception as error:  # noqa: BLE001  whatever it is, the loop is never silently gone
                    if time.monotonic() - began_at > _WELL_SECONDS:
                        pause, failure = self.restart_seconds, ""
                    if described(error) != failure:
                        _log.error("restarting", task=getattr(run, "__qualname__", repr(run)), exc_info=error)
                    failure = described(error)
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
