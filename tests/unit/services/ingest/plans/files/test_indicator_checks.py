"""What an indicator of a plan file may not say, told at its line."""

from datetime import date
from decimal import Decimal

import pytest

from shared.events.plans import IndicatorData, ToleranceData
from shared.events.vocabulary import Basis, Expectation
from tests.unit.services.ingest.plans.files.examples import PlanFolder

# what is wrong: (what stands in the plan, what a test puts there, the fault, the line that it points at)
CASES = {
    "an unknown method": ("method: to-target", "method: to-targett", "unknown-word", "method: to-targett"),
    "an unknown measure": ("measure: share", "measure: ratio", "unknown-word", "measure: ratio"),
    "an unknown comparison": ("comparison: above", "comparison: over", "unknown-word", "comparison: over"),
    "an unknown direction": ("direction: increasing", "direction: up", "unknown-word", "direction: up"),
    "an unknown roll-up": ("roll_up: pooled", "roll_up: mean", "unknown-word", "roll_up: mean"),
    "an unknown kind of agency": ("{kinds: [department]}", "{kinds: [sở]}", "unknown-word", "{kinds: [sở]}"),
    "an unknown agency": (
        "{agencies: [van-phong]}",
        "{agencies: [van-phong-2]}",
        "unknown-agency",
        "{agencies: [van-phong-2]}",
    ),
    "an unknown programme": (
        "    programme: egov\n    name: {vi: Tă",
        "    programme: egof\n    name: {vi: Tă",
        "unknown-programme",
        "programme: egof",
    ),
    "an agency named twice": (
        "{agencies: [van-phong]}",
        "{agencies: [van-phong, van-phong]}",
        "duplicate-entry",
        "{agencies: [van-phong, van-phong]}",
    ),
    "an agency that no longer exists": (
        "{agencies: [van-phong]}",
        "{agencies: [xa-cu]}",
        "not-reported",
        "{agencies: [xa-cu]}",
    ),
    "a kind that nobody is of": ("{kinds: [department]}", "{kinds: [city]}", "not-reported", "{kinds: [city]}"),
    "nobody who reports": ("{kinds: [department]}", "{}", "not-reported", "reported_by: {}"),
    "reporters who are no mapping": ("{kinds: [department]}", "department", "not-a-mapping", "reported_by: department"),
    "reporters who are no list": ("{kinds: [department]}", "{kinds: department}", "not-a-list", "{kinds: department}"),
    "a share above 100 %": ("value: 90}", "value: 190}", "out-of-range", "value: 190}"),
    "more than all": ("above, value: 90}", "above, value: 100}", "out-of-range", "above, value: 100}"),
    "a negative share": ("value: 20,", "value: -20,", "out-of-range", "value: -20,"),
    "a comparison against the direction": (
        "comparison: above",
        "comparison: below",
        "comparison-does-not-fit",
        "comparison: below",
    ),
    "no sentence for what is stated": ("    sentence: trên 90% văn bản\n", "", "no-sentence", "basis: stated"),
    "a sentence for what is assumed": (
        "basis: stated",
        "basis: assumed",
        "sentence-not-used",
        "sentence: trên 90% văn bản",
    ),
    "a sentence that the source does not have": (
        "trên 90% văn bản",
        "trên 95% văn bản",
        "not-in-source",
        "trên 95% văn bản",
    ),
    "a method that needs a yes or no": ("method: to-target", "method: yes-no", "method-does-not-fit", "method: yes-no"),
    "a roll-up of counts that are none": ("roll_up: pooled", "roll_up: sum", "roll-up-does-not-fit", "roll_up: sum"),
    "a mean of shares": ("roll_up: pooled", "roll_up: mean-by-staff", "roll-up-does-not-fit", "roll_up: mean-by-staff"),
    "a share as its value": ("roll_up: pooled", "roll_up: value", "roll-up-does-not-fit", "roll_up: value"),
    "a tolerance that is out of order": (
        "    roll_up: pooled",
        "    tolerance: {on_track: 2, at_risk: 1}\n    roll_up: pooled",
        "bad-order",
        "tolerance",
    ),
    "a tolerance below nothing": (
        "    roll_up: pooled",
        "    tolerance: {on_track: -1, at_risk: 1}\n    roll_up: pooled",
        "bad-order",
        "tolerance",
    ),
    "half a tolerance": (
        "    roll_up: pooled",
        "    tolerance: {on_track: 1}\n    roll_up: pooled",
        "missing-key",
        "tolerance",
    ),
    "a tolerance in words": (
        "    roll_up: pooled",
        "    tolerance: {on_track: 1, at_risk: some}\n    roll_up: pooled",
        "bad-number",
        "tolerance",
    ),
    "a tolerance of growth": (
        "    roll_up: value",
        "    tolerance: {on_track: 1, at_risk: 2}\n    roll_up: value",
        "tolerance-not-used",
        "tolerance",
    ),
    "a limit of what has a target": (
        "    roll_up: value",
        "    limit: 100\n    roll_up: value",
        "limit-not-used",
        "limit",
    ),
    "whose day it is without a day": ("value: 90}", "value: 90, on_basis: assumed}", "no-day", "on_basis"),
    "a weight that is not known": ("roll_up: value", "roll_up: mean-by-staff", "no-staff", "roll_up: mean-by-staff"),
    "milestones of what is expected at once": (
        "    roll_up: pooled",
        "    expectation: at-once\n    roll_up: pooled",
        "milestones-not-used",
        "expectation: at-once",
    ),
    "whole things where none are counted": (
        "    method: pace",
        "    whole: false\n    method: pace",
        "whole-not-used",
        "whole: false",
    ),
    "a truth in other words": (
        "    method: to-target",
        "    whole: no\n    method: to-target",
        "bad-truth",
        "whole: no",
    ),
    "a weight below nothing": (
        "    roll_up: value",
        "    weight: -0.5\n    roll_up: value",
        "out-of-range",
        "weight: -0.5",
    ),
    "a weight in words": ("    roll_up: value", "    weight: heavy\n    roll_up: value", "bad-number", "weight: heavy"),
    "no target": ("    target: {comparison: above, value: 90}\n", "", "no-target", "- id: documents"),
    "a target that says nothing": ("target: {comparison: above, value: 90}", "target:", "no-target", "- id: documents"),
    "a target without value": (
        "{comparison: above, value: 90}",
        "{comparison: above}",
        "missing-key",
        "{comparison: above}",
    ),
    "a target that is a number": ("{comparison: above, value: 90}", "90", "not-a-mapping", "90"),
    "a decimal comma": ("value: 90}", 'value: "90,5"}', "bad-number", 'value: "90,5"}'),
    "a figure in other digits": ("value: 90}", "value: ٩٠}", "bad-number", "value: ٩٠}"),
    "an infinite figure": ("value: 90}", "value: .inf}", "bad-number", "value: .inf}"),
}


