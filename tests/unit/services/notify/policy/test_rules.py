"""Who is due what."""

from datetime import timedelta

import pytest

from services.notify.policy.model import Decision, DueNotice, NoticeKind, Situation, UnsentReason
from services.notify.policy.rules import decide, fingerprint
from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import (
    EMAIL,
    INDICATORS,
    LAC_DUONG,
    PARK,
    PLAN,
    at,
    progress,
    situation,
    told,
)

LAGGING = {EMAIL: Standing.LAGGING}
MONDAY_MORNING = at("2014-04-07 09:00")


def decided(given: Situation) -> Decision:
    return decide(situation=given, settling=timedelta(), now=MONDAY_MORNING)


def due(given: Situation) -> DueNotice:
    found = decided(given).due
    assert found is not None
    return found


def test_an_agency_that_begins_to_lag_is_told_once_with_every_lagging_indicator() -> None:
    found = due(situation(progress(standings={EMAIL: Standing.LAGGING, PARK: Standing.LAGGING})))
    assert found.kind is NoticeKind.LAG
    assert found.indicators == (EMAIL, PARK)
    assert found.cause == f"lag:{PLAN}:{LAC_DUONG}:2014-03:{fingerprint([PARK, EMAIL])}"
    assert found.thread == f"{PLAN}.{LAC_DUONG}.2014-03"
    assert found.due_at == MONDAY_MORNING


def test_an_agency_told_of_its_lag_is_not_told_again_while_the_same_lags() -> None:
    assert decided(situation(progress(standings=LAGGING), told(NoticeKind.LAG, "2014-03", EMAIL))) == Decision(None, ())


def test_another_indicator_that_lags_is_told_with_all_that_lag() -> None:
    given = progress(standings={EMAIL: Standing.LAGGING, PARK: Standing.LAGGING})
    found = due(situation(given, told(NoticeKind.LAG, "2014-03", EMAIL)))
    assert found.indicators == (EMAIL, PARK)
    assert found.cause.endswith(fingerprint([PARK]))


def test_fewer_lagging_indicators_are_no_news() -> None:
    given = situation(progress(standings=LAGGING), told(NoticeKind.LAG, "2014-03", EMAIL, PARK))
    assert decided(given).due is None


def test_lag_in_the_next_period_is_told_again_in_the_same_thread() -> None:
    found = due(situation(progress(period="2014-04", standings=LAGGING), told(NoticeKind.LAG, "2014-03", EMAIL)))
    assert found.cause.startswith(f"lag:{PLAN}:{LAC_DUONG}:2014-04:")
    assert found.thread == f"{PLAN}.{LAC_DUONG}.2014-03"


def test_an_unreported_indicator_alone_is_no_lag() -> None:
    assert decided(situation(progress(standings={EMAIL: Standing.MISSING}))).due is None


def test_a_closed_period_without_a_submission_is_overdue_and_not_lagging() -> None:
    found = due(situation(progress(is_filed=False)))
    assert (found.kind, found.cause, found.indicators) == (
        NoticeKind.OVERDUE,
        f"overdue:{PLAN}:{LAC_DUONG}:2014-03",
        INDICATORS,
    )


def test_a_period_that_is_still_open_is_not_overdue() -> None:
    assert decided(situation(progress(is_filed=False, is_closed=False))).due is None


@pytest.mark.parametrize("state", ["accepted", "failed"])
def test_an_overdue_period_is_told_once(state: str) -> None:
    assert decided(situation(progress(is_filed=False), told(NoticeKind.OVERDUE, state=state))).due is None


@pytest.mark.parametrize("kind", [NoticeKind.LAG, NoticeKind.OVERDUE])
def test_an_agency_that_was_told_and_lags_no_more_is_told_that_it_recovered(kind: NoticeKind) -> None:
    found = due(situation(progress(period="2014-04"), told(kind, "2014-03", EMAIL)))
    assert found.kind is NoticeKind.RECOVERED
    assert found.thread == f"{PLAN}.{LAC_DUONG}.2014-03"


def test_nobody_recovers_from_what_they_were_not_told() -> None:
    assert decided(situation(progress())).due is None
    assert decided(situation(progress(), told(NoticeKind.LAG, "2014-03", EMAIL, state="failed"))).due is None


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.AWAITED, Standing.AT_RISK])
def test_an_agency_has_not_recovered_while_what_it_was_told_of_is_at_risk_or_left_out(standing: Standing) -> None:
    given = situation(progress(standings={PARK: standing}), told(NoticeKind.LAG, "2014-03", EMAIL, PARK))
    assert decided(given).due is None


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.AWAITED, Standing.AT_RISK])
def test_what_an_agency_was_not_told_of_does_not_keep_it_from_having_recovered(standing: Standing) -> None:
    found = due(situation(progress(standings={PARK: standing}), told(NoticeKind.LAG, "2014-03", EMAIL)))
    assert (found.kind, found.indicators) == (NoticeKind.RECOVERED, (EMAIL,))


