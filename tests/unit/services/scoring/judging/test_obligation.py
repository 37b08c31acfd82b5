"""Who owes what in a period."""

from dataclasses import replace
from datetime import date

import pytest

from services.scoring.judging.model import Agency
from services.scoring.judging.obligation import indicators_owed
from shared.events.vocabulary import AgencyKind
from tests.unit.services.scoring.examples import DISTRICT, FIRST_QUARTER, indicator, plan

DIC = Agency("so-thong-tin-va-truyen-thong", AgencyKind.DEPARTMENT, date(2008, 1, 1), None)
BY_DISTRICTS = indicator("edoc-exchange")
BY_THE_DIC = indicator("it-park", reported_by_kinds=frozenset(), reported_by_agencies=frozenset({DIC.id}))
PLAN = plan(BY_DISTRICTS, BY_THE_DIC, agencies=(DISTRICT.id, DIC.id))


def _owed(agency: Agency) -> list[str]:
    return [each.id for each in indicators_owed(plan=PLAN, agency=agency, period=FIRST_QUARTER)]


def test_an_agency_owes_what_its_kind_reports_and_what_it_is_named_for() -> None:
    assert _owed(DISTRICT) == ["edoc-exchange"]
    assert _owed(DIC) == ["it-park"]


def test_an_agency_outside_the_plan_owes_nothing() -> None:
    assert _owed(replace(DISTRICT, id="ubnd-huyen-khac")) == []


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_owing"),
    [
        (date(2014, 3, 31), None, True),  # founded on the period's last day
        (date(2014, 4, 1), None, False),
        (date(2004, 1, 1), date(2014, 4, 1), True),  # ceased when the period had ended
        (date(2004, 1, 1), date(2014, 3, 31), False),
    ],
)
def test_an_agency_owes_a_period_that_it_lives_to_the_last_day_of(
    valid_from: date, valid_to: date | None, *, is_owing: bool
) -> None:
    assert bool(_owed(replace(DISTRICT, valid_from=valid_from, valid_to=valid_to))) is is_owing
