"""The long form has a row a figure, with its unit and its basis."""

from dataclasses import replace
from decimal import Decimal

from shared.events.vocabulary import Language, Method
from tests.unit.services.scoring.examples import indicator, milestone, share, value
from tests.unit.services.scoring.exports.export_examples import POSTS, document, long, silent


def test_the_long_form_has_a_row_a_figure_each_with_unit_and_basis() -> None:
    rows = long(document(indicator(), POSTS, filed=(share(1, 2), value(99, of="posts"))))
    assert list(rows[0]) == [
        *("plan", "plan_version", "agency", "kind", "period", "indicator", "measure"),
        *("figure", "value", "unit", "basis", "standing", "reason"),
    ]
    found = {(each["indicator"], each["figure"]): each for each in rows}
    told = {key: (each["value"], each["unit"], each["basis"]) for key, each in found.items()}
    assert told["edoc-exchange", "value"] == ("50", "%", "reported")
    assert told["edoc-exchange", "denominator"] == ("2", "count", "reported")
    assert told["edoc-exchange", "target"] == ("90", "%", "stated")
    assert told["edoc-exchange", "expected_ratio"][1:] == ("ratio", "assumed")
    assert told["edoc-exchange", "attainment_ratio"][1:] == ("ratio", "stated")
    assert told["posts", "target"] == ("90", "bài", "assumed")
    assert ("posts", "numerator") not in told
    assert found["posts", "value"]["standing"] == "met"
    assert found["posts", "value"]["reason"] == "target-met"


def test_the_long_form_has_vietnamese_titles_and_the_same_codes() -> None:
    rows = long(document(POSTS, filed=(value(99, of="posts"),)), language=Language.VI)
    row = next(each for each in rows if each["tên số liệu"] == "attainment_ratio")
    assert (row["đơn vị tính"], row["căn cứ"], row["xếp loại"]) == ("tỷ số", "assumed", "met")


def test_a_baseline_has_a_row_with_its_own_basis() -> None:
    way = replace(POSTS, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", "1.50"))
    rows = long(document(way, filed=(value(40, of="posts"),)))
    row = next(each for each in rows if each["figure"] == "baseline")
    assert (row["value"], row["basis"]) == ("1.50", "assumed")


def test_without_a_target_there_is_nothing_expected_and_nothing_of_it_is_told() -> None:
    watched = replace(POSTS, method=Method.NO_TARGET, target=None)
    rows = long(document(watched, filed=(value(40, of="posts"),)))
    assert {each["figure"] for each in rows} <= {"value", "composite_score", "coverage_ratio"}


def test_who_filed_nothing_has_a_row_of_a_value_that_is_empty() -> None:
    found = next(each for each in long(silent(indicator())) if each["figure"] == "value")
    assert (found["value"], found["unit"], found["standing"], found["reason"]) == ("", "%", "missing", "not-filed")


def test_the_agency_as_a_whole_has_rows_that_name_no_indicator() -> None:
    ranked = {
        **document(indicator(weight=Decimal(4)), filed=(share(45, 100),)),
        "kind": "district",
        "rank": {"place": 2, "of": 12, "is_mixed": True},
    }
    found = {each["figure"]: each for each in long(ranked)}
    assert {each["kind"] for each in found.values()} == {"district"}
    assert (found["rank"]["value"], found["rank"]["unit"]) == ("2", "place within its kind")
    assert (found["ranked_agencies"]["value"], found["ranked_agencies"]["unit"]) == ("12", "agencies")
    assert (found["composite_score"]["indicator"], found["composite_score"]["basis"]) == ("", "computed")
    assert (found["points"]["value"], found["points"]["unit"]) == ("2.0", "points")
