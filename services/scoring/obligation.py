"""Who owes what: the indicators that an agency reports in a period."""

from services.scoring.model import Agency, Indicator, Period, Plan


def indicators_owed(*, plan: Plan, agency: Agency, period: Period) -> tuple[Indicator, ...]:
    """Return the plan's indicators that the agency reports for the period, in the plan's order.

    An agency owes nothing where it has ceased, or does not exist yet, on the period's last day.
    """
    if agency.id not in plan.agencies or not agency.is_valid_on(period.last_on):
        return ()
    return tuple(
        indicator
        for indicator in plan.indicators
        if agency.kind in indicator.reported_by_kinds or agency.id in indicator.reported_by_agencies
    )
