"""The digest of a period: changes first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.notify.digests.rules import digest_of, reporting_agencies
from services.notify.notices.contents import AgencyLine, DigestContents
from services.notify.progress.model import Progress
from shared.events.vocabulary import LocalizedText, Standing
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    LEAD,
    NAMES,
    NOI_VU,
    agencies,
    at,
    plan,
    progress,
)

LAGGING = {EMAIL: Standing.LAGGING}


def digest(*rows: Progress, period: str = "2014-03", **given: Any) -> DigestContents:
    found = plan().period(period)
    assert found is not None
    return digest_of(
        **{
            "plan": plan(),
            "period": found,
            "agencies": agencies(),
            "progress": rows,
            "unsent": (),
            "now": at("2014-04-08 08:00"),
            **given,
        }
    )


def names(lines: tuple[AgencyLine, ...]) -> list[tuple[str, str]]:
    return [(line.name.vi, line.since) for line in lines]


def test_who_begins_to_lag_is_newly_lagging_with_what_lags() -> None:
    found = digest(progress(period="2014-02"), progress(standings=LAGGING))
    assert names(found.newly_lagging) == [(NAMES[LAC_DUONG], "2014-03")]
    assert [each.vi for each in found.newly_lagging[0].indicators] == ["Thư điện tử công vụ"]
    assert found.still_lagging == found.recovered == found.not_filed == ()


def test_who_is_known_to_owe_nothing_is_neither_late_nor_counted() -> None:
    ceased = replace(progress(DA_LAT, is_filed=False, standings={}), judgements=(), standing=Standing.NOT_ASSESSABLE)
    known = {**agencies(), DA_LAT: replace(agencies()[DA_LAT], valid_to=date(2014, 3, 31))}
    alone, beside = (digest(*rows, agencies=known) for rows in ([progress()], [progress(), ceased]))
    assert beside == alone
    assert beside.not_filed == ()


def test_who_lagged_before_still_lags_since_then_whatever_was_not_filed_between() -> None:
    found = digest(
        progress(period="2014-01", standings=LAGGING),
        progress(period="2014-02", is_filed=False),
        progress(standings=LAGGING),
    )
    assert names(found.still_lagging) == [(NAMES[LAC_DUONG], "2014-01")]
    assert found.newly_lagging == ()


def test_who_lags_no_more_has_recovered() -> None:
    found = digest(progress(period="2014-02", standings=LAGGING), progress())
    assert names(found.recovered) == [(NAMES[LAC_DUONG], "2014-02")]


def test_who_did_not_file_is_named_with_the_first_period_of_the_silence() -> None:
    found = digest(progress(period="2014-01"), progress(period="2014-02", is_filed=False), progress(is_filed=False))
    assert names(found.not_filed) == [(NAMES[LAC_DUONG], "2014-02")]
    assert (found.filed, found.expected) == (0, 4)


def test_who_left_indicators_out_is_named_with_them() -> None:
    found = digest(progress(standings={EMAIL: Standing.MISSING}), progress(DA_LAT, is_filed=False))
    assert names(found.incomplete) == [(NAMES[LAC_DUONG], "2014-03")]
    assert [each.vi for each in found.incomplete[0].indicators] == ["Thư điện tử công vụ"]


def test_agencies_are_counted_by_standing_best_first() -> None:
    rows = [progress(DA_LAT), progress(LAC_DUONG, standings=LAGGING), progress(NOI_VU), progress(LEAD, is_filed=False)]
    assert digest(*rows).standings == ((Standing.ON_TRACK, 2), (Standing.LAGGING, 1), (Standing.MISSING, 1))


@pytest.mark.parametrize(
    ("standing", "is_recovered"),
    [(Standing.ON_TRACK, True), (Standing.NOT_ASSESSABLE, True), (Standing.AT_RISK, False), (Standing.MISSING, False)],
)
def test_who_lagged_has_recovered_when_what_lagged_is_in_order(standing: Standing, is_recovered: bool) -> None:  # noqa: FBT001  a parameter of the test
    found = digest(progress(period="2014-02", standings=LAGGING), progress(standings={EMAIL: standing}))
    assert bool(found.recovered) is is_recovered


def test_the_period_before_stands_beside_this_one() -> None:
    first = digest(progress(period="2014-02"), period="2014-02")
    found = digest(progress(period="2014-02"), progress())
    assert (first.before, found.before) == (None, "2014-02")
    assert found.standings_before == first.standings
    assert [each.before for each in found.attained] == [each.value for each in first.attained]


def test_agencies_are_listed_as_vietnamese_readers_look_for_them() -> None:
    called = ["UBND huyện Lạc Dương", "UBND huyện Đức Trọng", "UBND phường 10", "UBND phường 2", "UBND huyện Di Linh"]
    known = {
        f"a{number}": replace(agencies()[LAC_DUONG], id=f"a{number}", name=LocalizedText(vi=name, en=name))
        for number, name in enumerate(called)
    }
    found = digest(*(progress(each, standings=LAGGING) for each in known), agencies=known)
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
    assert found.standings == ((Standing.ON_TRACK, 1),)


def test_simulated_figures_anywhere_in_it_mark_the_digest() -> None:
    assert digest(progress(is_synthetic=True)).about.is_synthetic
    assert not digest(progress()).about.is_synthetic


def test_a_digest_of_nothing_known_says_so() -> None:
    found = digest(agencies={}, now=at("2014-04-08 08:00"))
    assert (found.filed, found.expected, found.about.as_of) == (0, 0, at("2014-04-08 08:00"))
    assert found.about.sender.vi == LEAD


def test_an_agency_the_registry_has_not_told_goes_by_its_id() -> None:
    found = digest(progress(standings=LAGGING), agencies={}, plan=plan(indicators=()))
    assert names(found.newly_lagging) == [(LAC_DUONG, "2014-03")]
    assert found.newly_lagging[0].indicators[0].vi == EMAIL


def test_only_agencies_that_exist_and_have_something_to_report_are_waited_for() -> None:
    given = plan()
    period = given.period("2014-03")
    assert period is not None
    known = agencies()
    known[DA_LAT] = replace(known[DA_LAT], valid_to=date(2014, 3, 31))
    known[NOI_VU] = replace(known[NOI_VU], valid_from=date(2014, 4, 1))
    assert reporting_agencies(plan=given, agencies=known, period=period) == {LAC_DUONG, LEAD}
    asked = tuple(replace(each, reported_by_kinds=(), reported_by_agencies=(LEAD,)) for each in given.indicators)
    assert reporting_agencies(plan=replace(given, indicators=asked), agencies=known, period=period) == {LEAD}
    known[DA_LAT] = replace(known[DA_LAT], valid_to=date(2014, 4, 1))
    assert DA_LAT in reporting_agencies(plan=given, agencies=known, period=period)
