"""Remembers what is made of a plan as long as the plan itself: one that is only tried takes no other's place."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

from services.scoring.model import Plan

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def once_per_plan(make: Callable[[Plan, *Ts], T]) -> Callable[[Plan, *Ts], T]:
    """Return the function, but what it makes of a plan and further values is made once and remembered."""
    made: WeakKeyDictionary[Plan, dict[tuple[*Ts], T]] = WeakKeyDictionary()

    @wraps(make)
    def remembered(plan: Plan, *further: *Ts) -> T:
        of_plan = made.get(plan)
        if of_plan is None:
            of_plan = made.setdefault(plan, {})
        if further not in of_plan:
            of_plan[further] = make(plan, *further)
        return of_plan[further]

    return remembered
