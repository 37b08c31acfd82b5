"""A database that refuses us is a failure to start, one that is away is waited for, and no password is shown."""

import asyncio
from contextlib import suppress

import pytest

from shared.runtime.database import Database, hides_password
from shared.runtime.errors import StartFailure

AWAY = "postgresql://tiendo:s3cret@127.0.0.1:1/ingest"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (AWAY, "postgresql://tiendo:***@127.0.0.1:1/ingest"),
        ("postgresql://tiendo@/ingest?host=/run", "postgresql://tiendo@/ingest?host=/run"),
    ],
)
def test_a_password_is_not_shown(url: str, shown: str) -> None:
    assert hides_password(url) == shown


async def test_what_is_no_address_is_a_failure_to_start() -> None:
    with pytest.raises(StartFailure, match=r"DATABASE_URL mysql://tiendo.* is no PostgreSQL URL") as failure:
        await Database("mysql://tiendo:s3cret@localhost/ingest").open()
    assert "s3cret" not in str(failure.value)


async def test_a_database_that_is_away_is_waited_for() -> None:
    opening = asyncio.create_task(Database(AWAY).open())
    await asyncio.sleep(0.2)
    assert not opening.done()
    opening.cancel()
    with suppress(asyncio.CancelledError):
        await opening


async def test_a_database_that_was_not_opened_says_so() -> None:
    with pytest.raises(RuntimeError, match="open the database first"):
        async with Database(AWAY).transaction():
            pass
    with pytest.raises(RuntimeError, match="open the database first"):
        async with Database(AWAY).session():
            pass


async def test_closing_what_was_never_opened_is_harmless() -> None:
    await Database(AWAY).close()