def test_a_relapse_in_the_period_of_the_recovery_is_told_in_a_notice_of_its_own() -> None:
    first = due(situation(progress(standings=LAGGING)))
    told_before = (told(NoticeKind.LAG, "2014-03", *first.indicators), told(NoticeKind.RECOVERED, "2014-03"))
    relapse = due(situation(progress(standings=LAGGING), *told_before))
    assert relapse.kind is NoticeKind.LAG
    assert relapse.cause == f"{first.cause}:1"


def test_recovery_is_told_once_an_episode() -> None:
    lag, recovered = told(NoticeKind.LAG, "2014-03", EMAIL), told(NoticeKind.RECOVERED, "2014-04")
    assert decided(situation(progress(period="2014-05"), lag, recovered)).due is None


def test_a_second_episode_has_a_thread_and_a_recovery_of_its_own() -> None:
    first = (told(NoticeKind.LAG, "2014-03", EMAIL), told(NoticeKind.RECOVERED, "2014-04"))
    again = due(situation(progress(period="2014-05", standings=LAGGING), *first))
    assert again.thread == f"{PLAN}.{LAC_DUONG}.2014-05"
    recovered = due(situation(progress(period="2014-05"), *first, told(NoticeKind.LAG, "2014-05", EMAIL)))
    assert recovered.cause == f"recovered:{PLAN}:{LAC_DUONG}:2014-05:1"


def test_an_episode_keeps_the_thread_it_began_with() -> None:
    earlier = (
        told(NoticeKind.OVERDUE, "2014-02"),
        told(NoticeKind.LAG, "2014-03", EMAIL, thread=f"{PLAN}.{LAC_DUONG}.2014-02"),
    )
    assert due(situation(progress(period="2014-04"), *earlier)).thread == f"{PLAN}.{LAC_DUONG}.2014-02"


def test_a_waiting_notice_is_replaced_by_one_that_names_more() -> None:
    given = progress(standings={EMAIL: Standing.LAGGING, PARK: Standing.LAGGING})
    found = decided(situation(given, told(NoticeKind.LAG, "2014-03", EMAIL, state="queued", cause="waiting")))
    assert found.due is not None
    assert found.due.indicators == (EMAIL, PARK)
    assert found.withdrawn == (("waiting", UnsentReason.REPLACED),)


def test_a_waiting_notice_of_the_same_cause_stays_and_is_said_anew() -> None:
    waiting = told(
        NoticeKind.LAG, "2014-03", EMAIL, state="queued", cause=f"lag:{PLAN}:{LAC_DUONG}:2014-03:{fingerprint([EMAIL])}"
    )
    found = decided(situation(progress(standings=LAGGING), waiting))
    assert found.due is not None
    assert found.due.cause == waiting.cause
    assert found.withdrawn == ()


def test_a_waiting_notice_whose_cause_is_gone_is_withdrawn_and_nobody_recovers() -> None:
    found = decided(situation(progress(), told(NoticeKind.LAG, "2014-03", EMAIL, state="queued", cause="waiting")))
    assert found == Decision(None, (("waiting", UnsentReason.NO_LONGER_TRUE),))


def test_filing_late_withdraws_a_waiting_overdue_notice_in_favour_of_the_lag() -> None:
    waiting = told(NoticeKind.OVERDUE, state="queued", cause="waiting")
    found = decided(situation(progress(standings=LAGGING), waiting))
    assert found.due is not None
    assert found.withdrawn == (("waiting", UnsentReason.NO_LONGER_TRUE),)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (NoticeKind.LAG, progress(standings=LAGGING)),
        (NoticeKind.OVERDUE, progress(is_filed=False)),
        (NoticeKind.RECOVERED, progress()),
    ],
)
def test_a_second_recipient_still_gets_what_the_first_one_got(kind: NoticeKind, given: object) -> None:
    assert hasattr(given, "period")
    half = told(kind, "2014-03", EMAIL)
    half = type(half)(**{**{name: getattr(half, name) for name in half.__slots__}, "is_pending": True})
    assert decided(situation(given, half)).withdrawn == ()  # type: ignore[arg-type]  # a Progress, as asserted


def test_correcting_an_older_period_tells_nobody_about_stale_lag() -> None:
    # The store hands over the newest period only: February's lag is not looked at once March was judged.
    newest = progress(period="2014-03")
    assert decided(situation(newest)).due is None


def test_outside_working_hours_a_notice_waits_for_the_next_ones() -> None:
    given = situation(progress(standings=LAGGING))
    found = decide(situation=given, settling=timedelta(), now=at("2014-04-04 17:00"))
    assert found.due is not None
    assert found.due.due_at == at("2014-04-07 07:30")
