"""How days, moments and reporting periods read."""

from datetime import date, datetime

import pytest

from shared.events.vocabulary import Language
from shared.runtime.clock import TIMEZONE
from shared.wording.dates import day, last_day, moment, period

VI, EN = Language.VI, Language.EN


def test_days_read_as_each_language_writes_them() -> None:
    assert [day(date(2014, 4, 7), language=each) for each in (VI, EN)] == ["07/04/2014", "7 April 2014"]


def test_a_period_is_told_by_its_last_day() -> None:
    assert last_day(date(2014, 4, 1), language=VI) == "31/03/2014"


def test_moments_read_in_their_own_zone() -> None:
    at = datetime(2014, 4, 7, 9, 5, tzinfo=TIMEZONE)
    assert [moment(at, language=each) for each in (VI, EN)] == ["09:05 ngày 07/04/2014", "09:05, 7 April 2014"]
    assert [moment(at.replace(second=7), language=each) for each in (VI, EN)] == [
        "09:05:07 ngày 07/04/2014",
        "09:05:07, 7 April 2014",
    ], "to the second, where it has any"


@pytest.mark.parametrize(
    ("period_id", "vi", "en"),
    [
        ("2014-03", "03/2014", "03/2014"),
        ("2014-Q4", "quý IV/2014", "Q4 2014"),
        ("2014-H1", "6 tháng đầu năm 2014", "first half of 2014"),
        ("2014-H2", "6 tháng cuối năm 2014", "second half of 2014"),
        ("2014-9M", "9 tháng đầu năm 2014", "first nine months of 2014"),
        ("2014", "năm 2014", "2014"),
        ("whatever", "whatever", "whatever"),
    ],
)
def test_periods_read_as_people_say_them(period_id: str, vi: str, en: str) -> None:
    assert (period(period_id, language=Language.VI), period(period_id, language=Language.EN)) == (vi, en)
