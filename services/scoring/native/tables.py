"""What a plan version asks in a period, laid out for the compiled twin of the rules."""

import ctypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson

from services.scoring import figures
from services.scoring.explain import Shown
from services.scoring.model import Agency, Indicator, Observation, Period, Plan
from services.scoring.native import layouts
from services.scoring.native.layouts import LIMBS
from services.scoring.obligation import indicators_owed
from services.scoring.remembering import once_per_plan
from services.scoring.rollup import STANDINGS
from services.scoring.telling import Blank, frame_of
from services.scoring.verdicts import judged, unreported
from services.scoring.writing import Common, commons, piece_of
from services.scoring.yardsticks import Yardstick
from shared.events.vocabulary import Comparison, Direction, Method, Reason, RollUp, Standing

MOST_INDICATORS: Final = 64

_WORD: Final = 64
_MOST_DIGITS: Final = 50
_MOST_KEPT: Final = 28
_MOST_OF_A_THRESHOLD: Final = 20
_LEAST_EXPONENT: Final = -60
_REFUSED, _RISING, _FALLING, _NOT_POSITIVE, _YES_NO, _NO_TARGET = range(6)
_COMPARISONS: Final = (Comparison.ABOVE, Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.BELOW)
_ROLL_UPS: Final = {RollUp.POOLED: 1, RollUp.MEAN_BY_STAFF: 2}
_METHODS: Final = frozenset({Method.TO_TARGET, Method.NO_TARGET})
_SLOT: Final = re.compile(rb"[\x01-\x06]")  # characters that JSON does not hold by themselves
_BY_PACE: Final = (Standing.ON_TRACK, Standing.AT_RISK, Standing.LAGGING)


@dataclass(frozen=True, eq=False, slots=True)
class NativeOwed:
    """What an agency owes, in memory."""

    address: int
    held: Any


@dataclass(frozen=True, eq=False, slots=True)
class NativeTable:
    """A table in memory, with all that it points to."""

    address: int
    table: layouts.Table
    places: Mapping[str, int]  # of indicators
    period: Period
    last_on: date
    by_agency: dict[str, tuple[Agency, NativeOwed]]  # as it was registered, and what it owed so
    owed: dict[int, NativeOwed]  # by the tuple of indicators, of which there is one for all who owe the same
    held: list[Any]

    def owed_by(self, agency: Agency, *, plan: Plan) -> NativeOwed:
        """Return what an agency owes."""
        known = self.by_agency.get(agency.id)
        if known is None or known[0] is not agency:
            owed = self._laid_out(indicators_owed(plan=plan, agency=agency, period=self.period))
            known = self.by_agency[agency.id] = agency, owed
        return known[1]

    def _laid_out(self, owed: tuple[Indicator, ...]) -> NativeOwed:
        known = id(owed)
        if known not in self.owed:
            self.owed[known] = _owed(owed, places=self.places)
            self.held.append(owed)
        return self.owed[known]


@once_per_plan
def table_of(plan: Plan, name: str) -> NativeTable | None:
    """Return the table of a period, None for a plan that is judged in Python alone."""
    period = plan.period_by_id[name]
    # An indicator of no programme would be added up where agencies as a whole are.
    has_one_without = any(not each.programme for each in plan.indicators)
    are_told_apart = len(plan.indicator_by_id) == len(plan.indicators)
    if plan.looks_back or has_one_without or not are_told_apart or not 0 < len(plan.indicators) <= MOST_INDICATORS:
        return None
    # What is not reported counts by its weight, so the weight of each must be known.
    if any(figure_of(each.weight, digits=_MOST_KEPT) is None for each in plan.indicators):
        return None
    held: list[Any] = []
    common = commons(plan, period)
    programmes = {each: place for place, each in enumerate(dict.fromkeys(each.programme for each in plan.indicators))}
    indicators = (layouts.Indicator * len(plan.indicators))()
    for place, indicator in enumerate(plan.indicators):
        laid_out = _indicator(indicator, common=common[indicator.id], period=period, held=held)
        laid_out.programme_place = programmes[indicator.programme]
        indicators[place] = laid_out
        held.append(laid_out)
    thresholds = plan.thresholds
    phrases = next(iter(common.values())).yardstick
    # Python compares what is nearest with 28 digits.
    on_track, at_risk = (
        figure_of(each, digits=_MOST_OF_A_THRESHOLD) for each in (thresholds.on_track_ratio, thresholds.at_risk_ratio)
    )
    middle = figure_of(figures.mean([thresholds.on_track_ratio, thresholds.at_risk_ratio]))
    if on_track is None or at_risk is None or middle is None:
        return None
    table = layouts.Table(
        indicators=indicators,
        indicator_count=len(plan.indicators),
        programme_count=len(programmes),
        on_track=on_track,
        at_risk=at_risk,
        middle=middle,
        decimal_signs=(phrases.vi.words.decimal_sign + phrases.en.words.decimal_sign).encode(),
    )
    held.append(indicators)
    places = {each.id: place for place, each in enumerate(plan.indicators)}
    return NativeTable(ctypes.addressof(table), table, places, period, period.last_on, {}, {}, held)


def _owed(owed: tuple[Indicator, ...], *, places: Mapping[str, int]) -> NativeOwed:
    numbers = (ctypes.c_int64 * len(owed))(*(places[each.id] for each in owed))
    laid_out = layouts.Owed(places=numbers, count=len(owed))
    return NativeOwed(ctypes.addressof(laid_out), (laid_out, numbers))


