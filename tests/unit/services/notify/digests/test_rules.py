"""The digest of a period: changes first."""

from decimal import Decimal
from typing import Any

import pytest

from services.notify.digests.rules import digest_of
from services.notify.notices.contents import AgencyLine, DigestContents
from services.notify.progress.model import Progress
from shared.events.vocabulary import Basis, LocalizedText, Measure, Reach, Standing, Verdict
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    LEAD,
    NAMES,
    PARK,
    at,
    indicator_rolled_up,
    names,
    outlook_changed,
    plan,
    progress,
    proposed,
    rollup,
)

LAGGING = {EMAIL: Standing.LAGGING}


def digest(*rows: Progress, period: str = "2014-03", **given: Any) -> DigestContents:
    found = plan().period(period)
    assert found is not None
    return digest_of(
        **{
            "plan": plan(),
            "period": found,
            "rollup": rollup(period),
            "names": names(),
            "progress": rows,
            "unsent": (),
            **given,
        }
    )


def named(lines: tuple[AgencyLine, ...]) -> list[tuple[str, str]]:
    return [(line.name.vi, line.since) for line in lines]


def test_who_begins_to_lag_is_newly_lagging_with_what_lags() -> None:
    found = digest(progress(period="2014-02"), progress(standings=LAGGING))
    assert named(found.newly_lagging) == [(NAMES[LAC_DUONG], "2014-03")]
    assert [each.vi for each in found.newly_lagging[0].indicators] == ["Thư điện tử công vụ"]
    assert found.still_lagging == found.recovered == found.not_filed == ()


def test_who_is_known_to_owe_nothing_is_not_late() -> None:
    ceased = progress(DA_LAT, is_filed=False, judgements=())
    alone, beside = (digest(*rows) for rows in ([progress()], [progress(), ceased]))
    assert beside == alone
    assert beside.not_filed == ()


def test_who_lagged_before_still_lags_since_then_whatever_was_not_filed_between() -> None:
    found = digest(
        progress(period="2014-01", standings=LAGGING),
        progress(period="2014-02", is_filed=False),
        progress(standings=LAGGING),
    )
    assert named(found.still_lagging) == [(NAMES[LAC_DUONG], "2014-01")]
    assert found.newly_lagging == ()


def test_who_lags_no_more_has_recovered() -> None:
    found = digest(progress(period="2014-02", standings=LAGGING), progress())
    assert named(found.recovered) == [(NAMES[LAC_DUONG], "2014-02")]


def test_who_did_not_file_is_named_with_the_first_period_of_the_silence() -> None:
    found = digest(progress(period="2014-01"), progress(period="2014-02", is_filed=False), progress(is_filed=False))
    assert named(found.not_filed) == [(NAMES[LAC_DUONG], "2014-02")]


def test_who_left_indicators_out_is_named_with_them() -> None:
    found = digest(progress(standings={EMAIL: Standing.MISSING}), progress(DA_LAT, is_filed=False))
    assert named(found.incomplete) == [(NAMES[LAC_DUONG], "2014-03")]
    assert [each.vi for each in found.incomplete[0].indicators] == ["Thư điện tử công vụ"]


def test_how_many_filed_and_stand_how_is_what_was_announced_best_first() -> None:
    counts = {Standing.MISSING: 1, Standing.LAGGING: 1, Standing.ON_TRACK: 2}
    found = digest(rollup=rollup(agencies=counts, as_of=at("2014-04-08 00:05")))
    assert found.standings == ((Standing.ON_TRACK, 2), (Standing.LAGGING, 1), (Standing.MISSING, 1))
    assert (found.filed, found.expected, found.about.as_of) == (3, 4, at("2014-04-08 00:05"))


@pytest.mark.parametrize(
    ("standing", "is_recovered"),
    [(Standing.ON_TRACK, True), (Standing.NOT_ASSESSABLE, True), (Standing.AT_RISK, False), (Standing.MISSING, False)],
)
def test_who_lagged_has_recovered_when_what_lagged_is_in_order(standing: Standing, is_recovered: bool) -> None:  # noqa: FBT001  a parameter of the test
    found = digest(progress(period="2014-02", standings=LAGGING), progress(standings={EMAIL: standing}))
    assert bool(found.recovered) is is_recovered


