"""The sentences and figures a reader sees."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.scoring.judging.model import Target, Tolerance
from shared.events.vocabulary import (
    Basis,
    Comparison,
    Direction,
    Expectation,
    GrowthFrom,
    Language,
    Measure,
    Method,
    Reason,
    Standing,
)
from shared.wording.judgement_terms import WORDS
from tests.unit.services.scoring.examples import (
    FIRST_QUARTER,
    above,
    at_least,
    at_most,
    indicator,
    milestone,
    said,
    share,
    value,
    yes,
)

INCIDENTS = indicator(
    measure=Measure.COUNT,
    direction=Direction.DECREASING,
    unit_vi="sự cố",
    unit_en="incidents",
    target=at_most(0),
    expectation=Expectation.AT_ONCE,
)
COUNT = indicator(measure=Measure.COUNT, unit_vi="dịch vụ", unit_en="services", target=at_least(4))


def test_a_share_above_its_target_reads_as_the_domain_writes_it() -> None:
    met = said(share(912, 1000), indicator())
    assert met.vi == "91,2 % / mục tiêu > 90 %: đạt"
    assert met.en == "91.2 % / target > 90 %: met"


def test_a_lagging_share_says_what_was_expected_by_when_and_how_far_it_is_behind() -> None:
    lagging = said(share(9, 100), indicator(target=above(73)), period=FIRST_QUARTER)
    assert lagging.vi == (
        "9 % / mục tiêu > 73 %, đến 31/03/2014 cần 18 %, bằng 0,5 lần mức cần: "
        "chậm tiến độ, độ trễ mức đạt 12,33 điểm phần trăm"
    )
    assert lagging.en == (
        "9 % / target > 73 %, expected by 2014-03-31: 18 %, 0.5 times what was expected: "
        "lagging, attainment 12.33 percentage points behind"
    )


def test_ahead_of_the_plan_no_lag_is_told() -> None:
    ahead = said(share(40, 100), indicator(target=above(73)), period=FIRST_QUARTER)
    assert ahead.vi == ("40 % / mục tiêu > 73 %, đến 31/03/2014 cần 18 %, bằng 2,22 lần mức cần: đúng tiến độ")


def test_what_is_expected_is_told_on_its_own_side_of_the_value() -> None:
    # Expected are 22.1917… %, which 22.19 would put below the 22.191 % that were reported.
    close = said(value("22.191"), indicator(measure=Measure.PERCENT), period=FIRST_QUARTER)
    assert "expected by 2014-03-31: 22.192 %" in close.en
    assert "cần 22,192 %" in close.vi


@given(
    st.decimals(0, 100, places=6),
    st.decimals(0, 100, places=6).filter(bool),
    st.sampled_from([Decimal("0.0004"), Decimal("0.004"), Decimal(1)]),
)
@example(Decimal("49.99712"), Decimal("22.188"), Decimal(1))  # 22.18512 were reported
@example(Decimal("37.407181"), Decimal("37.990357"), Decimal("0.0004"))  # 37.98531… were, and both rounded to 37.99
def test_a_value_is_told_on_its_own_side_of_what_is_expected(figure: Decimal, wanted: Decimal, near: Decimal) -> None:
    reported = wanted + (figure - 50) * near
    judged = indicator(measure=Measure.NUMBER, target=above(1_000), milestones=(milestone("2014-03-31", str(wanted)),))
    sentence = said(value(str(reported), of=judged.id), judged, period=FIRST_QUARTER).en
    told = re.fullmatch(r"(\S+) % / target > 1000 %, expected by 2014-03-31: (\S+) %, .*", sentence)
    assert told, sentence
    shown, expected = Decimal(told[1]), Decimal(told[2])
    assert (shown > expected, shown < expected) == (reported > wanted, reported < wanted), sentence


def test_a_target_is_told_to_its_last_digit() -> None:
    close = said(value("90.123"), indicator(measure=Measure.NUMBER, target=above("90.123456")), period=FIRST_QUARTER)
    assert "90.123 % / target > 90.123456 %" in close.en


def test_a_pace_that_is_just_less_than_expected_is_not_told_as_what_was_expected() -> None:
    judged = indicator(measure=Measure.NUMBER, milestones=(milestone("2014-03-31", "22.188"),))
    assert "0.9999 times what was expected: on track" in said(value("22.18512"), judged, period=FIRST_QUARTER).en


def test_what_is_expected_at_once_is_not_told_twice() -> None:
    uptime = indicator(measure=Measure.PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE)
    assert said(value("98.01"), uptime).vi == (
        "98,01 % / mục tiêu ≥ 99 %, bằng 0,99 lần mức cần: đúng tiến độ, độ trễ mức đạt 1 điểm phần trăm"
    )


def test_an_assumed_target_is_never_taken_for_the_decisions_own() -> None:
    assumed = said(value(4), indicator(measure=Measure.PERCENT, basis=Basis.ASSUMED, target=at_least(4)))
    assert assumed.vi == "4 % / mục tiêu giả định ≥ 4 %: đạt"
    assert assumed.en == "4 % / assumed target ≥ 4 %: met"


def test_units_are_those_of_the_readers_language() -> None:
    assert said(value(5), COUNT).vi == "5 dịch vụ / mục tiêu ≥ 4 dịch vụ: đạt"
    assert said(value(5), COUNT).en == "5 services / target ≥ 4 services: met"


def test_a_yes_no_reads_in_words() -> None:
    asked = indicator(measure=Measure.YES_NO, method=Method.YES_NO, unit_vi="có/không", target=None)
    assert said(yes(answer=True), asked).vi == "có / mục tiêu “có”: đạt"
    assert said(yes(answer=False), asked).en == "no / target “yes”: lagging"
    assert said(yes(answer=False), asked, period=FIRST_QUARTER).vi == (
        "không / mục tiêu “có”, đến 31/03/2014 chưa yêu cầu kết quả: đúng tiến độ"
    )


def test_a_day_that_is_ours_is_never_taken_for_the_decisions_own() -> None:
    by_june = Target(Comparison.AT_LEAST, Decimal(1), date(2014, 6, 30), Basis.ASSUMED)
    asked = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=by_june)
    assert said(yes(answer=True), asked).vi == "có / mục tiêu “có” đến 30/06/2014 (ngày giả định): đạt"
    assert said(yes(answer=True), asked).en == "yes / target “yes” by 2014-06-30 (assumed day): met"
    ours = replace(asked, basis=Basis.ASSUMED, target=replace(by_june, on_basis=Basis.STATED))
    assert said(yes(answer=True), ours).en == "yes / assumed target “yes” by 2014-06-30 (day as stated): met"
    sooner = replace(asked, milestones=(milestone("2014-03-31", 1),))
    assert said(yes(answer=False), sooner).en == "no / target “yes” by 2014-03-31 (assumed day): lagging"


def test_a_lag_within_a_tolerance_is_told_in_the_unit_with_what_is_allowed() -> None:
    uptime = indicator(
        measure=Measure.PERCENT,
        basis=Basis.ASSUMED,
        target=at_least(99),
        expectation=Expectation.AT_ONCE,
        tolerance=Tolerance(Decimal("0.1"), Decimal("0.5"), Basis.ASSUMED),
    )
    assert said(value(95), uptime).vi == (
        "95 % / mục tiêu giả định ≥ 99 %: chậm tiến độ, thấp hơn 4 điểm phần trăm (cho phép chênh 0,1, quá 0,5 là chậm)"
    )
    assert said(value("98.9"), replace(uptime, basis=Basis.STATED)).en == (
        "98.9 % / target ≥ 99 %: on track, 0.1 percentage points short "
        "(up to 0.1 is on track, beyond 0.5 lagging, assumed)"
    )
    assert "0.50001 percentage points short" in said(value("98.49999"), uptime).en
    assert "lagging" in said(value("98.49999"), uptime).en


def test_more_incidents_than_are_tolerated_are_told_as_incidents() -> None:
    incidents = replace(INCIDENTS, tolerance=Tolerance(Decimal(0), Decimal(2), Basis.ASSUMED))
    assert said(value(3), incidents).vi == (
        "3 sự cố / mục tiêu ≤ 0 sự cố: chậm tiến độ, vượt 3 sự cố (cho phép chênh 0, quá 2 là chậm, giả định)"
    )
    planned = replace(
        incidents, expectation=Expectation.LINEAR, target=at_most(10), milestones=(milestone("2014-03-31", 50),)
    )
    assert said(value(49), planned, period=FIRST_QUARTER).en == (
        "49 incidents / target ≤ 10 incidents, expected by 2014-03-31: 50 incidents: on track"
    )


def test_nothing_expected_yet_says_so() -> None:
    park = indicator(target=at_least(100), milestones=(milestone("2014-06-30", 0),))
    assert said(value(0), park, period=FIRST_QUARTER).vi == (
        "0 % / mục tiêu ≥ 100 %, đến 31/03/2014 chưa yêu cầu kết quả: đúng tiến độ"
    )


def test_who_reported_nothing_is_told_the_due_date() -> None:
    late = said(None, indicator(), period=FIRST_QUARTER, has_filed=False)
    partial = said(None, indicator(), period=FIRST_QUARTER)
    early = said(None, indicator(), period=FIRST_QUARTER, is_closed=False)
    assert late.vi == "chưa nộp báo cáo, đã quá hạn 08/04/2014: chưa báo cáo"
    assert partial.vi == "báo cáo thiếu chỉ tiêu này, đã quá hạn 08/04/2014: chưa báo cáo"
    assert early.en == "filed without this indicator so far, due on 2014-04-08: awaited"


def test_what_cannot_be_assessed_says_why() -> None:
    assert said(share(0, 0), indicator()).vi == ("mẫu số bằng 0, không có gì để tính tỷ lệ: không đánh giá được")
    surplus = indicator(measure=Measure.NUMBER, target=at_least(0))
    assert said(value(-3), surplus).en == "-3 % / target ≥ 0 %: no ratio to this target exists, not assessable"
    assert said(value(7), indicator(measure=Measure.COUNT, unit_vi="dịch vụ", target=None)).vi == (
        "7 dịch vụ, không có mục tiêu bằng số: chỉ trình bày, không đánh giá"
    )


@pytest.mark.parametrize("language", list(Language))
def test_every_standing_basis_and_reason_has_words(language: Language) -> None:
    words = WORDS[language]
    assert set(words.standings) == set(Standing)
    assert set(words.targets) == set(Basis)
    assert set(words.sentences) == set(Reason)


PACED = indicator(
    method=Method.PACE,
    measure=Measure.NUMBER,
    target=replace(at_least(200), on=date(2023, 12, 31)),
    baseline=milestone("2013-12-31", 100),
)


@pytest.mark.parametrize(
    ("figure", "vietnamese", "english"),
    [
        (
            "107",
            (
                "107 % ngày 31/12/2014 / mục tiêu ≥ 200 % đến 31/12/2023"
                ", 0,98 lần tốc độ cần có từ 100 % ngày 31/12/2013: "
                "tiến triển đáng kể, đúng tiến độ"
            ),
            (
                "107 % on 2014-12-31 / target ≥ 200 % by 2023-12-31"
                ", 0.98 times the pace required from 100 % on 2013-12-31: "
                "substantial progress, on track"
            ),
        ),
        (
            "106.7",
            (
                "106,7 % ngày 31/12/2014 / mục tiêu ≥ 200 % đến 31/12/2023"
                ", 0,93 lần tốc độ cần có từ 100 % ngày 31/12/2013: "
                "tiến triển vừa phải, có nguy cơ chậm"
            ),
            (
                "106.7 % on 2014-12-31 / target ≥ 200 % by 2023-12-31"
                ", 0.93 times the pace required from 100 % on 2013-12-31: "
                "moderate progress, at risk"
            ),
        ),
        (
            "-1",
            (
                "-1 % / mục tiêu ≥ 200 % đến 31/12/2023: khác dấu, không tính được tốc độ từ 100 % ngày 31/12/2013, "
                "không đánh giá được"
            ),
            "-1 % / target ≥ 200 % by 2023-12-31: other sign than 100 % on 2013-12-31, no growth rate, not assessable",
        ),
    ],
)
def test_a_sentence_of_growth_tells_from_where_and_how_fast(figure: str, vietnamese: str, english: str) -> None:
    found = said(value(figure), PACED)
    assert (found.vi, found.en) == (vietnamese, english)


def test_a_sentence_without_a_target_tells_growth_in_a_year() -> None:
    watched = replace(PACED, method=Method.NO_TARGET, target=None)
    found = said(value("100.4"), watched)
    assert found.en == (
        "100.4 % on 2014-12-31, 0.4 % a year for the better from 100 % on 2013-12-31: limited progress, lagging"
    )


def test_growth_near_a_limit_tells_what_it_was_and_what_it_counts_as() -> None:
    vaccinated = indicator(
        measure=Measure.PERCENT,
        method=Method.NO_TARGET,
        target=None,
        baseline=milestone("2008-12-31", "98.55"),
        limit=Decimal(100),
    )
    assert said(value("99.47"), vaccinated).en == (
        "99.47 % on 2014-12-31, 0.15 % a year for the better from 98.55 % on 2008-12-31, which counts as 2.47 % so "
        "near the limit of 100 %: substantial progress, on track"
    )
    assert said(value("99.47"), vaccinated).vi == (
        "99,47 % ngày 31/12/2014, mỗi năm 0,15 % theo hướng tốt từ 98,55 % ngày 31/12/2008, tính theo khoảng còn lại "
        "đến giới hạn 100 % là 2,47 %: tiến triển đáng kể, đúng tiến độ"
    )
    at_limit = replace(vaccinated, baseline=milestone("2008-12-31", 100))
    assert said(value(100), at_limit).en == (
        "100 % on 2014-12-31, 0 % a year for the better from 100 % on 2008-12-31, from the limit of 100 % itself: "
        "substantial progress, on track"
    )
    falling = said(value("97"), vaccinated).en
    assert "limit" not in falling


def test_figures_of_growth_have_the_digits_that_a_growth_rate_needs() -> None:
    third = indicator(measure=Measure.NUMBER, method=Method.PACE, growth_from=GrowthFrom.FIRST_OBSERVATION)
    assert said(value("1.428571"), third).en.startswith("1.429 % / target > 90 %")


@pytest.mark.parametrize(("figure", "base"), [("1250.043", "1250.04321"), ("99.99996", "100"), ("100.00004", "100")])
def test_what_growth_began_from_is_told_on_its_own_side_of_the_value(figure: str, base: str) -> None:
    judged = indicator(
        measure=Measure.NUMBER, method=Method.NO_TARGET, target=None, baseline=milestone("2013-12-31", base)
    )
    sentence = said(value(figure), judged).en
    told = re.match(r"(\S+) %.*from (\S+) %", sentence)
    assert told, sentence
    assert (Decimal(told[1]) < Decimal(told[2])) == (Decimal(figure) < Decimal(base)), sentence


def test_a_ratio_just_below_a_limit_is_never_shown_as_the_limit() -> None:
    found = said(value("106.806"), PACED)
    assert "0.95 times" not in found.en
    assert "moderate progress" in found.en


SHARES = st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(part=SHARES, goal=st.integers(1, 100), on_track=st.integers(51, 99), at_risk=st.integers(1, 50))
@example(part=(4273, 4998), goal=90, on_track=95, at_risk=50)
def test_a_reader_who_compares_the_pace_with_the_thresholds_finds_the_same_standing(
    part: tuple[int, int], goal: int, on_track: int, at_risk: int
) -> None:
    limits = Decimal(on_track) / 100, Decimal(at_risk) / 100
    told = said(
        share(*part),
        indicator(target=above(goal)),
        period=FIRST_QUARTER,
        on_track=str(limits[0]),
        at_risk=str(limits[1]),
    ).en
    read = re.search(r"expected by 2014-03-31: (\S+) %, (\S+) times what was expected: ([a-z ]+)", told)
    assert (read is None) == told.endswith(": met")
    if read:
        expected, pace = map(Decimal, read.groups()[:2])
        assert read[3] == ("on track" if pace >= limits[0] else "at risk" if pace >= limits[1] else "lagging")
        assert abs(expected * pace - Decimal(100) * part[0] / part[1]) < Decimal("0.01") * (expected + pace)
