"""Commands at the terminal that work on a service's database: opened for them, and closed again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from shared.runtime import logging
from shared.runtime.database import COMMAND_SECONDS, Database
from shared.runtime.settings import DatabaseSettings, read_settings

ResultT = TypeVar("ResultT")
_CONNECTIONS: Final = 2


def with_database(act: Callable[[Database], Awaitable[ResultT]]) -> ResultT:
    """Return what a command comes to on the database that `DATABASE_URL` names.

    Raises:
        StartFailure: the variable is missing, or no database answers in time.
    """
    settings = read_settings(DatabaseSettings)
    logging.configure(settings.log_level)

    async def run() -> ResultT:
        database = Database(settings.database_url, pool_size=_CONNECTIONS)
        await database.open(within_seconds=COMMAND_SECONDS)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run())
