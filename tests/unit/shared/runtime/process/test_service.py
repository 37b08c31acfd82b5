"""A service's loops are never silently gone, and it says what keeps it from being ready."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from structlog.testing import capture_logs

from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.process.service import Service
from tests.support.waiting import PATIENCE_SECONDS


def service(*background: Callable[[], Awaitable[None]]) -> Service:
    return Service(
        name="test",
        clock=SteppedClock(datetime(2014, 4, 3, tzinfo=UTC)),
        database=Database("postgresql://nobody@127.0.0.1:1/nowhere"),
        background=background,
        restart_seconds=0.0,
    )


async def test_a_loop_that_fails_is_started_again() -> None:
    runs = 0
    is_back = asyncio.Event()

    async def fails_twice() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise RuntimeError("broken")
        is_back.set()
        await asyncio.Event().wait()

    running = service(fails_twice)
    await running.start()
    await asyncio.wait_for(is_back.wait(), PATIENCE_SECONDS)
    await running.stop()
    assert runs == 3


async def test_one_loop_that_fails_does_not_end_another() -> None:
    ticks = 0
    is_enough = asyncio.Event()

    async def fails() -> None:
        raise RuntimeError("broken")

    async def ticks_on() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1
            if ticks == 10:
                is_enough.set()

    running = service(fails, ticks_on)
    await running.start()
    await asyncio.wait_for(is_enough.wait(), PATIENCE_SECONDS)
    await running.stop()


async def test_a_stopped_service_runs_nothing_any_more() -> None:
    is_ended = asyncio.Event()
    is_begun = asyncio.Event()

    async def loop() -> None:
        is_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            is_ended.set()

    running = service(loop)
    await running.start()
    await asyncio.wait_for(is_begun.wait(), PATIENCE_SECONDS)
    await running.stop()
    assert is_ended.is_set()


async def test_a_loop_that_swallows_its_cancellation_is_not_started_again() -> None:
    runs = 0
    is_begun = asyncio.Event()

    async def swallows() -> None:
        nonlocal runs
        runs += 1
        is_begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    running = service(swallows)
    await running.start()
    await asyncio.wait_for(is_begun.wait(), PATIENCE_SECONDS)
    await asyncio.wait_for(running.stop(), PATIENCE_SECONDS)
    assert runs == 1


async def test_a_loop_that_fails_in_the_same_way_again_and_again_is_told_of_once() -> None:
    runs, are_enough = 0, asyncio.Event()

    async def fails() -> None:
        nonlocal runs
        runs += 1
        if runs == 5:
            are_enough.set()
        raise RuntimeError("broken" if runs < 4 else "broken otherwise")

    with capture_logs() as told:
        running = service(fails)
        await running.start()
        await asyncio.wait_for(are_enough.wait(), 2)
        await running.stop()
    said = [str(line["exc_info"]) for line in told if line["event"] == "restarting"]
    assert said == ["broken", "broken otherwise"]
