"""A service as a whole: what it reads, relays, serves and does by itself, started and stopped together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request, Response

from shared.runtime.clock import Clock
from shared.runtime.consumer import Consumer
from shared.runtime.database import Database
from shared.runtime.kafka import Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage
from shared.runtime.outbox import Relay

_log = get_logger(__name__)
_RESTART_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 12.0

Background = Callable[[], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Service:
    """One service, wired but not yet running."""

    name: str
    clock: Clock
    database: Database
    producer: Producer | None = None
    relay: Relay | None = None
    consumers: Sequence[Consumer] = ()
    routers: Sequence[APIRouter] = ()
    busy: Mapping[tuple[str, str], Endpoint] = field(default_factory=dict)  # (method, path) → what answers directly
    background: Sequence[Background] = ()
    outages: Sequence[Outage] = ()  # of what runs in the background
    needs_kafka: bool = True  # where not, Kafka's absence is a warning: the service does its work all the same
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, repr=False)

    async def start(self) -> None:
        """Begin to consume, relay and tick; Kafka may still be away, the database is open already."""
        runs: list[Background] = [consumer.run for consumer in self.consumers]
        if self.relay:
            runs.append(self.relay.run)
        runs.extend(self.background)
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

    async def faults(self) -> list[str]:
        """Return what keeps this service from being ready; empty when it is."""
        is_reachable, of_kafka = await asyncio.gather(self.database.is_reachable(), self._kafka_faults())
        found = [] if is_reachable else ["database away"]
        found += [told for outage in self.outages if (told := outage.fault())]
        return found + of_kafka if self.needs_kafka else found

    async def warnings(self) -> list[str]:
        """Return what is wrong and does not keep this service from being ready."""
        return [] if self.needs_kafka else await self._kafka_faults()

    async def _kafka_faults(self) -> list[str]:
        told = [consumer.fault() for consumer in self.consumers]
        if self.relay:
            told.append(await self.relay.fault())
        return [each for each in told if each]

    async def _keep_running(self, run: Background) -> None:
        while True:
            with suppress(asyncio.CancelledError):
                try:
                    await run()
                except Exception as error:  # noqa: BLE001  a loop that fails is started again, never silently gone
                    _log.error(
                        "restarting", service=self.name, task=getattr(run, "__qualname__", repr(run)), exc_info=error
                    )
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                return
            await asyncio.sleep(_RESTART_SECONDS)
