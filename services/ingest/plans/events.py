"""Translates plans and agencies to the events that publish them, and from those events to the model."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest import SOURCE
from services.ingest.plans.model import Agency, Indicator, Period, Plan
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


def plan_of(published: PlanPublishedData) -> Plan:
    """Return the model of a published plan."""
    return Plan(
        id=published.plan,
        version=published.version,
        lead_agency=published.lead_agency,
        reporting=published.reporting,
        indicators={
            each.id: Indicator(
                id=each.id,
                measure=each.measure,
                reported_by_kinds=frozenset(each.reported_by_kinds),
                reported_by_agencies=frozenset(each.reported_by_agencies),
                is_whole=each.is_whole,
            )
            for each in published.indicators
        },
        periods={
            each.id: Period(
                id=each.id,
                starts_on=each.starts_on,
                ends_on=each.ends_on,
                due_on=each.due_on,
                locked_on=each.locked_on,
            )
            for each in published.periods
        },
        agencies=frozenset(published.agencies),
    )


def agency_of(registered: AgencyRegisteredData) -> Agency:
    """Return the model of a registered agency."""
    return Agency(
        id=registered.agency,
        name_vi=registered.name_vi,
        name_en=registered.name_en,
        kind=registered.kind,
        parent=registered.parent,
        valid_from=registered.valid_from,
        valid_to=registered.valid_to,
        succeeded_by=registered.succeeded_by,
    )