def _indicator(indicator: Indicator, *, common: Common, period: Period, held: list[Any]) -> layouts.Indicator:
    yardstick = common.yardstick
    method = _method(indicator, yardstick)
    expected_text = yardstick.expected_text
    told = {
        "target": yardstick.target.value if yardstick.target else None,
        "expected_ratio": yardstick.expected.ratio,
        "expected_value": yardstick.expected.value,
        "expected_as_read": Decimal(expected_text) if expected_text else None,
    }
    laid_out = {name: figure_of(figures.ZERO if each is None else each) for name, each in told.items()}
    if None in laid_out.values():
        method, laid_out = _REFUSED, {}

    def text(told: str | bytes) -> layouts.Text:
        as_bytes = told.encode() if isinstance(told, str) else told
        held.append(as_bytes)
        return layouts.Text(as_bytes, len(as_bytes))

    def silent(standing: Standing, reason: Reason) -> layouts.Piece:
        return _piece(unreported(indicator, yardstick=yardstick, standing=standing, reason=reason), common, text)

    def answer(*, yes: bool) -> layouts.Piece:
        observation = Observation(indicator.id, yes=yes)
        return _piece(
            judged(indicator, observation=observation, yardstick=yardstick, period=period, first=None), common, text
        )

    result = layouts.Indicator(
        id=text(orjson.dumps(indicator.id)),
        name=text(common.name),
        head=text(common.head),
        formula=text(common.formula),
        expected=text(common.expected),
        weight_in_event=text(common.weight),
        programme=text(orjson.dumps(indicator.programme)),
        silences=(layouts.Piece * 2)(
            silent(Standing.AWAITED, Reason.NOT_YET_DUE), silent(Standing.MISSING, Reason.NOT_REPORTED)
        ),
        method=method,
        comparison=_COMPARISONS.index(yardstick.target.comparison) if yardstick.target else 0,
        roll_up=_ROLL_UPS.get(indicator.roll_up, 0),
        has_target=yardstick.target is not None,
        has_expected_ratio=yardstick.expected.ratio is not None,
        tells_expected=bool(expected_text),
        weight=figure_of(indicator.weight),
        **laid_out,
    )
    if method == _YES_NO:
        result.answers = (layouts.Piece * 2)(answer(yes=False), answer(yes=True))
    elif method != _REFUSED:
        for outcome, (standing, reason, has_lag) in enumerate(_outcomes(yardstick)):
            result.verdicts[outcome] = text(f'"standing":"{standing}","reason":"{reason}"')
            result.sentences[outcome] = _segments(standing, reason, has_lag=has_lag, yardstick=yardstick, held=held)
    return result


def _method(indicator: Indicator, yardstick: Yardstick) -> int:
    """Return by what the indicator is judged; what looks at growth, or reads otherwise, only by Python."""
    target = yardstick.target
    if indicator.method is Method.YES_NO:
        return _YES_NO
    if yardstick.vi.is_yes_no or indicator.method not in _METHODS:
        return _REFUSED
    if target is None:
        return _NO_TARGET if indicator.method is Method.TO_TARGET or yardstick.base is None else _REFUSED
    if target.value <= 0:
        return _NOT_POSITIVE
    return _RISING if indicator.direction is Direction.INCREASING else _FALLING


def _outcomes(yardstick: Yardstick) -> Sequence[tuple[Standing, Reason, bool]]:
    """Return how a judgement can come out, in C's order: standing, reason, and whether it lags behind."""
    return (
        (Standing.MET, Reason.TARGET_MET, False),
        *((standing, Reason.BY_PACE, False) for standing in _BY_PACE),
        *((standing, Reason.BY_PACE, True) for standing in _BY_PACE),
        (Standing.ON_TRACK, Reason.NOTHING_EXPECTED_YET, False),
        (Standing.NOT_ASSESSABLE, Reason.NO_TARGET if yardstick.target is None else Reason.TARGET_ZERO, False),
    )


def _segments(standing: Standing, reason: Reason, *, has_lag: bool, yardstick: Yardstick, held: list[Any]) -> Any:
    shown = Shown(value="1", expected="", lag="")
    if reason is Reason.BY_PACE:
        shown = Shown(value="1", expected=yardstick.expected_text, lag="1" if has_lag else "", pace="1")
    blank: Blank = frame_of(standing, reason, shown=shown, yardstick=yardstick).json
    vi, en = yardstick.vi.words.decimal_sign, yardstick.en.words.decimal_sign
    expected = yardstick.expected_text
    figures = ("\x01", expected.replace(".", vi), "\x03", "\x05", "\x02", expected.replace(".", en), "\x04", "\x06")
    told = blank.filled_as_bytes(figures)
    slots = [each[0] - 1 for each in _SLOT.findall(told)]
    texts = _SLOT.split(told)
    segments = (layouts.Segment * len(texts))(
        *(layouts.Segment(layouts.Text(each, len(each)), slot) for each, slot in zip(texts, [*slots, -1], strict=True))
    )
    held.extend((segments, texts))
    return ctypes.cast(segments, ctypes.POINTER(layouts.Segment))


def _piece(judgement: Any, common: Common, text: Any) -> layouts.Piece:
    piece = piece_of(judgement, common)
    return layouts.Piece(
        text(piece.row),
        text(piece.event),
        text("" if judgement.points is None else str(judgement.points)),
        STANDINGS.index(judgement.standing),
    )


def figure_of(figure: Decimal, *, digits: int = _MOST_DIGITS) -> layouts.Figure | None:
    """Return the figure as C has it, None where it has none such, or one of more digits."""
    sign, places, exponent = figure.as_tuple()
    if sign or not isinstance(exponent, int) or not _LEAST_EXPONENT <= exponent <= 0 or len(places) > digits:
        return None
    coefficient = int("".join(map(str, places)))
    limbs = (ctypes.c_uint64 * LIMBS)(*(coefficient >> _WORD * place & 2**_WORD - 1 for place in range(LIMBS)))
    return layouts.Figure(limbs, exponent)
