"""A clock tells the moment in Việt Nam; a rehearsal lives a past year again, and time is not turned back."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.runtime.clock import RehearsalClock, SteppedClock, SystemClock, system_now
from tests.support.waiting import PATIENCE_SECONDS

START = datetime(2014, 4, 3, 2, 0, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def test_the_real_clock_tells_the_moment_in_viet_nam() -> None:
    before = datetime.fromtimestamp(time.time(), UTC)
    now = SystemClock().now()
    assert before <= now <= before + timedelta(seconds=5)
    assert now.utcoffset() == timedelta(hours=7)


def test_only_the_real_clock_is_no_rehearsal() -> None:
    assert not SystemClock().is_rehearsal
    assert RehearsalClock(START, anchored_at=system_now()).is_rehearsal
    assert SteppedClock(START).is_rehearsal


def test_a_rehearsal_runs_on_from_its_start() -> None:
    clock = RehearsalClock(START, anchored_at=system_now() - timedelta(minutes=10))
    assert timedelta(minutes=10) <= clock.now() - START < timedelta(minutes=10, seconds=5)
    assert clock.now().isoformat().startswith("2014-04-03T09:1")


def test_a_rehearsal_started_again_goes_on_where_it_is() -> None:
    anchored_at = system_now() - timedelta(hours=3)
    first, second = (RehearsalClock(START, anchored_at=anchored_at) for _ in range(2))
    assert abs(first.now() - second.now()) < timedelta(seconds=1)


def test_a_stepped_clock_stands_still_until_it_is_moved() -> None:
    clock = SteppedClock(START)
    assert clock.now() == clock.now() == START
    clock.advance_to(START + timedelta(days=5))
    assert clock.now() == START + timedelta(days=5)
    assert clock.now().tzinfo == HANOI


def test_time_is_not_turned_back() -> None:
    clock = SteppedClock(START)
    with pytest.raises(ValueError, match="not turned back"):
        clock.advance_to(START - timedelta(seconds=1))
    assert clock.now() == START


async def test_who_sleeps_on_a_stepped_clock_wakes_when_it_moves() -> None:
    clock = SteppedClock(START)
    sleepers = [asyncio.create_task(clock.sleep(60, since=clock.now())) for _ in range(3)]
    await asyncio.sleep(0)
    clock.advance_to(START + timedelta(days=1))
    await asyncio.wait_for(asyncio.gather(*sleepers), PATIENCE_SECONDS)


async def test_who_sleeps_again_waits_for_the_next_move() -> None:
    clock = SteppedClock(START)
    clock.advance_to(START + timedelta(days=1))
    sleeper = asyncio.create_task(clock.sleep(60, since=clock.now()))
    await asyncio.sleep(0.02)
    assert not sleeper.done()
    clock.advance_to(START + timedelta(days=2))
    await asyncio.wait_for(sleeper, PATIENCE_SECONDS)


async def test_who_looked_before_the_clock_was_moved_does_not_rest() -> None:
    clock = SteppedClock(START)
    looked_at = clock.now()
    clock.advance_to(START + timedelta(days=1))
    async with asyncio.timeout(5):
        await clock.sleep(60, since=looked_at)


@pytest.mark.parametrize(
    "clock",
    [SystemClock(), RehearsalClock(START, anchored_at=system_now())],
    ids=["real", "rehearsal"],
)
async def test_a_running_clock_sleeps_in_real_seconds(clock: SystemClock | RehearsalClock) -> None:
    before = time.monotonic()
    await clock.sleep(0.05, since=clock.now())
    assert time.monotonic() - before >= 0.045


async def test_a_stepped_clock_that_nobody_moves_still_wakes_its_sleepers() -> None:
    before, clock = time.monotonic(), SteppedClock(START)
    await clock.sleep(0.05, since=clock.now())
    assert time.monotonic() - before >= 0.045