@pytest.mark.parametrize(("old", "new", "code", "line"), CASES.values(), ids=CASES.keys())
def test_is_refused_alone_and_at_its_line(folder: PlanFolder, old: str, new: str, code: str, line: str) -> None:
    folder.change("plan.yaml", (old, new))
    (fault,) = folder.faults()
    assert fault.code == code
    assert line in folder.line(fault)
    assert fault.accepted


def test_parts_of_a_share_count_things_unless_it_says_otherwise(folder: PlanFolder) -> None:
    assert folder.load().content.indicators[0].is_whole
    folder.change("plan.yaml", ("    method: to-target", "    whole: false\n    method: to-target"))
    changed = folder.load().content.indicators[0]
    assert not changed.is_whole
    assert '"is_whole":false' in changed.model_dump_json()


def test_half_a_thing_is_no_count(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("measure: number", "measure: count"), ("value: 5.25", "value: 5"))
    assert folder.told() == [("out-of-range", "target: {comparison: at-least, value: 7.5}")]


def test_a_target_is_not_given_where_the_method_has_none(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("method: pace", "method: no-target"))
    assert folder.told() == [("target-not-used", "target: {comparison: at-least, value: 7.5}")]


FALLING_TO_NOTHING = (
    ("measure: share", "measure: count"),
    ("direction: increasing\n    method: to-target", "direction: decreasing\n    method: to-target"),
    ("{comparison: above, value: 90}", "{comparison: at-most, value: 0}"),
    ("      - {on: 2014-03-31, value: 20, basis: assumed}\n", "      - {on: 2014-03-31, value: 60, basis: assumed}\n"),
    ("roll_up: pooled", "roll_up: sum"),
)


