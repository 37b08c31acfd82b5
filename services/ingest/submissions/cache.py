"""What drafts are judged against, kept in memory between requests."""

import time
from dataclasses import replace
from typing import Final

from services.ingest.exceptions.store import PostgresReopenings
from services.ingest.plans.model import Registry
from services.ingest.plans.store import PostgresPlans
from shared.runtime.database import Database

_REGISTRY_SECONDS: Final = 2.0


class RegistryCache:
    """The plans in force and the agencies, read again when another version was loaded, and what was reopened."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry = Registry({}, {})
        self._versions: list[tuple[str, int]] = []
        self._read_at = float("-inf")

    async def current(self) -> Registry:
        """Return the registry, at most two seconds old."""
        if time.monotonic() - self._read_at > _REGISTRY_SECONDS:
            async with self._database.transaction() as connection:
                plans = PostgresPlans(connection)
                versions = await plans.newest_versions()
                if versions != self._versions:
                    self._registry = await plans.in_force()
                    self._versions = versions
                reopened = await PostgresReopenings(connection).last_days()
                self._registry = replace(self._registry, reopened=reopened)
            self._read_at = time.monotonic()
        return self._registry
