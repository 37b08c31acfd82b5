"""Judging again: by which version, what counts as a change, and what is said of who filed nothing."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.history import Fresh, Known, Terms, after_judging, judge_history
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Filing, Period, Plan
from shared.events.vocabulary import GrowthFrom, Measure, Method, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    WHOLE_YEAR,
    above,
    at_least,
    ended,
    filing,
    indicator,
    plan,
    share,
    value,
)
from tests.unit.services.scoring.lived import after_closing, after_ending, after_filing

REPLAY = Cause("replay:1", None, CAUSE.decided_at)
STRICT = plan(indicator())
EASY = plan(indicator(target=above(40)), version=2)
FILED = filing(share(20, 100))
NOBODY: frozenset[str] = frozenset()


def _terms(
    *versions: Plan,
    least: Mapping[str, int] | None = None,
    closed: Mapping[str, int] | None = None,
    again: Collection[str] = (FIRST_QUARTER.id,),
) -> Terms:
    plans = {each.version: each for each in versions or (STRICT, EASY)}
    periods = tuple(period.id for period in (*versions, STRICT)[0].periods)
    return Terms(plans, periods, again, least or {}, closed or {})


def _judged(by: Plan = STRICT, *, filed: Filing = FILED, is_closed: bool = False) -> Progress:
    return after_filing(before=None, filing=filed, plan=by, agency=DISTRICT, is_closed=is_closed, cause=CAUSE)


def _known(progress: Progress) -> dict[str, Known]:
    return {progress.key.period: Known(progress.plan_version, progress.filing, progress.ended)}


def _fresh(progress: Progress, terms: Terms) -> Fresh:
    (fresh,) = judge_history(DISTRICT, known=_known(progress), waiting=NOBODY, terms=terms)
    return fresh


def test_by_its_own_version_a_progress_stays_as_it_is() -> None:
    before = _judged()
    assert after_judging(_fresh(before, _terms()), before=before, cause=REPLAY) is before


def test_by_a_higher_version_it_follows_on_what_was_announced() -> None:
    before = _judged()
    after = after_judging(_fresh(before, _terms(least={KEY.period: 2})), before=before, cause=REPLAY)
    assert (after.plan_version, after.sequence, after.cause) == (2, 2, REPLAY)
    assert (before.standing, after.previous_standing, after.standing) == (
        Standing.AT_RISK,
        Standing.AT_RISK,
        Standing.ON_TRACK,
    )
    assert after.judgements == _judged(EASY).judgements
    assert after.changed_indicators == ("edoc-exchange",)


def test_a_lower_version_takes_nothing_back() -> None:
    before = _judged(EASY)
    assert after_judging(_fresh(before, _terms(least={KEY.period: 1})), before=before, cause=REPLAY) is before


def test_a_score_that_does_not_change_keeps_its_version() -> None:
    before = _judged()
    same = plan(indicator(), version=2)
    assert (
        after_judging(_fresh(before, _terms(STRICT, same, least={KEY.period: 2})), before=before, cause=REPLAY)
        is before
    )


def test_a_weight_alone_is_a_change_of_the_score() -> None:
    two = (indicator(), indicator("oss-priority"))
    before = _judged(plan(*two))
    heavier = plan(two[0], replace(two[1], weight=Decimal(3)), version=2)
    after = after_judging(
        _fresh(before, _terms(plan(*two), heavier, least={KEY.period: 2})), before=before, cause=REPLAY
    )
    assert after.judgements == before.judgements
    assert (before.coverage_ratio, after.coverage_ratio) == (Decimal("0.5"), Decimal("0.25"))


def test_a_period_that_the_higher_version_lacks_is_judged_by_its_own() -> None:
    before = _judged()
    shorter = plan(indicator(target=above(40)), periods=(WHOLE_YEAR,), version=2)
    assert _fresh(before, _terms(STRICT, shorter, least={KEY.period: 2})).plan is STRICT


def test_nothing_is_said_of_a_period_that_no_version_that_applies_has() -> None:
    shorter = plan(indicator(), periods=(WHOLE_YEAR,), version=1)
    terms = _terms(STRICT, shorter, closed={KEY.period: 1})
    assert list(judge_history(DISTRICT, known={}, waiting=NOBODY, terms=terms)) == []


@pytest.mark.parametrize(("closed_by", "least", "version"), [(1, {}, 1), (1, {KEY.period: 2}, 2), (2, {}, 2)])
def test_who_is_not_known_in_a_closed_period_is_missing_as_closing_says(
    closed_by: int, least: dict[str, int], version: int
) -> None:
    terms = _terms(least=least, closed={KEY.period: closed_by})
    (fresh,) = judge_history(DISTRICT, known={}, waiting=NOBODY, terms=terms)
    by = terms.plans[version]
    said = after_closing(before=None, key=KEY, plan=by, agency=DISTRICT, cause=REPLAY)
    assert after_judging(fresh, before=None, cause=REPLAY) == said
    assert said is not None
    assert said.standing is Standing.MISSING


def test_who_owes_nothing_in_a_closed_period_is_not_spoken_of() -> None:
    others = plan(indicator(), agencies=("somebody-else",))
    assert list(judge_history(DISTRICT, known={}, waiting=NOBODY, terms=_terms(others, closed={KEY.period: 1}))) == []


def test_nothing_is_said_of_an_open_period_nor_where_a_submission_waits() -> None:
    assert list(judge_history(DISTRICT, known={}, waiting=NOBODY, terms=_terms())) == []
    terms = _terms(closed={KEY.period: 1})
    assert list(judge_history(DISTRICT, known={}, waiting={KEY.period}, terms=terms)) == []


def test_who_was_missing_and_left_the_plan_is_no_longer() -> None:
    before = after_closing(before=None, key=KEY, plan=STRICT, agency=DISTRICT, cause=CAUSE)
    assert before is not None
    left = plan(indicator(), agencies=("somebody-else",), version=2)
    terms = _terms(STRICT, left, least={KEY.period: 2}, closed={KEY.period: 1})
    after = after_judging(_fresh(before, terms), before=before, cause=REPLAY)
    assert (after.standing, after.judgements) == (Standing.NOT_ASSESSABLE, ())


def test_what_was_withdrawn_stays_so() -> None:
    before = after_ending(
        before=_judged(), ended=ended(FILED), plan=STRICT, agency=DISTRICT, is_closed=False, cause=CAUSE
    )
    assert after_judging(_fresh(before, _terms()), before=before, cause=REPLAY) is before
    after = after_judging(_fresh(before, _terms(least={KEY.period: 2})), before=before, cause=REPLAY)
    assert (after.standing, after.ended, after.plan_version) == (Standing.AWAITED, before.ended, 2)


def test_growth_is_measured_from_periods_that_are_not_judge_history() -> None:
    years = tuple(
        Period(str(year), date(year, 1, 1), date(year + 1, 1, 1), date(year + 1, 1, 9)) for year in range(2014, 2017)
    )
    growing = plan(
        indicator(
            method=Method.PACE,
            measure=Measure.NUMBER,
            target=replace(at_least(200), on=date(2024, 12, 31)),
            growth_from=GrowthFrom.FIRST_OBSERVATION,
        ),
        periods=years,
    )
    filed = {
        year: filing(value(figure), key=KEY._replace(period=year)) for year, figure in (("2014", 100), ("2016", 120))
    }
    known = {year: Known(1, each) for year, each in filed.items()}
    (fresh,) = judge_history(DISTRICT, known=known, waiting=NOBODY, terms=_terms(growing, again=("2016",)))
    (judgement,) = fresh.judgements
    assert judgement.base is not None
    assert (fresh.key.period, judgement.base.value) == ("2016", Decimal(100))


def test_terms_name_their_plan() -> None:
    assert _terms().plan == STRICT.id
