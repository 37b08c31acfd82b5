"""Plausible figures of a Vietnamese province's agencies, from the plan's own words and a seed; pure."""

from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Final

from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData, PlanPublishedData, TargetData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import AgencyKind, Direction, Expectation, Measure
from tools.demo.courses import Course, Pace, course_of, elapsed, way_asked
from tools.demo.draws import Draws

_HUNDRED: Final = Decimal(100)
_CENTS: Final = Decimal("0.01")
_SMALL: Final = frozenset({AgencyKind.COMMUNE, AgencyKind.WARD, AgencyKind.TOWNSHIP, AgencyKind.CENTRE})
_LARGE: Final = frozenset({AgencyKind.CITY, AgencyKind.DISTRICT})
_BREAKDOWN: Final = Decimal("0.09")  # of the year: a network is not down for longer


class Counted(StrEnum):
    """What a share is counted in, as its indicator's Vietnamese name tells."""

    TRAINEES = "đào tạo"
    DOCUMENTS = "văn bản"
    STAFF = "cán bộ"
    WORKS = "hạ tầng"
    WORKSTATIONS = "phần mềm"
    CASES = ""  # any name has this


_BEGINS_AT_NOTHING: Final = frozenset({Counted.TRAINEES, Counted.WORKS})
# How many there are at a small, a middle and a large agency: our guess for a province of 2014.
_SIZES: Final = {
    Counted.TRAINEES: ((2, 4), (3, 8), (6, 16)),
    Counted.DOCUMENTS: ((40, 130), (220, 900), (400, 1400)),
    Counted.STAFF: ((17, 25), (32, 95), (110, 260)),
    Counted.WORKS: ((2, 5), (4, 10), (6, 14)),
    Counted.WORKSTATIONS: ((10, 20), (30, 85), (90, 220)),
    Counted.CASES: ((10, 40), (30, 120), (80, 300)),
}
_NOTES: Final = (
    "Chưa được bố trí đủ kinh phí trong quý",
    "Đang chờ phê duyệt dự toán",
    "Cán bộ phụ trách CNTT kiêm nhiệm, chưa bố trí được thời gian",
    "Đang phối hợp với đơn vị cung cấp để khắc phục",
    "Chuyển kế hoạch triển khai sang quý sau",
)


def observe(
    indicator: IndicatorData,
    *,
    agency: AgencyRegisteredData,
    plan: PlanPublishedData,
    period: PeriodData,
    seed: int,
) -> ObservationData:
    """Return what the agency observes of an indicator in a period, in the parts that its measure asks for."""
    counted = next(each for each in Counted if each.value in indicator.name_vi.lower())
    is_tally = indicator.measure is Measure.COUNT and indicator.target is not None  # counted from the plan's start
    course = course_of(indicator, agency=agency, has_base=counted not in _BEGINS_AT_NOTHING and not is_tally, seed=seed)
    way = way_asked(indicator, plan=plan, day=period.ends_on)
    draws = Draws(seed, agency.agency, indicator.id, period.id)
    note = draws.one_of(_NOTES) if course.is_in_trouble(way) else None
    if indicator.measure is Measure.YES_NO:
        is_yes = elapsed(plan, period.ends_on) >= _yes_from(
            indicator, course=course, agency=agency, plan=plan, seed=seed
        )
        return ObservationData(indicator=indicator.id, yes=is_yes, note=None if is_yes else note)
    if indicator.measure is Measure.SHARE:
        whole = _size(counted, indicator=indicator, agency=agency, seed=seed)
        if counted is Counted.DOCUMENTS:  # another number each month
            whole = whole * draws.whole(80, 125) // 100
        aimed = indicator.target.value if indicator.target else _HUNDRED
        part = min(_up(course.level(way) * aimed * whole / _HUNDRED), whole)
        return ObservationData(
            indicator=indicator.id, numerator=Decimal(part), denominator=Decimal(whole), note=note if whole else None
        )
    value = _value(indicator, course=course, way=way, draws=draws, agency=agency, seed=seed)
    return ObservationData(indicator=indicator.id, value=_reported(value, measure=indicator.measure), note=note)


def _value(
    indicator: IndicatorData, *, course: Course, way: Decimal, draws: Draws, agency: AgencyRegisteredData, seed: int
) -> Decimal:
    if indicator.target is None:
        start = _size(Counted.CASES, indicator=indicator, agency=agency, seed=seed)
        return start * (1 + course.level(way) / 4)
    falls = indicator.direction is Direction.DECREASING
    if indicator.expectation is Expectation.AT_ONCE or (falls and indicator.baseline is None):
        is_down = course.pace is Pace.STALLS and 0 <= way - course.stalls_at < _BREAKDOWN
        return _kept_up(indicator.target, falls=falls, pace=course.pace, is_down=is_down, draws=draws)
    baseline = indicator.baseline.value if indicator.baseline else Decimal(0)
    return baseline + (indicator.target.value - baseline) * course.level(way)


def _kept_up(target: TargetData, *, falls: bool, pace: Pace, is_down: bool, draws: Draws) -> Decimal:
    """Return a value of an indicator whose whole target is asked for all year."""
    if falls:
        likely_pct = 60 if pace is Pace.LAGS else 15 if pace is Pace.SLOW else 3
        excess = draws.whole(1, 3) if is_down or draws.chance(likely_pct) else 0
        return target.value + excess
    if is_down:
        return target.value * draws.ratio("0.55", "0.72")
    if pace in {Pace.SLOW, Pace.LAGS}:
        return target.value * draws.ratio("0.96", "1.00")
    better = target.value + (_HUNDRED - target.value) * draws.ratio("0.10", "0.95")
    return max(better, target.value)


def _yes_from(
    indicator: IndicatorData, *, course: Course, agency: AgencyRegisteredData, plan: PlanPublishedData, seed: int
) -> Decimal:
    """Return from which part of the plan's time on the answer is yes; beyond 1 it never is."""
    nothing_until = max((elapsed(plan, each.on) for each in indicator.milestones if not each.value), default=Decimal(0))
    draws = Draws(seed, agency.agency, indicator.id, "yes")
    if course.pace is Pace.AHEAD:
        return nothing_until * draws.ratio("0.00", "0.40")
    if course.pace is Pace.STEADY:
        return nothing_until * draws.ratio("0.40", "1.00")
    if course.pace is Pace.LAGS:
        return Decimal(2)
    return nothing_until + (draws.ratio("0.02", "0.10") if course.pace is Pace.SLOW else draws.ratio("0.12", "0.40"))


def _size(counted: Counted, *, indicator: IndicatorData, agency: AgencyRegisteredData, seed: int) -> int:
    if counted is Counted.STAFF and agency.staff:
        return agency.staff
    # All that is counted in staff is the same staff.
    name = counted.name if counted is Counted.STAFF else indicator.id
    draws = Draws(seed, agency.agency, name, "size")
    if counted is Counted.TRAINEES and draws.chance(3):
        return 0  # nobody is to be trained there this year
    small, middle, large = _SIZES[counted]
    return draws.whole(*(small if agency.kind in _SMALL else large if agency.kind in _LARGE else middle))


def _reported(value: Decimal, *, measure: Measure) -> Decimal:
    if measure is Measure.COUNT:
        return Decimal(max(_up(value), 0))
    cents = value.quantize(_CENTS)
    return min(max(cents, Decimal(0)), _HUNDRED) if measure is Measure.PERCENT else cents


def _up(value: Decimal) -> int:
    """Return the next whole number: one of three people trained is a beginning, none is a lag."""
    return int(value.to_integral_value(rounding=ROUND_CEILING))
