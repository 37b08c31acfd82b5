"""Publishes everything again, as after a lost topic."""

from services.ingest.persons import handlers as persons
from services.ingest.plans import handlers as plans
from services.ingest.submissions import store as submissions
from shared.runtime.database import Database


async def republish(*, database: Database) -> int:
    """Publish all reference data, keys and submissions again; return how many events.

    Event ids are those of the first time, so that consumers apply nothing twice.
    """
    async with database.session() as session:
        count = await plans.republish(session)
        count += await persons.republish(session)
        return count + await submissions.republish(session)
