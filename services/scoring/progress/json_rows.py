"""Writes judgements as JSON, as progress rows keep them and progress events tell them.

Put together as text and not from models, because an agency's event is thousands of bytes of which most are the same
for every agency: those are made once. What a row and an event both hold is written once. Tests hold it to the models.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from services.scoring.judging.criteria import Yardstick, yardsticks
from services.scoring.judging.judgements import Judgement, Progress
from services.scoring.judging.model import (
    Base,
    Indicator,
    Milestone,
    Observation,
    Period,
    Plan,
    Target,
    Tolerance,
    once_per_plan,
)
from services.scoring.wording.sentences import told_as_json
from shared.events.vocabulary import Method, Reason, Standing

_USUAL_WEIGHT: Final = 1
_NOTHING_ELSE: Final = (None, None, None)  # but the value: neither numerator nor denominator nor note


class Piece(NamedTuple):
    """One judgement as JSON: the members that rows and events share, and the whole event's where it is known."""

    row: str
    figures: str
    growth: str
    points: str
    event: bytes = b""


class Written(NamedTuple):
    """A progress with its judgements as JSON."""

    progress: Progress
    pieces: Sequence[Piece]

    @property
    def judgements(self) -> str:
        """Return the judgements as a row keeps them."""
        return as_row(self.pieces)

    @property
    def observations(self) -> str:
        """Return what was filed as a row keeps it."""
        filing = self.progress.filing
        return f"[{','.join(map(_observation, filing.observations))}]" if filing else "[]"


@dataclass(frozen=True, slots=True)
class Common:
    """What the judgements of one indicator in one period say, whoever is judged."""

    name: str  # the indicator, as a row begins
    head: bytes  # from the indicator to its milestones, as an event begins
    formula: bytes
    weight: str  # empty: the usual one
    expected: str  # ratio and value
    yardstick: Yardstick
    is_yes_no: bool
    usual: dict[tuple[Standing, Reason, str, bool], Piece]  # of what many agencies report, or do not, alike


def written(progress: Progress, *, plan: Plan) -> Written:
    """Return the progress with its judgements as JSON; `plan` is the version that judged it."""
    return Written(progress, pieces_of(progress.judgements, plan=plan, period=plan.period_by_id[progress.key.period]))


def pieces_of(judgements: Iterable[Judgement], *, plan: Plan, period: Period) -> Sequence[Piece]:
    """Return judgements as JSON."""
    common = commons(plan, period)
    return [piece_of(each, common[each.indicator]) for each in judgements]


def as_row(pieces: Sequence[Piece]) -> str:
    """Return judgements as a row keeps them: a JSON array."""
    return f"[{','.join([piece.row for piece in pieces])}]"


def judgements_in_event(written: Written, *, plan: Plan) -> bytes:
    """Return the judgements as an event tells them: a JSON array."""
    common = commons(plan, plan.period_by_id[written.progress.key.period])
    judgements = zip(written.progress.judgements, written.pieces, strict=True)
    told = [piece.event or _in_event(each, piece, common[each.indicator]) for each, piece in judgements]
    return b"[%s]" % b",".join(told)


@once_per_plan
def commons(plan: Plan, period: Period) -> Mapping[str, Common]:
    """Return, by indicator, what its judgements say in a period, whoever is judged."""
    by = yardsticks(plan, period)
    return {each.id: _common_of(each, yardstick=by[each.id]) for each in plan.indicators}


def _common_of(indicator: Indicator, *, yardstick: Yardstick) -> Common:
    name = f'{{"indicator":{_json(indicator.id)},'
    head: dict[str, Any] = {
        "measure": indicator.measure,
        "direction": indicator.direction,
        "method": indicator.method,
        "target": _target(yardstick.target) if yardstick.target else None,
        "basis": indicator.basis,
        "expectation": indicator.expectation,
        "baseline": _milestone(indicator.baseline) if indicator.baseline else None,
        "milestones": [_milestone(each) for each in indicator.milestones],
    }
    if indicator.tolerance is not None:
        head["tolerance"] = _tolerance(indicator.tolerance)
    if indicator.limit is not None:
        head["limit"] = str(indicator.limit)
    return Common(
        name=name,
        head=f"{name}{_json(head)[1:-1]},".encode(),
        formula=f',"formula":{_json(yardstick.formula)},'.encode(),
        weight="" if indicator.weight == _USUAL_WEIGHT else f',"weight":"{indicator.weight}"',
        expected=_expected(yardstick),
        yardstick=yardstick,
        is_yes_no=indicator.method is Method.YES_NO,
        usual={},
    )


