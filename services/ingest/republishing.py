"""Publishes everything again, as after a lost topic."""

from services.ingest.persons.store import PostgresKeys
from services.ingest.plans import handlers as plans
from services.ingest.submissions import handlers as submissions
from shared.runtime.database import Database


async def republish(*, database: Database) -> int:
    """Publish all reference data, keys and submissions again; return how many events.

    Event ids are those of the first time, so that consumers apply nothing twice.
    """
    async with database.transaction() as connection:
        count = await plans.republish(connection)
        count += await PostgresKeys(connection).announce_all()
        return count + await submissions.republish(connection)