def test_the_period_before_stands_beside_this_one_over_the_agencies_of_both() -> None:
    changed = indicator_rolled_up(EMAIL, same=2, value_before=Decimal(10), value_of_same=Decimal(14))
    found = digest(rollup=rollup(agencies_before={Standing.LAGGING: 2}, indicators=[changed]))
    first = digest(rollup=rollup(period_before=None, agencies_before={}))
    assert (first.before, found.before) == (None, "2014-02")
    assert (first.standings_before, found.standings_before) == ((), ((Standing.LAGGING, 2),))
    assert [(each.same, each.value_before, each.value_of_same) for each in found.attained] == [
        (2, Decimal(10), Decimal(14))
    ]


def test_a_figure_of_the_province_is_told_as_it_was_announced() -> None:
    told = indicator_rolled_up(PARK, verdict=Verdict.MET, is_incomplete=True, unknown_staff=1, basis=Basis.STATED)
    (found,) = digest(rollup=rollup(indicators=[told])).attained
    assert (found.indicator, found.name.vi, found.value) == (PARK, "Hỗ trợ doanh nghiệp", Decimal(3))
    assert (found.verdict, found.is_incomplete, found.reported, found.owed) == (Verdict.MET, True, 3, 4)
    assert (found.expected_value, found.expected_basis) == (Decimal(1), Basis.ASSUMED)
    assert (found.basis, found.unknown_staff) == (Basis.STATED, 1)


def test_figures_stand_in_the_plans_order_and_what_the_plan_does_not_name_is_left_out() -> None:
    other = indicator_rolled_up(EMAIL).model_copy(update={"indicator": "of-an-earlier-version"})
    found = digest(rollup=rollup(indicators=[other, indicator_rolled_up(PARK), indicator_rolled_up(EMAIL)]))
    assert [each.indicator for each in found.attained] == [EMAIL, PARK]


def test_agencies_are_listed_as_vietnamese_readers_look_for_them() -> None:
    called = ["UBND huyện Lạc Dương", "UBND huyện Đức Trọng", "UBND phường 10", "UBND phường 2", "UBND huyện Di Linh"]
    known = {f"a{number}": LocalizedText(vi=name, en=name) for number, name in enumerate(called)}
    found = digest(*(progress(each, standings=LAGGING) for each in known), names=known)
    assert [line.name.vi for line in found.newly_lagging] == [
        "UBND huyện Di Linh",
        "UBND huyện Đức Trọng",
        "UBND huyện Lạc Dương",
        "UBND phường 2",
        "UBND phường 10",
    ]


def test_later_periods_and_open_ones_without_a_report_take_no_part() -> None:
    later, still_open = progress(period="2014-04", standings=LAGGING), progress(DA_LAT, is_filed=False, is_closed=False)
    found = digest(progress(), later, still_open)
    assert found.newly_lagging == found.not_filed == ()


def test_simulated_figures_anywhere_in_it_mark_the_digest() -> None:
    assert digest(progress(is_synthetic=True)).about.is_synthetic
    assert not digest(progress()).about.is_synthetic


def test_a_lead_agency_the_registry_has_not_told_goes_by_its_id() -> None:
    assert digest(names={}).about.sender.vi == LEAD


def test_an_agency_the_registry_has_not_told_goes_by_its_id() -> None:
    found = digest(progress(standings=LAGGING), names={}, plan=plan(indicators=()))
    assert named(found.newly_lagging) == [(LAC_DUONG, "2014-03")]
    assert found.newly_lagging[0].indicators[0].vi == EMAIL


def test_a_target_that_may_have_to_be_adjusted_is_told_in_the_digest_of_its_period() -> None:
    (found,) = digest(outlook=outlook_changed().data).findings
    assert (found.indicator, found.name.vi, found.unit.vi) == (EMAIL, "Thư điện tử công vụ", "%")
    assert (found.reaches[Reach.NO], found.least_observations) == (2, 3)
    assert digest(outlook=outlook_changed("2014-02").data).findings == ()


def test_a_proposal_that_waits_for_a_decision_is_told_with_names() -> None:
    (found,) = digest(proposals=[proposed(3).data]).proposals
    assert (found.proposal, found.author.vi, found.by.key) == (3, NAMES[LEAD], "AbCd1234")
    (changed,) = found.indicators
    assert (changed.name.vi, changed.measure) == ("Thư điện tử công vụ", Measure.SHARE)
    assert changed.target is not None
    assert changed.target.value == Decimal(60)


def test_a_proposal_on_an_indicator_that_was_dropped_since_is_told_by_its_id() -> None:
    told = proposed().data
    gone = told.indicators[0].model_copy(update={"indicator": "dropped"})
    (found,) = digest(proposals=[told.model_copy(update={"indicators": (gone,)})]).proposals
    assert (found.indicators[0].name.vi, found.indicators[0].unit.vi) == ("dropped", "")
