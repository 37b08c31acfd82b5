"""Takes a plan: its next version and the registry that came with it are kept and published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.ingest.plans.events import reference_announcements
from services.ingest.plans.files.folder import LoadedPlan
from services.ingest.plans.registry_changes import Difference, merged
from services.ingest.plans.store import PostgresPlans
from shared.runtime.outbox import announce


class RegistryContradicted(ValueError):
    """A folder contradicts the registry; nothing of it was taken."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = differences
        super().__init__("\n".join(each.told() for each in differences))


async def take_plan(
    loaded: LoadedPlan, *, connection: Any, now: datetime, is_registry_changed: bool = False
) -> tuple[int, bool]:
    """Store a plan as its next version and publish it; return the version and whether it is new.

    The same content again is no new version and announces nothing. `is_registry_changed` says that what contradicts the
    registry is taken all the same.

    Raises:
        RegistryContradicted: the folder contradicts the registry, which other plans share.
    """
    plans = PostgresPlans(connection)
    latest = await plans.latest(loaded.plan_id)
    is_known = latest is not None and latest[1] == loaded.content_hash
    if latest is not None and is_known and not is_registry_changed:
        return latest[0], False
    registry = merged(loaded.agencies, known=await plans.registry(), plans=await plans.newest(), today=now.date())
    if registry.differences and not is_registry_changed:
        raise RegistryContradicted(registry.differences)
    if latest is not None and is_known and not registry.differences:
        return latest[0], False
    version = latest[0] + 1 if latest else 1
    plan = loaded.to_plan_data(version)
    await plans.save(plan, registry.agencies, now=now)
    await announce(connection, reference_announcements(plan, registry.agencies, now=now))
    return version, True


async def republish(connection: Any) -> int:
    """Publish the registry and every plan version again, with the event ids of the first time; return how many."""
    plans = PostgresPlans(connection)
    count = 0
    agencies = list((await plans.registry()).values())
    for plan, loaded_at in await plans.versions():
        again = reference_announcements(plan, agencies, now=loaded_at)
        await announce(connection, again)
        count += len(again)
    return count
