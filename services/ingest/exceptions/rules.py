"""Until when a period takes corrections, and what speaks against reopening it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.ingest.exceptions.model import Reopening
from services.ingest.plans.model import Registry
from shared.events.plans import AgencyRegisteredData, PeriodData

_DAY: Final = timedelta(days=1)


class ReopeningState(StrEnum):
    """Whether a recorded reopening is in force."""

    IN_FORCE = "in force"
    ENDED = "ended"
    REPLACED = "replaced"  # by a later one of the same period and agency


def locked_since(period: PeriodData, *, reopened_until: date | None) -> date:
    """Return the first day on which a period takes no correction; `reopened_until` is the last day of an exception."""
    if reopened_until is None:
        return period.locked_on
    return max(period.locked_on, reopened_until + _DAY)


def is_in_force(agency: AgencyRegisteredData, *, period: PeriodData) -> bool:
    """Return whether an agency existed on a period's last day."""
    return agency.valid_from < period.ends_on and (agency.valid_to is None or agency.valid_to >= period.ends_on)


def objections(reopening: Reopening, *, registry: Registry) -> list[str]:
    """Return every reason against recording a reopening, each with what would be accepted."""
    return list(_objections(reopening, registry=registry))


def states(reopenings: Sequence[Reopening], *, today: date) -> list[ReopeningState]:
    """Return the state of each reopening, in the order of their recording; the last of a filing key replaces others."""
    last = {reopening.filing_key: number for number, reopening in enumerate(reopenings)}
    return [
        ReopeningState.REPLACED
        if last[reopening.filing_key] != number
        else ReopeningState.ENDED
        if reopening.last_on < today
        else ReopeningState.IN_FORCE
        for number, reopening in enumerate(reopenings)
    ]


def _objections(reopening: Reopening, *, registry: Registry) -> Iterator[str]:
    today = reopening.granted_at.date()
    if reopening.last_on < today:
        yield f"--until {reopening.last_on} is past; accepted: {today} or later"
    plan = registry.plans.get(reopening.plan)
    if plan is None:
        known = ", ".join(sorted(registry.plans)) or "none until one is loaded"
        yield f"there is no plan {reopening.plan}; accepted: {known}"
        return
    agency = registry.agencies.get(reopening.agency) if reopening.agency in plan.agencies else None
    if agency is None:
        reporting = f"one of the {len(plan.agencies)} that report in it"
        yield f"plan {plan.plan} has no agency {reopening.agency}; accepted: {reporting}"
    period = plan.period_by_id.get(reopening.period)
    if period is None:
        known = f"{min(plan.period_by_id)} … {max(plan.period_by_id)}"
        yield f"plan {plan.plan} has no period {reopening.period}; accepted: {known}"
        return
    if reopening.last_on < period.locked_on:
        yield f"{period.id} is locked from {period.locked_on} on; accepted: --until that day or later"
    if agency is not None and not is_in_force(agency, period=period):
        yield f"{agency.agency} did not exist at the end of {period.id}; accepted: a period on whose last day it did"
