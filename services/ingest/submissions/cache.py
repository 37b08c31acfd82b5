"""Caches the registry between requests."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.ingest.exceptions.store import last_days
from services.ingest.plans.model import Registry
from services.ingest.plans.store import latest_versions, registry_in_force
from shared.runtime.database import Database

_REGISTRY_SECONDS: Final = 2.0


class RegistryCache:
    """Caches plans in force, agencies and exceptions; plans and agencies are read again after a version was loaded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry = Registry({}, {})
        self._versions: Mapping[str, int] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def current(self) -> Registry:
        """Return the registry, at most two seconds old.

        Raises:
            OSError, asyncpg errors: it has to be read and the database is away.
        """
        if time.monotonic() - self._read_at > _REGISTRY_SECONDS:
            if self._reading is None:  # one read for all requests that wait: each would hold a connection
                self._reading = asyncio.create_task(self._read())
                self._reading.add_done_callback(self._forget)
            await asyncio.shield(self._reading)
        return self._registry

    def _forget(self, _: asyncio.Task[None]) -> None:
        self._reading = None

    async def _read(self) -> None:
        started_at = time.monotonic()
        async with self._database.session() as session:
            versions = await latest_versions(session)
            if versions != self._versions:
                self._registry = await registry_in_force(session)
                self._versions = versions
            self._registry = replace(self._registry, reopened=await last_days(session))
        self._read_at = started_at
