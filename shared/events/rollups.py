"""Roll-up events: what the agencies of a plan reach together in a period, as of one moment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.events.envelope import Event, EventData, Moment
from shared.events.plans import TargetData
from shared.events.vocabulary import Basis, Standing, Verdict


class IndicatorRollUpData(EventData):
    """One indicator over all agencies, in its unit; of a yes-no the percent of agencies that say yes."""

    indicator: str
    value: Decimal | None  # by the indicator's roll-up rule, over those that reported
    target: TargetData | None
    basis: Basis
    expected_value: Decimal | None  # at the period's end
    expected_basis: Basis | None
    verdict: Verdict | None  # on the target; null without one, or where there is nothing to compare
    reported: int  # agencies, of those that owe it
    owed: int
    is_incomplete: bool  # judged over those that reported, for the others can no longer
    unknown_staff: int  # agencies that a mean by staff leaves out because nobody knows their staff
    agencies: Mapping[Standing, int]  # how many have each standing
    # A change is told over the agencies that reported both this period and the one before.
    same: int
    value_of_same: Decimal | None
    value_before: Decimal | None


class RollUpChangedData(EventData):
    """What all agencies of a plan reach together in a period; a later `as_of` of the same period replaces it."""

    plan: str
    plan_version: int  # whose targets and expectations stand here
    mixed: int  # agencies that were judged by another version
    period: str
    period_starts_on: date
    period_ends_on: date
    due_on: date
    is_closed: bool  # the due date has passed and who is silent was judged
    is_locked: bool  # no report can come any more without an exception
    as_of: Moment  # everything that was committed by then is counted, and nothing else; `/v1/rollups` takes it
    owed: int  # agencies that owe anything for the period
    filed: int  # agencies of which something counts as filed
    on_time: int  # of those, filed on or before the due date
    agencies: Mapping[Standing, int]
    period_before: str | None  # null where there is none
    agencies_before: Mapping[Standing, int]  # in the period before
    indicators: tuple[IndicatorRollUpData, ...]


class RollUpChanged(Event[RollUpChangedData]):
    """What the agencies of a plan reach together in a period changed, or the period closed."""

    type: Literal["rollup.changed.v1"] = "rollup.changed.v1"