def test_a_line_towards_nothing_would_expect_nothing_so_it_is_refused(folder: PlanFolder) -> None:
    folder.change("plan.yaml", *FALLING_TO_NOTHING)
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("nothing-expected", "target: {comparison: at-most, value: 0}")
    assert fault.accepted == "expectation: at-once; or a tolerance; or method: from-baseline; or another value"


def test_a_target_of_nothing_is_taken_with_a_tolerance_from_a_baseline_or_at_once(folder: PlanFolder) -> None:
    folder.change("plan.yaml", *FALLING_TO_NOTHING)
    whole = folder.text("plan.yaml")
    with_tolerance = ("roll_up: sum", "tolerance: {on_track: 0, at_risk: 2}\n    roll_up: sum")
    folder.change("plan.yaml", with_tolerance)
    tolerance = folder.load().to_plan_data(1).indicators[0].tolerance
    assert tolerance == ToleranceData(on_track=Decimal(0), at_risk=Decimal(2), basis=Basis.ASSUMED)
    folder.write("plan.yaml", whole)
    since = "    baseline: {on: 2013-12-31, value: 90, basis: assumed}\n    milestones:"
    folder.change("plan.yaml", ("method: to-target", "method: from-baseline"), ("    milestones:", since))
    assert folder.load().to_plan_data(1).indicators[0].tolerance is None
    folder.write("plan.yaml", whole)
    milestones = whole[whole.index("    milestones:") : whole.index("    roll_up: sum")]
    folder.change("plan.yaml", (milestones, "    expectation: at-once\n"))
    assert folder.load().to_plan_data(1).indicators[0].expectation is Expectation.AT_ONCE
    folder.change("plan.yaml", ("expectation: at-once", "expectation: at-twice"))
    assert folder.told() == [("unknown-word", "expectation: at-twice")]


GROWTH = ("method: pace\n    target: {comparison: at-least, value: 7.5}\n", "method: no-target\n")


@pytest.mark.parametrize("limit", ["0", "-100"])
def test_growth_has_no_limit_at_nothing_or_below(folder: PlanFolder, limit: str) -> None:
    folder.change("plan.yaml", GROWTH, ("    roll_up: value", f"    limit: {limit}\n    roll_up: value"))
    assert folder.told() == [("out-of-range", f"limit: {limit}")]


def test_growth_without_a_target_may_have_a_limit(folder: PlanFolder) -> None:
    folder.change("plan.yaml", GROWTH, ("    roll_up: value", "    limit: 100\n    roll_up: value"))
    assert folder.load().to_plan_data(1).indicators[1].limit == 100


YES_NO = (
    ("measure: share", "measure: yes-no"),
    ("method: to-target", "method: yes-no"),
    ("{comparison: above, value: 90}", "{comparison: at-least, value: 1, on: 2014-09-30, on_basis: assumed}"),
    ("value: 20", "value: 0.2"),
    ("value: 50", "value: 0.5"),
)


def test_milestones_of_a_yes_no_are_shares_of_the_agencies(folder: PlanFolder) -> None:
    folder.change("plan.yaml", *YES_NO, ("roll_up: pooled", "roll_up: share-of-yes"))
    asked = folder.load().to_plan_data(1).indicators[0]
    assert [str(each.value) for each in asked.milestones] == ["0.2", "0.5"]
    assert asked.target is not None
    assert (asked.target.on, asked.target.on_basis) == (date(2014, 9, 30), Basis.ASSUMED)
    folder.change("plan.yaml", ("value: 0.5", "value: 1.5"))
    assert folder.told()[0] == ("out-of-range", "- {on: 2014-06-30, value: 1.5, basis: assumed}")


