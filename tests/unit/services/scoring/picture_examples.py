"""A period of a plan as a picture is made of it, in which a test names only what its sentence is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from services.scoring.charts.facts import Facts
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Filing, Indicator, Key, Observation, Period, Plan
from shared.events.vocabulary import Standing
from tests.unit.services.scoring.examples import CAUSE, DISTRICT, FIRST_QUARTER, HANOI_TIME, filing, plan
from tests.unit.services.scoring.lived import after_closing, after_filing

DISTRICTS = ("ubnd-huyen-di-linh", "ubnd-huyen-lac-duong", "ubnd-huyen-lam-ha")
CUT_OFF_AT = datetime(2014, 4, 8, 9, 30, tzinfo=HANOI_TIME)


def agency(name: str) -> Agency:
    return replace(DISTRICT, id=name)


def facts(
    *indicators: Indicator,
    filed: tuple[tuple[Observation, ...], ...] = (),
    period: Period = FIRST_QUARTER,
    silent: int = 0,
    staff: Mapping[str, int | None] | None = None,
    standings: dict[str, dict[str, Standing]] | None = None,
    is_synthetic: bool = False,
    is_rehearsal: bool = False,
) -> Facts:
    """Return a period for which the first districts filed these observations and the next ones were silent."""
    whole = plan(*indicators, agencies=DISTRICTS)
    rows = [_filed(whole, name, period, each) for name, each in zip(DISTRICTS, filed, strict=False)]
    rows += [_silent(whole, name, period) for name in DISTRICTS[len(filed) : len(filed) + silent]]
    return Facts(
        plan=whole,
        title="Kế hoạch năm 2014",
        names={each.id: f"name of {each.id}" for each in indicators},
        period=period,
        agencies={name: replace(agency(name), staff=(staff or {}).get(name)) for name in DISTRICTS},
        progress=rows,
        standings=standings if standings is not None else {period.id: {row.key.agency: row.standing for row in rows}},
        cut_off_at=CUT_OFF_AT if rows else None,
        is_synthetic=is_synthetic,
        is_rehearsal=is_rehearsal,
    )


def _filed(whole: Plan, name: str, period: Period, observations: tuple[Observation, ...]) -> Progress:
    made: Filing = filing(*observations, key=Key(whole.id, name, period.id))
    return after_filing(before=None, filing=made, plan=whole, agency=agency(name), is_closed=True, cause=CAUSE)


def _silent(whole: Plan, name: str, period: Period) -> Progress:
    cause = Cause("closing", None, CAUSE.decided_at)
    found = after_closing(before=None, key=Key(whole.id, name, period.id), plan=whole, agency=agency(name), cause=cause)
    assert found is not None
    return found


def ratio(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else round(figure, 6)
