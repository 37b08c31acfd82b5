"""Whose figure an expectation is: the plan's own, or a point on a line that we draw."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from shared.events.vocabulary import Basis


def expected_basis(
    *, basis: Basis, target: Decimal, expected: Decimal, milestones: Iterable[tuple[date, Basis]], last_on: date
) -> Basis:
    """Return the basis of what is expected at the end of `last_on`, of an indicator whose target has `basis`.

    It is that of the target, or of a milestone on that very day; on the way between such figures it is assumed, for no
    decision says that the way is even (our rule).
    """
    if expected == target:
        return basis
    return next((of_milestone for on, of_milestone in milestones if on == last_on), Basis.ASSUMED)
