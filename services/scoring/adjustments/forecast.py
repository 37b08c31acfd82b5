"""Forecasts what an indicator comes to if the latest pace holds; a forecast never changes a standing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple

from services.scoring.judging import figures
from services.scoring.judging.attainment import due, goal
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.model import Filing, Indicator, Period, Plan, Target
from shared.events.vocabulary import Measure, Reach

LEAST_OBSERVATIONS: Final = 3
"""Two values always lie on a line, whatever they are worth; from three on one stray value does not decide."""


class Point(NamedTuple):
    """A value that was observed, at the first day after its period."""

    at: date
    value: Decimal


class Course(NamedTuple):
    """Names what one agency reports of one indicator."""

    agency: str
    indicator: str


class Line(NamedTuple):
    """The pace: `rise` is the value at the moment `since`, `slope` what each day adds, in the indicator's unit."""

    since: date
    rise: Decimal
    slope: Decimal

    def at(self, moment: date) -> Decimal:
        """Return the value on the line."""
        return figures.on_line(Decimal((moment - self.since).days), slope=self.slope, rise=self.rise)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whether the target is reached in time, and the figures behind it, in the indicator's unit.

    The shortfall is what is missing when the target is due: positive where it is missed, negative where it is passed.
    `is_observed`: a value seen then or later says so, and no line.
    """

    reach: Reach
    observations: int
    value_at_end: Decimal | None = None
    value_when_due: Decimal | None = None
    shortfall: Decimal | None = None
    line: Line | None = None
    is_observed: bool = False


def forecast(*, indicator: Indicator, points: Iterable[Point], plan_ends_on: date) -> Forecast:
    """Return the value at the plan's end and when the target is due, and whether that reaches the target.

    The line is drawn from three observations on. A moment by which something was observed needs no line: the first
    value then or later stands for it (our rule). No value leaves the bounds of its measure. A yes-no has no pace: its
    latest yes reaches the target, and a no misses it only once it is due (our rule).

    Source: domain rules, section 5, "Forecast": the latest pace as `theil_sen` has it.
    """
    known, target = sorted(points), goal(indicator)
    if indicator.measure is Measure.YES_NO:
        return _of_yes_no(known, due_on=due(goal(indicator), plan_ends_on=plan_ends_on))
    due_on = due(target, plan_ends_on=plan_ends_on)
    line = theil_sen(known)
    bounds = bounds_of(indicator)

    def value_by(moment: date) -> Decimal | None:
        seen = _seen_by(known, moment)
        if seen is not None or line is None:
            return seen
        # As many digits as a judgement keeps, so that a line that leads exactly to the target reaches it.
        return bounds.clamped(figures.kept(line.at(moment)))

    at_end, when_due = value_by(plan_ends_on), value_by(due_on) if target else None
    return Forecast(
        reach=_reach(target, when_due),
        observations=len(known),
        value_at_end=figures.kept(at_end),
        value_when_due=figures.kept(when_due),
        shortfall=None if target is None or when_due is None else shortfall(target, when_due),
        line=line,
        is_observed=_seen_by(known, due_on) is not None,
    )


def theil_sen(points: Sequence[Point]) -> Line | None:
    """Return the line of the median pace, None with values at fewer than three moments.

    Time is counted in days from the earliest point; only a pair of different moments has a slope.

    Source: Theil (1950) and Sen (1968): slope = median of (yⱼ − yᵢ) ÷ (tⱼ − tᵢ); the line through the median of
    y − slope × t, as in SciPy's `theilslopes(method="joint")`.
    """
    if len({point.at for point in points}) < LEAST_OBSERVATIONS:
        return None
    since = min(point.at for point in points)
    slope = figures.median(
        figures.quotient(figures.difference(last.value, first.value), Decimal((last.at - first.at).days))
        for first, last in combinations(points, 2)
        if last.at != first.at
    )
    back = slope.copy_negate()  # unlike a minus sign, this rounds nothing
    rise = figures.median(
        figures.on_line(Decimal((point.at - since).days), slope=back, rise=point.value) for point in points
    )
    return Line(since, rise, slope)


def shortfall(target: Target, value: Decimal) -> Decimal:
    """Return what the value lacks to the target, in its unit: positive where it misses it, negative where it passes.

    It is 0 where a value stands on a target that is to be passed.
    """
    further, nearer = (target.value, value) if target.is_rising else (value, target.value)
    return figures.kept(figures.difference(further, nearer))


def points_by_course(filings: Iterable[Filing], *, plan: Plan, until: Period) -> Mapping[Course, Sequence[Point]]:
    """Return what was observed up to the end of a period, by agency and indicator, the earliest first.

    `filings` are those that count; what this version of the plan does not know is left out.
    """
    points: dict[Course, list[Point]] = defaultdict(list)
    for filing in filings:
        period = plan.period_by_id.get(filing.key.period)
        if period is None or period.ends_on > until.ends_on:
            continue
        for observation in filing.observations:
            value = figures.value_of(observation)
            if value is not None and observation.indicator in plan.indicator_by_id:
                points[Course(filing.key.agency, observation.indicator)].append(Point(period.ends_on, value))
    return {course: tuple(sorted(known)) for course, known in points.items()}


def _of_yes_no(known: Sequence[Point], *, due_on: date) -> Forecast:
    if not known:
        return Forecast(Reach.TOO_FEW_OBSERVATIONS, observations=0)
    seen = _seen_by(known, due_on)
    answer, is_over = (known[-1].value, False) if seen is None else (seen, True)
    reach = Reach.YES if answer else Reach.NO if is_over else Reach.NO_PACE
    return Forecast(reach, observations=len(known), is_observed=is_over)


def _seen_by(known: Sequence[Point], moment: date) -> Decimal | None:
    return next((point.value for point in known if point.at >= moment), None)


def _reach(target: Target | None, value: Decimal | None) -> Reach:
    if target is None:
        return Reach.NO_TARGET
    if value is None:
        return Reach.TOO_FEW_OBSERVATIONS
    return Reach.YES if target.is_met_by(value) else Reach.NO
