"""Each period is a line under its heads, within a terminal of 80 columns, in Vietnamese and English."""

from shared.events.vocabulary import Standing
from tools.demo import months

COUNTS = {Standing.MET: 8, Standing.ON_TRACK: 143, Standing.LAGGING: 9, Standing.MISSING: 6}


def test_figures_stand_under_the_word_of_their_standing() -> None:
    vi, en = (head.plain for head in months.heads())
    line = months.over("2014-06", COUNTS, mails=36).plain
    assert line.startswith("06/2014")
    for word, other, figure in (
        ("đạt", "met", "8"),
        ("đúng tiến độ", "on track", "143"),
        ("nguy cơ chậm", "at risk", " "),
        ("chậm tiến độ", "lagging", "9"),
        ("chưa báo cáo", "missing", "6"),
        ("thư", "mails", "36"),
    ):
        end = vi.rindex(word) + len(word)
        assert (en[:end].endswith(other), line[:end].endswith(figure)) == (True, True), word


def test_every_line_fits_into_eighty_columns() -> None:
    hundreds = dict.fromkeys(Standing, 999)
    lines = [*months.heads(), months.over("2014-Q3", hundreds, mails=9_999)]
    assert max(len(line.plain) for line in lines) <= 80


def test_a_month_under_way_is_told_in_a_few_words() -> None:
    counts = {Standing.LAGGING: 22, Standing.MISSING: 16}
    assert months.under_way("2014-07", counts) == "07/2014: 22 chậm tiến độ, 16 chưa báo cáo"
    assert months.under_way("2014-07", {}) == "07/2014: 0 chậm tiến độ, 0 chưa báo cáo"
