"""How reporting periods read."""

import pytest

from shared.events.vocabulary import Language
from shared.wording.periods import period


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
