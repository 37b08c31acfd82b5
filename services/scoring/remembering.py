"""Remembers what is made of a plan as long as the plan itself: one that is only tried takes no other's place."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple

from services.scoring.model import Plan

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def once_per_plan(make: Callable[[Plan, *Ts], T]) -> Callable[[Plan, *Ts], T]:
    """Return the function, but what it makes of a plan and further values is made once and remembered."""

    @wraps(make)
    def remembered(plan: Plan, *further: *Ts) -> T:
        made: dict[tuple[*Ts], T] | None = plan.made.get(make)
        if made is None:
            made = plan.made.setdefault(make, {})
        if further not in made:
            made[further] = make(plan, *further)
        return made[further]

    return remembered
