"""Done or not."""

from datetime import date
from decimal import Decimal

from services.scoring.judging.methods.case import Case
from services.scoring.judging.methods.yes_no import yes_no
from shared.events.vocabulary import Direction, Reason
from tests.unit.services.scoring.examples import at_least

ASKED = Case(Direction.INCREASING, at_least(1), Decimal(1), at=date(2015, 1, 1), due=date(2015, 1, 1))


def test_a_yes_is_all_and_a_no_is_nothing() -> None:
    assert yes_no(ASKED).attainment == 1
    assert yes_no(ASKED._replace(value=Decimal(0))).attainment == 0


def test_without_a_target_nothing_is_asked() -> None:
    assert yes_no(ASKED._replace(target=None)).reason is Reason.NO_TARGET
