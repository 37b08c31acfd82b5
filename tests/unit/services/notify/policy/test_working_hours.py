"""When people in the agencies work."""

from datetime import timedelta

import pytest

from services.notify.policy.working_hours import (
    after_working_time,
    is_working_day,
    next_working_moment,
)
from tests.unit.services.notify.factories import at, plan


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2014-04-07 07:29", "2014-04-07 07:30"),
        ("2014-04-07 07:30", "2014-04-07 07:30"),
        ("2014-04-07 16:59", "2014-04-07 16:59"),
        ("2014-04-07 17:00", "2014-04-08 07:30"),
        ("2014-04-04 17:30", "2014-04-07 07:30"),  # Friday evening
        ("2014-04-05 10:00", "2014-04-07 07:30"),  # Saturday
        ("2014-01-27 17:00", "2014-02-06 07:30"),  # the evening before Tết
        ("2014-01-30 06:00", "2014-02-06 07:30"),
    ],
)
def test_a_notice_goes_out_at_the_next_working_moment(now: str, expected: str) -> None:
    assert next_working_moment(at(now), plan=plan()) == at(expected)
    assert next_working_moment(at(expected), plan=plan()) == at(expected)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2014-04-07 09:00", 4, "2014-04-07 13:00"),
        ("2014-04-07 13:00", 4, "2014-04-08 07:30"),  # at five o'clock nobody works any more
        ("2014-04-07 15:00", 4, "2014-04-08 09:30"),
        ("2014-04-07 06:00", 4, "2014-04-07 11:30"),
        ("2014-04-04 16:30", 20, "2014-04-09 08:00"),  # over a weekend and two days of nine and a half hours
        ("2014-01-27 16:00", 4, "2014-02-06 10:30"),  # over Tết
        ("2014-04-05 10:00", 0, "2014-04-07 07:30"),
    ],
)
def test_working_time_is_counted_while_people_work(start: str, hours: int, expected: str) -> None:
    assert after_working_time(at(start), timedelta(hours=hours), plan=plan()) == at(expected)


def test_beyond_the_days_a_plan_names_weekends_are_off() -> None:
    assert is_working_day(at("2015-03-02 00:00").date(), plan=plan())
    assert not is_working_day(at("2015-03-07 00:00").date(), plan=plan())
    assert not is_working_day(at("2013-12-29 00:00").date(), plan=plan())
    assert is_working_day(at("2013-12-30 00:00").date(), plan=plan())
