"""Translates plans and agencies to the events that publish them."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest import SOURCE
from shared.events import topics
from shared.events.envelope import attributes, event_id
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, PlanPublished, PlanPublishedData
from shared.runtime.outbox import Announcement


def reference_announcements(
    plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, now: datetime
) -> list[Announcement]:
    """Return the events of the agencies, then that of the plan, so that a reader of the plan knows its agencies."""
    correlation = f"{plan.plan}:{plan.version}"
    announcements = [
        Announcement.of(
            topics.REFERENCE,
            agency.agency,
            AgencyRegistered(
                **attributes(
                    kind="agency.registered.v1",
                    source=SOURCE,
                    subject=agency.agency,
                    time=now,
                    identity=event_id("agency", correlation, agency.model_dump_json()),
                    correlation=correlation,
                ),
                data=agency,
            ),
        )
        for agency in agencies
    ]
    published = PlanPublished(
        **attributes(
            kind="plan.published.v1",
            source=SOURCE,
            subject=correlation,
            time=now,
            identity=event_id("plan", plan.plan, plan.version, plan.content_hash),
            correlation=correlation,
        ),
        data=plan,
    )
    # Keyed by version: compaction must not drop a version that submissions were accepted under.
    return [*announcements, Announcement.of(topics.REFERENCE, correlation, published)]
