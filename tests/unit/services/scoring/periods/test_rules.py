"""Which periods close, and who is named when they do."""

from dataclasses import replace
from datetime import UTC, datetime

from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Plan
from services.scoring.periods.rules import due_periods
from services.scoring.plans.model import ClosedPeriod
from shared.events.vocabulary import Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    HANOI_TIME,
    KEY,
    WHOLE_YEAR,
    filing,
    indicator,
    plan,
    share,
)
from tests.unit.services.scoring.lived import after_closings, after_filing

SILENT = replace(DISTRICT, id="ubnd-huyen-silent")
PLAN = plan(indicator(), agencies=(DISTRICT.id, SILENT.id))
CLOSED = Cause("close:lam-dong-2014:2014-Q1", None, CAUSE.decided_at)
NOW = datetime(2014, 4, 9, 0, 1, tzinfo=HANOI_TIME)


def _due(now: datetime, *, closed: tuple[ClosedPeriod, ...] = ()) -> list[str]:
    return [each.period.id for each in due_periods([PLAN], closed=closed, now=now)]


def _filed(by: Plan = PLAN, *, agency: Agency = DISTRICT) -> Progress:
    return after_filing(
        before=None,
        filing=filing(key=KEY._replace(agency=agency.id), plan_version=by.version),
        plan=by,
        agency=agency,
        is_closed=False,
        cause=CAUSE,
    )


def _closed(*before: Progress, waiting: tuple[str, ...] = (), newest: Plan = PLAN) -> dict[str, Progress]:
    known = {each.key: each for each in before}
    return {
        agency.id: change
        for agency in (DISTRICT, SILENT)
        for change in after_closings(
            known,
            [FIRST_QUARTER.id],
            by=newest,
            agency=agency,
            cause=CLOSED,
            waiting=[FIRST_QUARTER.id] if agency.id in waiting else [],
            versions=[PLAN],
        )
    }


def test_a_period_closes_when_its_due_date_is_over_in_the_plans_time_zone() -> None:
    assert _due(datetime(2014, 4, 8, 16, 59, tzinfo=UTC)) == []  # 23:59 in Hanoi
    assert _due(datetime(2014, 4, 8, 17, 0, tzinfo=UTC)) == ["2014-Q1"]


def test_a_closed_period_is_not_due_again() -> None:
    assert _due(NOW, closed=(ClosedPeriod(PLAN.id, FIRST_QUARTER.id),)) == []


def test_the_oldest_period_closes_first() -> None:
    assert _due(datetime(2026, 1, 1, tzinfo=UTC)) == [FIRST_QUARTER.id, WHOLE_YEAR.id]


def test_who_filed_nothing_is_missing_and_the_cause_is_the_closing() -> None:
    changes = _closed(_filed())
    assert {agency: each.standing for agency, each in changes.items()} == {
        DISTRICT.id: Standing.MISSING,  # filed an empty form
        SILENT.id: Standing.MISSING,
    }
    assert changes[DISTRICT.id].filing is not None
    assert changes[SILENT.id].filing is None
    assert changes[SILENT.id].cause == CLOSED


def test_who_filed_everything_is_left_as_it_stands() -> None:
    complete = after_filing(
        before=None, filing=filing(share(1, 2)), plan=PLAN, agency=DISTRICT, is_closed=False, cause=CAUSE
    )
    assert DISTRICT.id not in _closed(complete)


def test_whose_submission_waits_for_its_plan_is_not_missing() -> None:
    assert _closed(_filed(), waiting=(SILENT.id,)).keys() == {DISTRICT.id}


def test_who_filed_is_judged_by_the_version_that_judged_before_and_the_silent_by_the_newest() -> None:
    second = plan(indicator(), indicator("oss-priority"), agencies=(SILENT.id,), version=2)
    changes = _closed(_filed(), newest=second)
    assert {agency: each.plan_version for agency, each in changes.items()} == {DISTRICT.id: 1, SILENT.id: 2}
