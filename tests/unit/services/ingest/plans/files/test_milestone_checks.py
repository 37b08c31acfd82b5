"""Milestones that do not fit their plan or their target are told at their line."""

from datetime import date

import pytest

from shared.events.vocabulary import GrowthFrom
from tests.unit.services.ingest.plans.files.examples import PlanFolder

FIRST, SECOND = "{on: 2014-03-31, value: 20, basis: assumed}", "{on: 2014-06-30, value: 50, basis: assumed}"
BASELINE = "baseline: {on: 2010-12-31, value: 5.25, basis: assumed}"

# what is wrong: (what stands in the plan, what a test puts there, the fault, the line that it points at)
CASES = {
    "a day that does not exist": ("2014-03-31", "2014-02-30", "bad-date", "2014-02-30"),
    "a day in another order": ("2014-03-31", "31/03/2014", "bad-date", "31/03/2014"),
    "a milestone before the plan": ("2014-03-31", "2013-12-31", "out-of-plan", "2013-12-31"),
    "a milestone after the plan": ("2014-06-30", "2015-01-01", "out-of-plan", "2015-01-01"),
    "milestones in the wrong order": ("2014-06-30", "2014-03-30", "out-of-order", "2014-03-30"),
    "two milestones for one day": ("2014-06-30", "2014-03-31", "duplicate-milestone", "value: 50"),
    "a milestone that falls back": ("value: 50", "value: 19.5", "falls-back", "value: 19.5"),
    "a milestone past the target": ("value: 50", "value: 90.5", "past-target", "value: 90.5"),
    "a milestone that is impossible": ("value: 20", "value: -1", "out-of-range", "value: -1"),
    "a milestone of unknown basis": (
        "value: 20, basis: assumed",
        "value: 20, basis: guessed",
        "unknown-word",
        "guessed",
    ),
    "a milestone without basis": ("value: 20, basis: assumed", "value: 20", "missing-key", "value: 20"),
    "no baseline to grow from": (f"    {BASELINE}\n", "", "no-baseline", "- id: growth"),
    "the first observation beside a baseline": (
        "    roll_up: value",
        "    growth_from: first-observation\n    roll_up: value",
        "baseline-not-used",
        "baseline",
    ),
    "the first observation where growth is not watched": (
        "    roll_up: pooled",
        "    growth_from: first-observation\n    roll_up: pooled",
        "growth-not-watched",
        "growth_from",
    ),
    "a target due before the plan": ("value: 90}", "value: 90, on: 2013-12-31}", "out-of-plan", "2013-12-31"),
    "a target due with its last milestone": (
        "value: 90}",
        "value: 90, on: 2014-06-30}",
        "out-of-order",
        "on: 2014-06-30}",
    ),
    "a target due on no day": ("value: 90}", "value: 90, on: 2014-06-31}", "bad-date", "2014-06-31"),
    "a baseline of the plan's last days": ("2010-12-31", "2015-01-01", "out-of-order", "baseline"),
    "a baseline past the target": ("method: pace", "method: from-baseline", "wrong-side", "value: 5}"),
}


@pytest.mark.parametrize(("old", "new", "code", "line"), CASES.values(), ids=CASES.keys())
def test_is_refused_alone_and_at_its_line(folder: PlanFolder, old: str, new: str, code: str, line: str) -> None:
    if code == "wrong-side":
        folder.change("plan.yaml", ("value: 7.5", "value: 5"))
    folder.change("plan.yaml", (old, new))
    (fault,) = folder.faults()
    assert fault.code == code
    assert line in folder.line(fault)
    assert fault.accepted


def test_a_baseline_past_the_target_is_accepted_where_only_growth_is_watched(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("value: 7.5", "value: 5"))
    assert folder.faults() == []


def test_growth_may_be_measured_from_the_first_observation_to_a_day_after_the_plan(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml", (BASELINE, "growth_from: first-observation"), ("value: 7.5}", "value: 7.5, on: 2030-12-31}")
    )
    growth = folder.load().to_plan_data(1).indicators[1]
    assert (growth.baseline, growth.growth_from) == (None, GrowthFrom.FIRST_OBSERVATION)
    assert growth.target is not None
    assert growth.target.on == date(2030, 12, 31)


def test_what_a_plan_does_not_say_leaves_its_hash_as_it_was(folder: PlanFolder) -> None:
    documents = folder.load().content.indicators[0].model_dump_json()
    assert "growth_from" not in documents
    assert '"target":{"comparison":"above","value":"90"}' in documents


def test_a_baseline_lies_before_the_first_milestone(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml", ("    milestones:", "    baseline: {on: 2014-03-31, value: 10, basis: assumed}\n    milestones:")
    )
    assert folder.told() == [("out-of-order", "baseline: {on: 2014-03-31, value: 10, basis: assumed}")]


def test_milestones_start_from_the_baseline(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml", ("    milestones:", "    baseline: {on: 2013-12-31, value: 30, basis: assumed}\n    milestones:")
    )
    assert folder.told() == [("falls-back", f"- {FIRST}")]


def test_a_falling_indicator_passes_milestones_downwards(folder: PlanFolder) -> None:
    falling = (
        ("direction: increasing", "direction: decreasing"),
        ("{comparison: above, value: 90}", "{comparison: at-most, value: 10}"),
        (FIRST, "{on: 2014-03-31, value: 50, basis: assumed}"),
    )
    folder.change("plan.yaml", *falling, ("      - {on: 2014-06-30, value: 50", "      - {on: 2014-06-30, value: 20"))
    assert folder.faults() == []
    folder.change("plan.yaml", ("value: 20,", "value: 60,"))
    assert folder.told() == [("falls-back", "- {on: 2014-06-30, value: 60, basis: assumed}")]


def test_nothing_falls_below_zero(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("direction: increasing", "direction: decreasing"),
        ("{comparison: above, value: 90}", "{comparison: below, value: 0}"),
        (f"    milestones:\n      - {FIRST}\n      - {SECOND}\n", "    expectation: at-once\n"),
    )
    (fault,) = folder.faults()
    assert (fault.code, "no share can reach" in fault.message) == ("out-of-range", True)


def test_a_yes_or_no_starts_from_no_and_needs_no_baseline(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("measure: number", "measure: yes-no"),
        ("method: pace", "method: yes-no"),
        ("value: 7.5", "value: 1"),
        ("value: 5.25", "value: 0"),
        ("roll_up: value", "roll_up: share-of-yes"),
    )
    assert folder.told() == [("baseline-not-used", "baseline: {on: 2010-12-31, value: 0, basis: assumed}")]


def test_milestones_lead_to_a_target(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml", ("method: to-target", "method: no-target"), ("    target: {comparison: above, value: 90}\n", "")
    )
    assert folder.told() == [("milestones-not-used", "milestones:")]
