"""How an indicator goes over the year at one agency: ahead, steady, slow, stalled for a while, or lagging."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from shared.events.plans import AgencyRegisteredData, IndicatorData, PlanPublishedData
from tools.demo.draws import Draws

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_CATCHING_UP: Final = Decimal("0.12")  # of the year, from resuming to being where it should be
_EAGER: Final = Decimal("1.4")


class Pace(StrEnum):
    """The way an indicator goes."""

    AHEAD = "ahead"
    STEADY = "steady"
    SLOW = "slow"
    STALLS = "stalls"  # stands still for a while, then catches up
    LAGS = "lags"


class Temper(StrEnum):
    """What an agency is like as a whole."""

    DILIGENT = "diligent"
    ORDINARY = "ordinary"
    STRUGGLING = "struggling"


_TEMPERS: Final = {Temper.DILIGENT: 48, Temper.ORDINARY: 34, Temper.STRUGGLING: 18}
_PACES: Final[Mapping[Temper, Mapping[Pace, int]]] = {
    Temper.DILIGENT: {Pace.AHEAD: 45, Pace.STEADY: 52, Pace.SLOW: 3},
    Temper.ORDINARY: {Pace.AHEAD: 15, Pace.STEADY: 67, Pace.SLOW: 12, Pace.STALLS: 6},
    Temper.STRUGGLING: {Pace.AHEAD: 5, Pace.STEADY: 35, Pace.SLOW: 20, Pace.STALLS: 28, Pace.LAGS: 12},
}
_BASES: Final = {
    Pace.AHEAD: ("0.60", "0.85"),
    Pace.STEADY: ("0.45", "0.70"),
    Pace.SLOW: ("0.35", "0.55"),
    Pace.STALLS: ("0.10", "0.30"),
    Pace.LAGS: ("0.15", "0.40"),
}
_ENDS: Final = {
    Pace.AHEAD: ("1.02", "1.10"),
    Pace.STEADY: ("1.01", "1.08"),
    Pace.SLOW: ("0.80", "0.96"),
    Pace.STALLS: ("1.00", "1.06"),
    Pace.LAGS: ("0.45", "0.70"),
}


@dataclass(frozen=True)
class Course:
    """One indicator at one agency: where it starts and ends, as ratios of the target, and when it stands still."""

    pace: Pace
    base: Decimal
    end: Decimal
    stalls_at: Decimal
    resumes_at: Decimal

    def level(self, way: Decimal) -> Decimal:
        """Return the level (a ratio, 1 = target) once `way` of what the plan asks for is asked for."""
        if self.pace is Pace.AHEAD:
            return self._rising(min(way * _EAGER, _ONE))
        if self.pace is not Pace.STALLS:
            return self._rising(way)
        stalled = self._rising(min(way, self.stalls_at))
        if way <= self.resumes_at:
            return stalled
        caught_up = min((way - self.resumes_at) / _CATCHING_UP, _ONE)
        return stalled + (max(self._rising(way), way) - stalled) * caught_up

    def is_in_trouble(self, way: Decimal) -> bool:
        """Return whether this is a time at which the agency has something to explain."""
        return self.pace is Pace.LAGS or (self.pace is Pace.STALLS and self.stalls_at < way <= self.resumes_at)

    def _rising(self, way: Decimal) -> Decimal:
        return self.base + (self.end - self.base) * way


def course_of(indicator: IndicatorData, *, agency: AgencyRegisteredData, has_base: bool, seed: int) -> Course:
    """Return the course of an indicator at an agency; `has_base` where last year's level carries over."""
    temper = Draws(seed, agency.agency, "temper").weighted(_TEMPERS)
    draws = Draws(seed, agency.agency, indicator.id, "course")
    pace = draws.weighted(_PACES[temper])
    stalls_at = draws.ratio("0.00", "0.30")
    base = draws.ratio(*_BASES[pace])
    return Course(
        pace=pace,
        base=base if has_base else _ZERO,
        end=draws.ratio(*_ENDS[pace]),
        stalls_at=stalls_at,
        resumes_at=stalls_at + draws.ratio("0.25", "0.50"),
    )


def elapsed(plan: PlanPublishedData, day: date) -> Decimal:
    """Return which part of the plan's time is over when `day` begins, a ratio."""
    whole = (plan.ends_on - plan.starts_on).days
    return min(max(Decimal((day - plan.starts_on).days) / whole, _ZERO), _ONE)


def way_asked(indicator: IndicatorData, *, plan: PlanPublishedData, day: date) -> Decimal:
    """Return which part of the way from baseline to target the plan asks for when `day` begins, a ratio."""
    now = elapsed(plan, day)
    if indicator.target is None:
        return now
    baseline = indicator.baseline.value if indicator.baseline else _ZERO
    whole = indicator.target.value - baseline
    before, asked = _ZERO, _ZERO
    corners = [
        (elapsed(plan, milestone.on), (milestone.value - baseline) / whole if whole else _ONE)
        for milestone in indicator.milestones
    ]
    for at, then in [*corners, (_ONE, _ONE)]:
        if now <= at:
            return asked + (then - asked) * (now - before) / (at - before) if at > before else then
        before, asked = at, then
    return _ONE
