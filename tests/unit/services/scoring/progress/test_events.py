"""Progress events tell all of a progress: it is read back from them as it was."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Filing, Indicator, Observation, Plan, Tolerance
from services.scoring.progress import events
from shared.events.progress import ProgressChanged
from shared.events.vocabulary import Basis, Direction, Expectation, Measure, Method, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    KEY,
    at_least,
    at_most,
    ended,
    filing,
    indicator,
    milestone,
    plan,
    share,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_ending, after_filing

FIGURES = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)
EVERY_KIND = (
    indicator(milestones=(milestone("2014-06-30", 40),)),
    indicator("done", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1)),
    indicator(
        "incidents",
        measure=Measure.COUNT,
        direction=Direction.DECREASING,
        target=at_most(0),
        expectation=Expectation.AT_ONCE,
    ),
    indicator("way", measure=Measure.NUMBER, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", "1.50")),
    indicator(
        "paced",
        measure=Measure.NUMBER,
        method=Method.PACE,
        target=replace(at_least(200), on=date(2023, 12, 31)),
        baseline=milestone("2013-12-31", 100),
    ),
    indicator("watched", measure=Measure.NUMBER, method=Method.NO_TARGET, target=None),
    indicator(
        "allowed",
        measure=Measure.PERCENT,
        target=at_least(99),
        tolerance=Tolerance(Decimal("0.1"), Decimal("0.50"), Basis.ASSUMED),
        weight=Decimal("2.50"),
    ),
    indicator("limited", measure=Measure.NUMBER, method=Method.NO_TARGET, target=None, limit=Decimal(100)),
)


def progress(by: Plan, filed: Filing) -> Progress:
    return after_filing(before=None, filing=filed, plan=by, agency=DISTRICT, is_closed=False, cause=CAUSE)


def event_of(told: Progress, *, plan: Plan) -> bytes:
    return events.event_of(told, plan=plan)


def read_back(event: bytes) -> Progress:
    read = ProgressChanged.model_validate_json(event)
    assert orjson.loads(read.to_bytes()) == orjson.loads(event), "what travels is what its model writes"
    return events.progress_of(read)


@given(
    part=st.integers(0, 9),
    whole=st.integers(0, 9),
    answer=st.booleans(),
    figures=st.lists(FIGURES, min_size=6, max_size=6),
    note=st.none() | st.text(max_size=20).filter(lambda text: text.isprintable()),
    is_synthetic=st.booleans(),
)
def test_a_progress_is_read_back_from_its_event_as_it_was(
    part: int, whole: int, figures: list[Decimal], note: str | None, *, answer: bool, is_synthetic: bool
) -> None:
    by = plan(*EVERY_KIND)
    observations = (
        share(min(part, whole), whole)._replace(note=note),
        yes(answer, of="done"),
        *(Observation(each.id, value=figure) for each, figure in zip(EVERY_KIND[2:], figures, strict=True)),
    )
    told = progress(by, filing(*observations)._replace(is_synthetic=is_synthetic))
    assert read_back(event_of(told, plan=by)) == told


@pytest.mark.parametrize("by", EVERY_KIND, ids=lambda by: by.id)
def test_who_filed_nothing_is_told_in_an_event_too(by: Indicator) -> None:
    whole = plan(by)
    silent = after_closing(before=None, key=KEY, plan=whole, agency=DISTRICT, cause=CAUSE)
    assert silent is not None
    assert read_back(event_of(silent, plan=whole)) == silent


def test_who_took_back_what_was_filed_is_told_in_an_event_too() -> None:
    by = plan(*EVERY_KIND)
    filed = filing(share(1, 10))
    withdrawn = after_ending(
        before=progress(by, filed), ended=ended(filed), plan=by, agency=DISTRICT, is_closed=False, cause=CAUSE
    )
    event = event_of(withdrawn, plan=by)
    assert read_back(event) == withdrawn
    told = ProgressChanged.model_validate_json(event).data.ended
    assert told is not None
    assert (told.submission, told.reason, told.ended_at.isoformat()) == (
        filed.submission,
        "nhầm kỳ",
        "2014-04-03T10:30:00+07:00",
    )


def test_a_correction_says_what_it_changed_and_what_stood_before() -> None:
    by = plan(*EVERY_KIND)
    first = progress(by, filing(share(1, 10), yes(answer=True, of="done")))
    second = after_filing(
        before=first,
        filing=filing(share(99, 100), yes(answer=True, of="done"), revision=2),
        plan=by,
        agency=DISTRICT,
        is_closed=False,
        cause=CAUSE,
    )
    told = ProgressChanged.model_validate_json(event_of(second, plan=by)).data
    assert (told.sequence, told.previous_standing, told.changed_indicators) == (2, first.standing, ("edoc-exchange",))


def test_a_filing_on_the_due_day_is_in_time_and_the_day_after_is_not() -> None:
    by = plan(indicator())
    due_on = by.period_by_id[KEY.period].due_on
    last = filing(share(1, 2))._replace(filed_at=CAUSE.decided_at.replace(day=due_on.day, hour=23))
    late = last._replace(filed_at=last.filed_at + timedelta(hours=1))
    for filed, is_timely in ((last, True), (late, False)):
        data = ProgressChanged.model_validate_json(event_of(progress(by, filed), plan=by)).data
        assert data.filing is not None
        assert data.filing.is_timely is is_timely


@pytest.mark.parametrize(
    ("filed_at", "is_timely"),
    [
        ("2014-04-08T16:59:59+00:00", True),  # a second before midnight in Asia/Ho_Chi_Minh, on the due date
        ("2014-04-08T17:00:00+00:00", False),
        ("2014-06-20T09:00:00+07:00", False),  # after the lock, by an exception: open again is not in time
    ],
)
def test_in_time_is_up_to_the_due_dates_midnight_and_nothing_makes_it_so_later(
    filed_at: str, *, is_timely: bool
) -> None:
    filed = filing()._replace(filed_at=datetime.fromisoformat(filed_at))
    progress = Progress(KEY, 1, filed, Standing.MISSING, (), True, 1, None, (), CAUSE)  # noqa: FBT003  it is closed
    told = ProgressChanged.model_validate_json(event_of(progress, plan=plan())).data.filing
    assert told is not None
    assert told.is_timely is is_timely
