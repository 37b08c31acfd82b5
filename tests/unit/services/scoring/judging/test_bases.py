"""An expectation is the decision's own only where it is a figure of the decision."""

from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.expectation import expected_basis
from shared.events.vocabulary import Basis

JUNE, JULY = date(2014, 6, 30), date(2014, 7, 31)


@pytest.mark.parametrize("basis", Basis)
def test_what_is_expected_has_the_targets_basis_where_it_is_the_target(basis: Basis) -> None:
    found = expected_basis(basis=basis, target=Decimal(90), expected=Decimal("90.0"), milestones=(), last_on=JUNE)
    assert found is basis


@pytest.mark.parametrize(("last_on", "basis"), [(JUNE, Basis.STATED), (JULY, Basis.ASSUMED)])
def test_a_milestones_basis_holds_on_its_own_day_and_the_way_on_is_ours(last_on: date, basis: Basis) -> None:
    found = expected_basis(
        basis=Basis.STATED,
        target=Decimal(90),
        expected=Decimal(40),
        milestones=[(JUNE, Basis.STATED)],
        last_on=last_on,
    )
    assert found is basis
