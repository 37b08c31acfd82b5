"""Builders for scoring's unit tests: a plan of 2014 in which a test names only what its sentence is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from services.scoring.judging.agency import judge
from services.scoring.judging.judgements import Cause, Judgement, Progress
from services.scoring.judging.model import (
    Agency,
    Ended,
    Filing,
    Indicator,
    Key,
    Milestone,
    Observation,
    Period,
    Plan,
    Target,
    Thresholds,
)
from services.scoring.progress.events import data_of
from shared.events.progress import ProgressChangedData
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Ending,
    Expectation,
    Language,
    Measure,
    Method,
    Standing,
)
from shared.wording.sentences import sentence

HANOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_QUARTER = Period(id="2014-Q1", starts_on=date(2014, 1, 1), ends_on=date(2014, 4, 1), due_on=date(2014, 4, 8))
WHOLE_YEAR = Period(id="2014", starts_on=date(2014, 1, 1), ends_on=date(2015, 1, 1), due_on=date(2015, 1, 9))
DISTRICT = Agency("ubnd-huyen-lac-duong", AgencyKind.DISTRICT, date(2004, 1, 1), None)
KEY = Key("lam-dong-2014", DISTRICT.id, FIRST_QUARTER.id)
CAUSE = Cause("correlation", "causation", datetime(2014, 4, 8, 9, tzinfo=HANOI_TIME))


def target(comparison: Comparison, value: str | int) -> Target:
    return Target(comparison, Decimal(value))


def above(value: str | int) -> Target:
    return target(Comparison.ABOVE, value)


def at_least(value: str | int) -> Target:
    return target(Comparison.AT_LEAST, value)


def at_most(value: str | int) -> Target:
    return target(Comparison.AT_MOST, value)


def milestone(on: str, value: str | int) -> Milestone:
    return Milestone(date.fromisoformat(on), Decimal(value), Basis.ASSUMED)


def indicator(id: str = "edoc-exchange", **changes: object) -> Indicator:  # noqa: A002  the domain's word
    usual = Indicator(
        id=id,
        unit_vi="%",
        unit_en="%",
        measure=Measure.SHARE,
        direction=Direction.INCREASING,
        method=Method.TO_TARGET,
        target=above(90),
        basis=Basis.STATED,
        expectation=Expectation.LINEAR,
        reported_by_kinds=frozenset({AgencyKind.DISTRICT}),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # a test names fields it means


def plan(
    *indicators: Indicator,
    periods: Iterable[Period] = (FIRST_QUARTER, WHOLE_YEAR),
    agencies: Iterable[str] = (DISTRICT.id,),
    on_track: str = "0.95",
    at_risk: str = "0.75",
    version: int = 1,
) -> Plan:
    return Plan(
        id="lam-dong-2014",
        version=version,
        starts_on=date(2014, 1, 1),
        ends_on=date(2015, 1, 1),
        timezone=HANOI_TIME,
        thresholds=Thresholds(Decimal(on_track), Decimal(at_risk)),
        indicators=indicators,
        periods=tuple(periods),
        agencies=frozenset(agencies),
    )


def share(numerator: str | int, denominator: str | int, *, of: str = "edoc-exchange") -> Observation:
    return Observation(of, numerator=Decimal(numerator), denominator=Decimal(denominator))


def value(figure: str | int, *, of: str = "edoc-exchange") -> Observation:
    return Observation(of, value=Decimal(figure))


def yes(answer: bool, *, of: str = "edoc-exchange") -> Observation:  # noqa: FBT001  the answer is the point
    return Observation(of, yes=answer)


def filing(*observations: Observation, revision: int = 1, key: Key = KEY, plan_version: int = 1) -> Filing:
    return Filing(
        key=key,
        plan_version=plan_version,
        submission=UUID(int=revision),
        revision=revision,
        filed_at=datetime(2014, 4, 3, 2, revision, tzinfo=UTC),
        is_synthetic=True,
        observations=observations,
    )


def judged(
    observation: Observation | None,
    by: Indicator,
    *,
    period: Period = WHOLE_YEAR,
    is_closed: bool = True,
    has_filed: bool = True,
    on_track: str = "0.95",
    at_risk: str = "0.75",
) -> Judgement:
    return judge(
        plan=plan(by, on_track=on_track, at_risk=at_risk),
        period=period,
        indicator=by,
        observation=observation,
        has_filed=has_filed,
        is_closed=is_closed,
    )


class Told(NamedTuple):
    """A judgement's sentence in both languages."""

    vi: str
    en: str


def as_announced(*judgements: Judgement, by: Plan, period: Period = WHOLE_YEAR) -> ProgressChangedData:
    """Return how judgements travel, in the progress of an agency and period."""
    progress = Progress(
        key=Key(by.id, DISTRICT.id, period.id),
        plan_version=by.version,
        filing=None,
        standing=Standing.MET,
        judgements=judgements,
        is_closed=True,
        sequence=1,
        previous_standing=None,
        changed_indicators=(),
        cause=CAUSE,
    )
    return data_of(progress, plan=by)


def told(judgement: Judgement, *, by: Plan, period: Period) -> Told:
    data = as_announced(judgement, by=by, period=period)
    (one,), indicator = data.judgements, by.indicator_by_id[judgement.indicator]
    units = {Language.VI: indicator.unit_vi, Language.EN: indicator.unit_en}
    return Told(*(sentence(one, progress=data, unit=unit, language=at) for at, unit in units.items()))


def said(
    observation: Observation | None,
    by: Indicator,
    *,
    period: Period = WHOLE_YEAR,
    is_closed: bool = True,
    has_filed: bool = True,
    on_track: str = "0.95",
    at_risk: str = "0.75",
) -> Told:
    within = plan(by, on_track=on_track, at_risk=at_risk)
    judgement = judge(
        plan=within, period=period, indicator=by, observation=observation, has_filed=has_filed, is_closed=is_closed
    )
    return told(judgement, by=within, period=period)


def ended(filed: Filing, ending: Ending = Ending.WITHDRAWN, *, minute: int = 30) -> Ended:
    return Ended(
        key=filed.key,
        submission=filed.submission,
        revision=filed.revision,
        ending=ending,
        ended_at=datetime(2014, 4, 3, 3, minute, tzinfo=UTC),
        ended_by=filed.key.agency,
        reason="nhầm kỳ",
    )
