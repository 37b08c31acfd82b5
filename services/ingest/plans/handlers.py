"""Stores and publishes the next version of a plan with the registry of its folder."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest.plans import store
from services.ingest.plans.events import reference_announcements
from services.ingest.plans.files.folder import LoadedPlan
from services.ingest.plans.registry_changes import Contradiction, merge_registry
from shared.events.plans import PlanPublishedData
from shared.runtime.database import Session
from shared.runtime.outbox import announce_in


class RegistryContradicted(ValueError):
    """A folder contradicts the registry; nothing of it was stored."""

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        self.contradictions = contradictions
        super().__init__("\n".join(each.sentence() for each in contradictions))


async def store_plan(
    session: Session, loaded: LoadedPlan, *, now: datetime, is_registry_changed: bool = False
) -> tuple[int, bool]:
    """Store a plan as its next version and publish it; return the version and whether it is new.

    The same content again is no new version and publishes nothing. Where `is_registry_changed`, contradictions of the
    registry are stored all the same.

    Raises:
        RegistryContradicted: the folder contradicts the registry, which other plans share.
    """
    await store.lock_plan(session, loaded.plan_id)
    latest = await store.latest_version(session, loaded.plan_id)
    is_known = latest is not None and latest.content_hash == loaded.content_hash
    if latest is not None and is_known and not is_registry_changed:
        return latest.version, False
    await store.lock_registry(session)
    known = {each.agency: each for each in await store.registered_agencies(session)}
    registry = merge_registry(loaded.agencies, known=known, plans=await store.plans_in_force(session), today=now.date())
    if registry.contradictions and not is_registry_changed:
        raise RegistryContradicted(registry.contradictions)
    if latest is not None and is_known and not registry.contradictions:
        return latest.version, False
    plan = loaded.to_plan_data(latest.version + 1 if latest else 1)
    await store.save_version(session, plan, registry.agencies, now=now)
    await announce_in(session, reference_announcements(plan, registry.agencies, now=now))
    return plan.version, True


async def republish(session: Session) -> int:
    """Publish the registry and every plan version again, with the event ids of the first time; return how many."""
    count = 0
    agencies = await store.registered_agencies(session)
    for version in await store.all_versions(session):
        plan = PlanPublishedData.model_validate(version.body)
        again = reference_announcements(plan, agencies, now=version.loaded_at)
        await announce_in(session, again)
        count += len(again)
    return count
