"""Periods that are measured from earlier ones, whatever order they are filed in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.history import Arrival, Terms
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Base, Filing, Key, Period
from shared.events.vocabulary import GrowthFrom, Measure, Method, ProgressStatus, Reason, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    KEY,
    at_least,
    ended,
    filing,
    indicator,
    plan,
    share,
    value,
)
from tests.unit.services.scoring.lived import after_arrivals, after_closings, terms

YEARS = tuple(
    Period(str(year), date(year, 1, 1), date(year + 1, 1, 1), date(year + 1, 1, 9)) for year in range(2014, 2019)
)
GROWING = indicator(
    "series",
    method=Method.PACE,
    measure=Measure.NUMBER,
    target=replace(at_least(200), on=date(2024, 12, 31)),
    growth_from=GrowthFrom.FIRST_OBSERVATION,
)
PLAN = plan(GROWING, indicator("edoc-exchange"), periods=YEARS)
State = dict[Key, Progress]


def _filed(year: int, figure: str | None, *, revision: int = 1, plan_version: int = 1) -> Filing:
    observations = (share(50, 100), *([value(figure, of="series")] if figure is not None else []))
    filed = filing(*observations, revision=revision, key=KEY._replace(period=str(year)), plan_version=plan_version)
    return filed._replace(submission=UUID(int=year * 100 + revision))


def _after(state: State, *filings: Filing, by: Terms | None = None) -> list[Progress]:
    """Apply a batch of filings, one for a period, and return what they changed."""
    return _took(state, {each.key: Arrival(each, CAUSE) for each in filings}, by=by)


def _took(state: State, arrivals: dict[Key, Arrival], *, by: Terms | None = None) -> list[Progress]:
    changes = after_arrivals(dict(state), arrivals, by=by or terms(PLAN), agency=DISTRICT)
    state.update({each.key: each for each in changes})
    return changes


def _close(state: State, *years: int) -> None:
    closed = after_closings(state, list(map(str, years)), by=PLAN, agency=DISTRICT, cause=CAUSE)
    state.update({each.key: each for each in closed})


def _ratio(state: State, year: int) -> Decimal | None:
    judgement = state[KEY._replace(period=str(year))].judgements[0]
    return judgement.progress_ratio


def test_a_filing_of_a_plan_that_looks_at_no_growth_changes_its_own_period_only() -> None:
    state: State = {}
    plain = terms(plan(indicator(), periods=YEARS))
    once = _after(state, filing(share(50, 100), key=KEY._replace(period="2014")), by=plain)
    again = _after(state, filing(share(50, 100), key=KEY._replace(period="2014")), by=plain)
    assert ([each.key.period for each in once], again) == (["2014"], [])


def test_a_first_observation_is_one_data_point_and_the_next_is_measured_from_it() -> None:
    state: State = {}
    _after(state, _filed(2014, "100"))
    (first,) = state.values()
    assert (first.judgements[0].standing, first.judgements[0].reason) == (
        Standing.NOT_ASSESSABLE,
        Reason.ONE_OBSERVATION,
    )
    assert first.judgements[0].status is ProgressStatus.NOT_AVAILABLE
    _after(state, _filed(2016, "150"))
    judgement = state[KEY._replace(period="2016")].judgements[0]
    assert judgement.base == Base(date(2014, 12, 31), Decimal(100))
    assert (judgement.standing, judgement.score) == (Standing.ON_TRACK, Decimal(5))


def test_an_earlier_period_filed_later_becomes_the_base_of_those_after_it() -> None:
    state: State = {}
    _after(state, _filed(2016, "150"))
    assert _ratio(state, 2016) is None
    changes = _after(state, _filed(2014, "100"))
    assert [(each.key.period, each.sequence) for each in changes] == [("2014", 1), ("2016", 2)]
    assert changes[1].changed_indicators == ("series",)
    assert changes[1].filing == _filed(2016, "150")
    assert _ratio(state, 2016) is not None


def test_a_correction_of_the_base_changes_every_later_period_and_one_beside_it_none() -> None:
    state: State = {}
    for year, figure in ((2014, "100"), (2015, "110"), (2016, "120")):
        _after(state, _filed(year, figure))
    changes = _after(state, _filed(2014, "105", revision=2))
    assert [each.key.period for each in changes] == ["2014", "2015", "2016"]
    assert [each.key.period for each in _after(state, _filed(2015, "111", revision=2))] == ["2015"]


def test_a_correction_that_leaves_the_first_observation_out_makes_the_next_one_the_base() -> None:
    state: State = {}
    for year, figure in ((2014, "100"), (2015, "110"), (2016, "120")):
        _after(state, _filed(year, figure))
    _after(state, _filed(2014, None, revision=2))
    assert state[KEY._replace(period="2015")].judgements[0].reason is Reason.ONE_OBSERVATION
    base = state[KEY._replace(period="2016")].judgements[0].base
    assert base == Base(date(2015, 12, 31), Decimal(110))


def _ends(state: State, filed: Filing, *, came_with: Filing | None = None) -> list[Progress]:
    return _took(state, {filed.key: Arrival(came_with, CAUSE, (ended(filed),))})


def test_a_withdrawal_of_the_base_makes_the_next_observation_the_base() -> None:
    state: State = {}
    for year, figure in ((2014, "100"), (2015, "110"), (2016, "120")):
        _after(state, _filed(year, figure))
    changes = _ends(state, _filed(2014, "100"))
    assert [(each.key.period, each.sequence) for each in changes] == [("2014", 2), ("2015", 2), ("2016", 2)]
    assert state[KEY._replace(period="2015")].judgements[0].reason is Reason.ONE_OBSERVATION
    assert state[KEY._replace(period="2016")].judgements[0].base == Base(date(2015, 12, 31), Decimal(110))
    again = _after(state, _filed(2014, "100", revision=2))
    assert [each.key.period for each in again] == ["2014", "2015", "2016"]
    assert state[KEY._replace(period="2016")].judgements[0].base == Base(date(2014, 12, 31), Decimal(100))


def test_the_end_of_what_is_not_known_yet_changes_nothing_and_of_what_comes_with_it_all() -> None:
    state: State = {}
    _after(state, _filed(2015, "110"))
    assert _ends(state, _filed(2014, "100")) == []
    changes = _ends(state, _filed(2014, "100"), came_with=_filed(2014, "100"))
    assert [(each.key.period, each.filing) for each in changes] == [("2014", None)]


def test_the_end_of_the_revision_judged_counts_though_it_comes_with_an_older_one() -> None:
    state: State = {}
    _after(state, _filed(2014, "100", revision=2))
    (change,) = _ends(state, _filed(2014, "100", revision=2), came_with=_filed(2014, "90"))
    assert (change.filing, change.ended) == (None, ended(_filed(2014, "100", revision=2)))


def test_an_end_under_a_plan_version_that_is_not_known_changes_nothing() -> None:
    unknown = _filed(2014, "100", plan_version=7)
    arrivals = {unknown.key: Arrival(None, CAUSE, (ended(unknown),))}
    assert after_arrivals({}, arrivals, by=terms(PLAN), agency=DISTRICT) == []


def test_closing_keeps_what_growth_was_measured_from() -> None:
    state: State = {}
    _after(state, _filed(2014, "100"))
    _after(state, _filed(2016, "150"))
    judged = dict(state)
    _close(state, 2014, 2015, 2016)
    assert all(state[key] is progress for key, progress in judged.items())
    assert state[KEY._replace(period="2015")].standing is Standing.MISSING
    closed = terms(PLAN, closed={"2014": 1, "2015": 1, "2016": 1})
    assert [each.key.period for each in _after(state, _filed(2014, "90", revision=2), by=closed)] == ["2014", "2016"]


def test_a_later_period_is_judged_again_by_the_plan_version_that_judged_it() -> None:
    state: State = {}
    second = replace(PLAN, version=2, indicators=(replace(GROWING, target=at_least(300)),))
    both = terms(PLAN, second)
    _after(state, _filed(2016, "150", plan_version=2), by=both)
    changes = _after(state, _filed(2014, "100"), by=both)
    assert [(each.key.period, each.plan_version) for each in changes] == [("2014", 1), ("2016", 2)]


def test_a_share_of_nothing_is_no_observation_to_measure_from() -> None:
    shares = indicator("shares", method=Method.NO_TARGET, target=None, growth_from=GrowthFrom.FIRST_OBSERVATION)
    by = terms(plan(shares, periods=YEARS))
    state: State = {}
    for year, whole in ((2014, 0), (2015, 100), (2016, 100)):
        part = share(whole // 2, whole, of="shares")
        _after(state, filing(part, key=KEY._replace(period=str(year))), by=by)
    first, second, third = (state[KEY._replace(period=str(year))].judgements[0] for year in (2014, 2015, 2016))
    assert (first.reason, second.reason) == (Reason.DENOMINATOR_ZERO, Reason.ONE_OBSERVATION)
    assert (third.reason, third.standing) == (Reason.LIMITED_PROGRESS, Standing.LAGGING)
    assert third.base == Base(date(2015, 12, 31), Decimal(50))


FIGURES = st.sampled_from(["100", "110", "90", "200", None])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Filing], list[list[Filing]]]:
    """Return filings over the years, and the same with repetitions in another order and in batches."""
    made = [
        _filed(year, draw(FIGURES), revision=revision)
        for year in range(2014, 2019)
        for revision in range(1, draw(st.integers(0, 2)) + 1)
    ]
    repeated = draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    batches: list[list[Filing]] = []
    for each in draw(st.permutations([*made, *repeated])):
        is_of_its_own = not batches or any(other.key == each.key for other in batches[-1]) or draw(st.booleans())
        if is_of_its_own:
            batches.append([])
        batches[-1].append(each)
    return made, batches


@given(histories())
def test_any_order_batches_and_repetitions_of_filings_give_the_same_judgements(
    both: tuple[Sequence[Filing], Sequence[Sequence[Filing]]],
) -> None:
    made, batches = both
    one: State = {}
    other: State = {}
    for each in made:
        _after(one, each)
    for batch in batches:
        _after(other, *batch)
    assert {key: (each.filing, each.judgements) for key, each in one.items()} == {
        key: (each.filing, each.judgements) for key, each in other.items()
    }


def test_what_was_accepted_under_an_older_version_is_judged_by_the_one_that_was_replayed_to() -> None:
    newer = plan(replace(GROWING, target=replace(at_least(300), on=date(2024, 12, 31))), periods=YEARS, version=2)
    by = terms(PLAN, newer, least={"2015": 2})
    state: State = {}
    _after(state, _filed(2014, "100"), by=by)
    _after(state, _filed(2015, "110"), by=by)
    assert {key.period: progress.plan_version for key, progress in state.items()} == {"2014": 1, "2015": 2}
