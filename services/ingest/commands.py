"""Runs a command of ingest on its database and its clock."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.ingest.settings import Settings
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.process import commands
from shared.runtime.process.clock_anchor import clock_for
from shared.runtime.settings import read_settings

ResultT = TypeVar("ResultT")


def with_database(act: Callable[[Database, Clock, Settings], Awaitable[ResultT]]) -> ResultT:
    """Return the result of a command that is given the open database, the clock and the settings of ingest.

    Raises:
        StartFailure: a setting is missing or wrong, no database answers in time, or it was begun on another clock.
    """
    settings = read_settings(Settings)

    async def run(database: Database) -> ResultT:
        clock = await clock_for(settings.clock_start, database=database, start_if_empty=settings.clock_start_if_empty)
        return await act(database, clock, settings)

    return commands.with_database(run)
