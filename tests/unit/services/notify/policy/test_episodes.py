"""What an agency was told in an episode of trouble."""

from services.notify.policy.episodes import (
    indicators_told,
    lagging_told,
    recoveries,
    since_recovery,
    thread_of,
)
from services.notify.policy.model import NoticeKind
from tests.unit.services.notify.factories import EMAIL, PARK, told

LAG, RECOVERED, OVERDUE = NoticeKind.LAG, NoticeKind.RECOVERED, NoticeKind.OVERDUE


def test_a_recovery_notice_ends_an_episode_once_it_was_sent() -> None:
    first, second = told(LAG, "2014-01", EMAIL), told(LAG, "2014-03", PARK)
    assert since_recovery([first, told(RECOVERED, "2014-02"), second]) == [second]
    waiting = told(RECOVERED, "2014-02", state="queued")
    assert since_recovery([first, waiting, second]) == [first, waiting, second]
    assert recoveries([first, told(RECOVERED, "2014-02"), waiting]) == 1


def test_indicators_are_told_by_the_notices_of_a_kind_that_went_out() -> None:
    earlier = [told(LAG, "2014-03", EMAIL), told(OVERDUE, "2014-04", PARK), told(LAG, "2014-05", PARK, state="failed")]
    assert indicators_told(earlier, LAG) == {EMAIL}
    assert indicators_told(earlier, OVERDUE) == {PARK}


def test_what_recovered_since_is_no_longer_told_to_lag_in_the_period() -> None:
    earlier = [told(LAG, "2014-02", PARK), told(LAG, "2014-03", EMAIL, PARK, recovered=(EMAIL,))]
    assert lagging_told(earlier, period="2014-03") == {PARK}


def test_an_episode_keeps_the_thread_of_its_first_notice_with_indicators() -> None:
    lock = told(OVERDUE, "2014-01")
    assert thread_of([lock]) is None
    assert thread_of([lock, told(LAG, "2014-02", EMAIL), told(LAG, "2014-03", EMAIL)]) == told(LAG, "2014-02").thread