def test_a_yes_no_does_not_roll_up_as_its_value(folder: PlanFolder) -> None:
    folder.change("plan.yaml", *YES_NO, ("roll_up: pooled", "roll_up: value"))
    assert folder.told() == [("roll-up-does-not-fit", "roll_up: value")]


def test_a_yes_or_no_is_met_by_yes_alone(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("measure: share", "measure: yes-no"),
        ("method: to-target", "method: yes-no"),
        ("{comparison: above, value: 90}", "{comparison: above, value: 0}"),
        ("      - {on: 2014-03-31, value: 20, basis: assumed}\n", ""),
        ("value: 50", "value: 0"),
        ("roll_up: pooled", "roll_up: share-of-yes"),
    )
    assert folder.told() == [("target-does-not-fit", "target: {comparison: above, value: 0}")]


def test_an_indicator_has_its_id_to_itself(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("id: growth", "id: documents"))
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("duplicate-id", "- id: documents")
    assert "line 16" in fault.message


def test_an_unknown_agency_is_not_told_where_the_registry_could_not_be_read(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("[van-phong]", "[van-phong-2]"))
    (folder.path / "agencies.csv").unlink()
    assert folder.told() == [("missing-file", "<agencies.csv>")]


OF_DOCUMENTS = "    roll_up: pooled"
OF_GROWTH = "    roll_up: value"


def weigh(folder: PlanFolder, *, documents: str = "1", growth: str = "1") -> None:
    for key, weight in ((OF_DOCUMENTS, documents), (OF_GROWTH, growth)):
        folder.change("plan.yaml", (key, f"    weight: {weight}\n{key}"))


def test_an_indicator_weighs_one_where_the_plan_says_nothing_and_the_hash_stays(folder: PlanFolder) -> None:
    before = folder.load()
    weigh(folder, documents="1.0")
    after = folder.load()
    assert after.content_hash == before.content_hash
    assert {one.weight for one in after.content.indicators} == {Decimal(1)}
    assert "weight" not in after.content.model_dump_json()


def test_a_weight_travels_with_its_plan_and_makes_another_version(folder: PlanFolder) -> None:
    before = folder.load()
    weigh(folder, documents="2.50", growth="0.1")
    after = folder.load()
    assert [one.weight for one in after.content.indicators] == [Decimal("2.5"), Decimal("0.1")]
    assert after.content_hash != before.content_hash
    (documents, _) = after.content.indicators
    assert IndicatorData.model_validate_json(documents.model_dump_json()) == documents


def test_weights_that_are_all_nothing_are_refused_once(folder: PlanFolder) -> None:
    weigh(folder, documents="0", growth="0.0")
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("no-weight", "weight: 0")
    assert "every other weight of the plan" in fault.message


def test_an_agency_that_owes_only_what_weighs_nothing_is_refused_by_its_kind(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("no-weight", "weight: 0")
    assert "all else that 2 of kind department report, first so-mot" in fault.message


def test_what_weighs_nothing_is_shown_beside_what_counts(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    folder.change("plan.yaml", ("{agencies: [van-phong]}", "{kinds: [department], agencies: [van-phong]}"))
    assert [one.weight for one in folder.load().content.indicators] == [Decimal(0), Decimal(1)]


def test_a_weight_that_cannot_be_read_is_not_taken_for_nothing(folder: PlanFolder) -> None:
    weigh(folder, documents="some", growth="0")
    assert [(code, line) for code, line in folder.told()] == [
        ("bad-number", "weight: some"),
        ("no-weight", "weight: 0"),
    ]


def test_nobody_is_blamed_for_weights_while_it_is_not_known_who_reports(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    folder.change("plan.yaml", ("{agencies: [van-phong]}", "{kinds: [sở]}"))
    assert [code for code, _ in folder.told()] == ["unknown-word"]