def piece_of(judgement: Judgement, common: Common) -> Piece:
    """Return a judgement as JSON; what nobody reported, and a yes-no, reads the same for every agency."""
    observed = judgement.observed
    if observed is not None and not (common.is_yes_no and observed[1:] == _NOTHING_ELSE):
        return _new_piece(judgement, common)
    if not _is_expected(judgement, common):
        return _new_piece(judgement, common)
    answer = "" if observed is None else str(observed.value)
    key = judgement.standing, judgement.reason, answer, judgement.needed_value is None
    piece = common.usual.get(key)
    if piece is None:
        piece = _new_piece(judgement, common)
        piece = piece._replace(event=_in_event(judgement, piece, common))
        common.usual[key] = piece
    return piece


def _new_piece(judgement: Judgement, common: Common) -> Piece:
    observed, status, given = judgement.observed, judgement.status, judgement.points
    seen = "null"
    if observed is not None:
        value, numerator, denominator, note = observed
        seen = (
            f'{{"value":{_figure(value)},"numerator":{_figure(numerator)},"denominator":{_figure(denominator)},'
            f'"note":{"null" if note is None else _json(note)}}}'
        )
    expected = common.expected if _is_expected(judgement, common) else _expected(judgement)
    figures = (
        f'"observed":{seen},"attainment_ratio":{_figure(judgement.attainment_ratio)},{expected},'
        f'"pace_ratio":{_figure(judgement.pace_ratio)},"lag_points":{_figure(judgement.lag_points)},'
        f'"standing":"{judgement.standing}","reason":"{judgement.reason}"'
        f"{_given(judgement, 'lag_value')}{_given(judgement, 'needed_value')}{_given(judgement, 'needed_numerator')}"
    )
    growth = "" if status is None else _growth(judgement)
    points = "" if given is None else f',"points":"{given!s}"'
    return Piece(f"{common.name}{figures}{growth}{points}}}", figures, growth, points)


def _in_event(judgement: Judgement, piece: Piece, common: Common) -> bytes:
    # In bytes, because most of it is kept: encoding Vietnamese for every agency again takes longer than all of this.
    sentences = told_as_json(judgement, yardstick=common.yardstick)
    _, figures, growth, points, _ = piece
    end = f"{growth}{common.weight}{points}}}"
    return b"".join((common.head, figures.encode(), common.formula, sentences, end.encode()))


def _is_expected(judgement: Judgement, common: Common) -> bool:
    """Return whether what was expected is what the plan expects, and no other: growth expects a value of its own."""
    by = common.yardstick
    return judgement.expected_value is by.expected_value and judgement.expected_ratio is by.expected_ratio


def _expected(by: Judgement | Yardstick) -> str:
    return f'"expected_ratio":{_figure(by.expected_ratio)},"expected_value":{_figure(by.expected_value)}'


def _growth(judgement: Judgement) -> str:
    found = {
        "base": _base(judgement.base) if judgement.base else None,
        "limit_factor": None if judgement.limit_factor is None else str(judgement.limit_factor),
        "progress_ratio": None if judgement.progress_ratio is None else str(judgement.progress_ratio),
        "score": None if judgement.score is None else str(judgement.score),
        "status": judgement.status,
    }
    return f",{_json({name: figure for name, figure in found.items() if figure is not None})[1:-1]}"


def _observation(observation: Observation) -> str:
    """Return what was reported without what was not."""
    indicator, numerator, denominator, value, yes, note = observation
    told = f'{{"indicator":{_json(indicator)}'
    if numerator is not None:
        told = f'{told},"numerator":"{numerator!s}"'
    if denominator is not None:
        told = f'{told},"denominator":"{denominator!s}"'
    if value is not None:
        told = f'{told},"value":"{value!s}"'
    if yes is not None:
        told = f'{told},"yes":{"true" if yes else "false"}'
    return f"{told}}}" if note is None else f'{told},"note":{_json(note)}}}'


def _figure(figure: Decimal | None) -> str:
    return "null" if figure is None else f'"{figure!s}"'


def _given(judgement: Judgement, name: str) -> str:
    """Return a figure as a further member, nothing where there is none."""
    figure = getattr(judgement, name)
    return "" if figure is None else f',"{name}":"{figure!s}"'


def _target(target: Target) -> dict[str, Any]:
    told = {"comparison": target.comparison, "value": str(target.value)}
    if target.on:
        told |= {"on": target.on.isoformat()}
    return told | {"on_basis": target.on_basis} if target.on_basis else told


def _tolerance(tolerance: Tolerance) -> dict[str, Any]:
    return {"on_track": str(tolerance.on_track), "at_risk": str(tolerance.at_risk), "basis": tolerance.basis}


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {"on": milestone.on, "value": str(milestone.value), "basis": milestone.basis}


def _base(base: Base) -> dict[str, Any]:
    return {"on": base.on, "value": str(base.value)}


def _json(part: Any) -> str:
    return orjson.dumps(part).decode()
