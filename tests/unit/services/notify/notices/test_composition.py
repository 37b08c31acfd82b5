"""What a notice to an agency says."""

from dataclasses import replace
from datetime import timedelta

from services.notify.notices.composition import contents_of
from services.notify.notices.contents import Contents, LagContents, OverdueContents, RecoveredContents
from services.notify.policy.model import EarlierNotice, NoticeKind
from services.notify.policy.rules import decide
from services.notify.progress.model import Progress
from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import (
    EMAIL,
    LAC_DUONG,
    LEAD,
    NAMES,
    PARK,
    SOFTWARE,
    at,
    judgement_data,
    plan,
    progress,
    situation,
    told,
)

NOW = at("2014-04-07 09:00")


def contents(newest: Progress, *earlier: EarlierNotice, unfiled: tuple[str, ...] = ()) -> Contents:
    given = situation(newest, *earlier, unfiled=unfiled)
    due = decide(situation=given, settling=timedelta(), now=NOW).due
    assert due is not None
    return contents_of(due, situation=given)


def test_a_lag_notice_names_what_lags_what_is_missing_and_how_many_are_in_order() -> None:
    said = contents(progress(standings={EMAIL: Standing.LAGGING, PARK: Standing.MISSING}))
    assert isinstance(said, LagContents)
    assert [line.name.vi for line in said.lagging] == ["Thư điện tử công vụ"]
    assert [line.name.vi for line in said.missing] == ["Hỗ trợ doanh nghiệp"]
    assert said.others == 1


def test_a_lag_notice_names_what_is_not_reported_yet_and_does_not_call_it_in_order() -> None:
    newest = progress(standings={EMAIL: Standing.LAGGING, PARK: Standing.AWAITED, SOFTWARE: Standing.NOT_ASSESSABLE})
    said = contents(newest)
    assert isinstance(said, LagContents)
    assert said.others == 0
    assert [name.vi for name in said.awaited] == ["Hỗ trợ doanh nghiệp"]
    assert [name.vi for name in said.unassessed] == ["Phần mềm quản lý văn bản"]


def test_a_recovery_does_not_call_in_order_what_cannot_be_assessed() -> None:
    lag = told(NoticeKind.LAG, "2014-03", EMAIL)
    said = contents(progress(period="2014-04", standings={PARK: Standing.NOT_ASSESSABLE}), lag)
    assert isinstance(said, RecoveredContents)
    assert (said.others, [name.vi for name in said.unassessed]) == (1, ["Hỗ trợ doanh nghiệp"])


def test_a_lag_notice_marks_what_was_not_told_before() -> None:
    both = {EMAIL: Standing.LAGGING, PARK: Standing.LAGGING}
    said = contents(progress(standings=both), told(NoticeKind.LAG, "2014-03", EMAIL))
    assert isinstance(said, LagContents)
    assert [line.is_new for line in said.lagging] == [False, True]


def test_an_overdue_notice_names_what_to_report_and_every_period_without_a_report() -> None:
    said = contents(progress(is_filed=False), unfiled=("2014-02", "2014-03"))
    assert isinstance(said, OverdueContents)
    assert len(said.indicators) == 3
    assert [(each.period, f"{each.locked_on}") for each in said.unfiled] == [
        ("2014-02", "2014-04-06"),
        ("2014-03", "2014-05-07"),
    ]


def test_a_recovery_names_what_was_told_and_what_is_still_at_risk() -> None:
    lag = told(NoticeKind.LAG, "2014-03", EMAIL)
    said = contents(progress(period="2014-04", standings={PARK: Standing.AT_RISK}), lag)
    assert isinstance(said, RecoveredContents)
    assert [line.name.vi for line in said.recovered] == ["Thư điện tử công vụ"]
    assert [line.name.vi for line in said.at_risk] == ["Hỗ trợ doanh nghiệp"]
    assert (said.others, said.about.since) == (1, "2014-03")


def test_every_notice_says_whom_it_is_about_and_what_it_rests_on() -> None:
    about = contents(progress(standings={EMAIL: Standing.LAGGING})).about
    assert (about.agency_name.vi, about.sender.vi) == (NAMES[LAC_DUONG], NAMES[LEAD])
    assert (about.plan_version, about.decision, about.period) == (1, "2770/QĐ-UBND", "2014-03")
    assert about.as_of == at("2014-04-01 10:00")
    assert f"{about.locked_on}" == "2014-05-07"


def test_a_period_and_an_indicator_that_a_later_plan_dropped_are_still_told() -> None:
    given = situation(progress(judgements=[judgement_data(EMAIL, Standing.LAGGING)]))
    given = replace(given, plan=plan(indicators=(), periods=()))
    due = decide(situation=given, settling=timedelta(), now=NOW).due
    assert due is not None
    said = contents_of(due, situation=given)
    assert isinstance(said, LagContents)
    assert said.lagging[0].name.vi == EMAIL
    assert said.about.locked_on is None
    assert SOFTWARE not in {line.name.vi for line in said.lagging}
