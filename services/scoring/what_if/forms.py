"""The form of a change of a plan."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from services.scoring.plans.sources import Name
from services.scoring.what_if.changes import Change
from shared.events.vocabulary import Basis, Comparison, Measure
from shared.runtime.figures import UnfitFigure, figure_of
from shared.runtime.http.pydantic_faults import malformed
from shared.runtime.text import UnfitText, composed
from shared.wording.ambiguity import readings_of
from shared.wording.faults import Fault

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_INDICATORS: Final = 500
_LONGEST_REASON: Final = 2000
CHANGE: Final = TypeAdapter(Change)
"""Reads a change from its document, and writes it."""


def _figure(value: Any) -> Decimal:
    if not isinstance(value, str | Decimal):
        raise malformed(vi="Cần một số thập phân, như 12.5.", en="A decimal number such as 12.5 is wanted.")
    # Whose measure it is says no form; only a percentage could do without one of the readings.
    readings = readings_of(value, measure=Measure.NUMBER, is_whole=False) if isinstance(value, str) else None
    if isinstance(value, str) and readings:
        told = readings.told(value, is_whole=False)
        raise malformed(code="ambiguous-number", vi=told.vi, en=told.en)
    try:
        return figure_of(value)
    except UnfitFigure as found:
        raise malformed(code=found.code, vi=found.vi, en=found.en) from None


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise malformed(vi="Cần một ngày, như 2014-03-31.", en="A day such as 2014-03-31 is wanted.")
    return value


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise malformed(vi="Cần văn bản trong dấu nháy.", en="A text in quotes is wanted.")
    try:
        return composed(value, longest=_LONGEST_REASON, has_lines=True)
    except UnfitText as found:
        raise malformed(code=found.code, vi=found.vi, en=found.en) from None


Figure = Annotated[Decimal, BeforeValidator(_figure)]
# Years that a reader can mean; beyond the calendar's ends no day can be added.
Day = Annotated[date, BeforeValidator(_day), Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
Reason = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=_LONGEST_REASON)]


class Form(BaseModel):
    """A form that knows no other names than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


FormT = TypeVar("FormT", bound=Form)


class TargetIn(Form):
    """What becomes of a target; what is left out stays. `on` is the day at whose end it is due."""

    comparison: Comparison | None = None
    value: Figure | None = None
    on: Day | None = None


class MilestoneIn(Form):
    """The value expected at the end of a day."""

    on: Day
    value: Figure
    basis: Basis = Basis.ASSUMED


class IndicatorIn(Form):
    """What becomes of an indicator; what is left out stays, milestones given replace all there were."""

    indicator: Name
    target: TargetIn | None = None
    milestones: Annotated[tuple[MilestoneIn, ...] | None, Field(max_length=200)] = None


class ThresholdsIn(Form):
    """What becomes of the plan's thresholds; what is left out stays. Ratios."""

    on_track_ratio: Figure | None = None
    at_risk_ratio: Figure | None = None


class ChangeIn(Form):
    """What becomes of a plan."""

    indicators: Annotated[tuple[IndicatorIn, ...], Field(max_length=_MOST_INDICATORS)] = ()
    thresholds: ThresholdsIn = ThresholdsIn()

    def to_change(self) -> Change:
        """Return the change."""
        return CHANGE.validate_python(self.model_dump())


class Given(NamedTuple):
    """A change that was given: all of it, or what of it has no fault of form, with these faults.

    `places` says then where its indicators stand in the body.
    """

    change: Change
    faults: Sequence[Fault] = ()
    places: Sequence[int] | None = None


def sound_parts(said: Any, *, faults: Sequence[Fault]) -> Given:
    """Return what has no fault of form in what a body says of a change; nothing where it is nothing like one."""
    parts = said if isinstance(said, dict) else {}
    listed = parts.get("indicators")
    indicators = listed if isinstance(listed, list) and len(listed) <= _MOST_INDICATORS else []
    sound = {place: form for place, each in enumerate(indicators) if (form := _read(IndicatorIn, each))}
    thresholds = _read(ThresholdsIn, parts.get("thresholds", {})) or ThresholdsIn()
    return Given(ChangeIn(indicators=tuple(sound.values()), thresholds=thresholds).to_change(), faults, list(sound))


def _read(form: type[FormT], said: Any) -> FormT | None:
    try:
        return form.model_validate(said)
    except ValidationError:
        return None
