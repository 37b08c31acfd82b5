"""Asks a database every second whether it answers, fits and has old events, so that health need not wait for it."""

import asyncio
import time
from typing import Any, Final

import asyncpg

from shared.runtime import outbox
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.outages import Outage
from shared.runtime.outbox import Relay
from shared.runtime.schema import Schema

_PAUSE_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 2.0
_SILENT_SECONDS: Final = 2.5  # a little more than a pause and a slow answer


class Probe:
    """Keeps what the database said last, on a connection of its own: a busy pool is not taken for an absence."""

    def __init__(self, database: Database, *, schema: Schema | None = None, relay: Relay | None = None) -> None:
        self._url = database.url
        self._away = database.outage
        self._misfit = Outage("database does not fit", back="database fits again")
        self._schema = schema
        self._relay = relay
        self._connection: Any = None
        self._fault: str | None = "database not asked yet"
        self._told_at = time.monotonic()

    def fault(self) -> str | None:
        """Return what is wrong with the database, None where it is as it should be."""
        silent = time.monotonic() - self._told_at
        if self._fault is None and silent > _SILENT_SECONDS:
            return f"database away: no answer for {silent:.0f} s"
        return self._fault

    async def run(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                self._fault = await self._asked()
                self._told_at = time.monotonic()
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self._drop()

    async def _asked(self) -> str | None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if self._connection is None:
                    self._connection = await asyncpg.connect(self._url)
                fault = await self._schema.fault(self._connection) if self._schema else None
                if self._relay and fault is None:
                    self._relay.note_age(await self._connection.fetchval(outbox.AGE))
        except (*TRANSIENT, asyncpg.PostgresError) as error:
            self._drop()
            self._away.note(error)
            return f"database away: {str(error) or type(error).__name__}"
        self._away.end()
        if fault is None:
            self._misfit.end()
            return None
        self._misfit.note(fault)
        return f"database does not fit: {fault}"

    def _drop(self) -> None:
        """Leave the connection without a word: one that does not answer is not waited for."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
