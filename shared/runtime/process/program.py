"""A service as a process: it answers health at once, starts when it can, and ends at the first signal."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Final, Protocol, TypeVar

from uvicorn.loops.auto import auto_loop_factory

from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database, hides_password
from shared.runtime.errors import StartFailure
from shared.runtime.logging import get_logger
from shared.runtime.process.clock_anchor import clock_for
from shared.runtime.process.health import Front
from shared.runtime.process.server import application, listening_socket, web_server
from shared.runtime.process.service import Service
from shared.runtime.schema import Schema
from shared.runtime.settings import RuntimeSettings, development_secrets

_log = get_logger(__name__)
_RETRY_SECONDS: Final = 1.0
_SWITCH_SECONDS: Final = 0.0005  # a tenth of what is usual
_GC_THRESHOLDS: Final = (
    200_000,
    20,
    50,
)  # Python's own are (700, 10, 10); a batch of events makes 80,000 and frees them

SettingsT_contra = TypeVar("SettingsT_contra", bound=RuntimeSettings, contravariant=True)


class Build(Protocol[SettingsT_contra]):
    """A service's `wiring.build`: puts its parts together on an open database."""

    def __call__(self, *, settings: SettingsT_contra, clock: Clock, database: Database) -> Service:
        """Return the service, wired but not yet running."""


async def run_service(settings: SettingsT_contra, build: Build[SettingsT_contra], *, schema: Schema) -> None:
    """Run one service as a process of its own until SIGTERM or SIGINT.

    Raises:
        StartFailure: the port cannot be taken, the database refuses us or is not one of this service, or secrets are
            those that everybody knows, outside a rehearsal.
    """
    end_at_first_signal()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listening_socket(settings.host, settings.port))
        front = Front([schema.service])
        server = web_server(front)
        stack.push_async_callback(server.stop)
        await server.start(listener)
        database = Database(settings.database_url, pool_size=settings.database_pool_size)
        stack.push_async_callback(database.close)
        clock = await _opened(database, settings=settings, schema=schema, tell=front.wait_for)
        service = build(settings=settings, clock=clock, database=database)
        stack.push_async_callback(service.stop)
        await service.start()
        stack.push_async_callback(server.stop)  # before the service: who is being answered gets the answer
        front.open(application([service], allowed_hosts=settings.allowed_hosts))
        _log.info(
            "started",
            port=listener.getsockname()[1],
            now=clock.now().isoformat(timespec="seconds"),
            is_rehearsal=clock.is_rehearsal,
            kafka=settings.kafka_bootstrap_servers,
            database=hides_password(settings.database_url),
            schema=schema.revision,
        )
        await server.until_it_ends()


async def _opened(
    database: Database, *, settings: RuntimeSettings, schema: Schema, tell: Callable[[str], None]
) -> Clock:
    """Open a database, check that it is the service's, and return the clock that it lives by."""
    while True:
        await database.open(tell=tell)
        try:
            await check_schema(database, schema=schema)
            return await clock_for(
                settings.clock_start,
                database=database,
                start_if_empty=settings.clock_start_if_empty,
                demand=lambda clock: check_secrets(settings, clock=clock),
            )
        except TRANSIENT as error:  # gone again in between
            tell(f"database away: {error or type(error).__name__}")
            await asyncio.sleep(_RETRY_SECONDS)


def check_secrets(settings: RuntimeSettings, *, clock: Clock) -> None:
    """Warn in a rehearsal of secrets that everybody knows.

    Raises:
        StartFailure: there are some, and this is no rehearsal.
    """
    if known := development_secrets(settings, is_rehearsal=clock.is_rehearsal):
        _log.warning("secrets of development, for a rehearsal only", variables=known)


async def check_schema(database: Database, *, schema: Schema) -> None:
    """Check that a database is one that the service's build can work on.

    Raises:
        StartFailure: it is not; the sentence says why and what to do.
    """
    async with database.transaction() as connection:
        if fault := await schema.fault(connection):
            raise StartFailure(f"the database {hides_password(database.url)} does not fit: {fault}")


def end_at_first_signal(*, tell: Callable[[], None] = lambda: None) -> None:
    """Let SIGTERM and SIGINT cancel the running task, once: what it opened is then closed in order."""
    loop = asyncio.get_running_loop()
    running = asyncio.current_task()
    is_ending = False

    def end() -> None:
        nonlocal is_ending
        if running is not None and not is_ending:
            is_ending = True
            tell()
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)


def run_program(work: Coroutine[Any, Any, None]) -> None:
    """Run a program of ours to its end or its first signal, on uvloop where the system has it.

    What was loaded is taken out of garbage collection and the rest is collected in larger steps, because the many
    short-lived events made the collector take a fifth of the processor time. Threads beside the event loop, which need
    Python for a moment only, get it soon: otherwise they and the loop wait for each other.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner, suppress(asyncio.CancelledError):
        runner.run(work)
