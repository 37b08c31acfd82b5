"""Who owes what: the indicators that an agency reports in a period."""

from services.scoring.judging.model import Agency, Indicator, Period, Plan, once_per_plan
from shared.events.vocabulary import AgencyKind


def indicators_owed(*, plan: Plan, agency: Agency, period: Period) -> tuple[Indicator, ...]:
    """Return the plan's indicators that the agency reports for the period, in the plan's order.

    An agency owes nothing where it has ceased, or does not exist yet, on the period's last day.
    """
    if agency.id not in plan.agencies or not agency.is_valid_on(period.last_on):
        return ()
    return _obliged(plan, agency.kind, agency.id)


@once_per_plan
def _obliged(plan: Plan, kind: AgencyKind, agency: str) -> tuple[Indicator, ...]:
    return tuple(
        each for each in plan.indicators if kind in each.reported_by_kinds or agency in each.reported_by_agencies
    )
