"""A rehearsal goes on where it is, whichever process asks and however often it was started again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from shared.runtime.process.clock_anchor import clock_as_anchored, clock_for
from tests.support.databases import DatabaseMaker

START = datetime(2014, 4, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    opened = Database(await make_database("notify"))
    await opened.open()
    yield opened
    await opened.close()


async def test_without_a_start_the_clock_is_the_real_one(database: Database) -> None:
    assert not (await clock_for(None, database=database)).is_rehearsal


async def test_a_rehearsal_begins_at_its_start(database: Database) -> None:
    clock = await clock_for(START, database=database)
    assert clock.is_rehearsal
    assert timedelta() <= clock.now() - START < timedelta(seconds=5)


async def test_processes_that_begin_at_once_share_one_moment(database: Database) -> None:
    clocks = await asyncio.gather(*(clock_for(START, database=database) for _ in range(4)))
    assert max(clock.now() for clock in clocks) - min(clock.now() for clock in clocks) < timedelta(milliseconds=100)


async def test_a_process_started_again_goes_on_where_the_rehearsal_is(database: Database) -> None:
    await clock_for(START, database=database)
    async with database.transaction() as connection:
        await connection.execute("update clock_anchor set anchored_at = anchored_at - interval '3 days'")
    clock = await clock_for(START, database=database)
    assert timedelta(days=3) <= clock.now() - START < timedelta(days=3, seconds=5)


@pytest.mark.parametrize("other", [None, START + timedelta(days=100)])
async def test_the_data_of_a_rehearsal_is_taken_for_no_other_time(database: Database, other: datetime | None) -> None:
    await clock_for(START, database=database)
    with pytest.raises(StartFailure, match=r"CLOCK_START=2014-04-03T09:00:00\+07:00"):
        await clock_for(other, database=database)


async def test_a_command_reads_the_clock_of_the_services(database: Database) -> None:
    assert not (await clock_as_anchored(database)).is_rehearsal
    begun = await clock_for(START, database=database)
    found = await clock_as_anchored(database)
    assert found.is_rehearsal
    assert abs(found.now() - begun.now()) < timedelta(milliseconds=500)


async def test_what_was_begun_on_the_real_clock_is_never_rehearsed_with(database: Database) -> None:
    assert not (await clock_for(None, database=database)).is_rehearsal
    with pytest.raises(StartFailure, match=r"lived on the real clock since .*CLOCK_START=2014-04-03T09:00:00\+07:00"):
        await clock_for(START, database=database)
    assert not (await clock_as_anchored(database)).is_rehearsal
    assert not (await clock_for(None, database=database)).is_rehearsal


async def test_of_processes_that_ask_for_different_clocks_at_once_one_decides(database: Database) -> None:
    asked = [clock_for(start, database=database) for start in (START, None, START, None)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(each, StartFailure) for each in found) == 2
    assert len({each.is_rehearsal for each in found if not isinstance(each, BaseException)}) == 1


@pytest.mark.parametrize("begun", [None, START + timedelta(days=100)])
async def test_a_default_counts_on_an_empty_database_alone(database: Database, begun: datetime | None) -> None:
    before = await clock_for(begun, database=database)
    after = await clock_for(None, database=database, start_if_empty=START)
    assert after.is_rehearsal == before.is_rehearsal
    assert abs(after.now() - before.now()) < timedelta(seconds=5)


async def test_an_empty_database_begins_the_rehearsal_of_the_default_and_goes_on_with_it(database: Database) -> None:
    for _ in range(2):
        clock = await clock_for(None, database=database, start_if_empty=START)
        assert clock.is_rehearsal
        assert timedelta() <= clock.now() - START < timedelta(seconds=5)


async def test_a_start_that_is_set_counts_more_than_the_default(database: Database) -> None:
    later = START + timedelta(days=100)
    clock = await clock_for(later, database=database, start_if_empty=START)
    assert timedelta() <= clock.now() - later < timedelta(seconds=5)
