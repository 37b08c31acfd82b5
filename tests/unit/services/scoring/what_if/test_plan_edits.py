"""A change of a plan as what is to be edited in its plan.yaml."""

from datetime import date
from decimal import Decimal

from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange
from services.scoring.what_if.plan_edits import Edit, plan_edits, plan_yaml
from shared.events.vocabulary import Basis, Comparison
from tests.unit.services.scoring.examples import indicator, milestone, plan

PLAN = plan(
    indicator(),
    indicator("oss-priority", basis=Basis.ASSUMED, milestones=(milestone("2014-06-30", 20),)),
    indicator("null"),
    indicator("shown", target=None),
)


def of(*changes: IndicatorChange, thresholds: ThresholdsChange | None = None) -> tuple[Edit, ...]:
    return plan_edits(Change(changes, thresholds or ThresholdsChange()), plan=PLAN)


def test_a_stated_target_that_is_changed_is_ours_and_loses_its_sentence() -> None:
    edits = of(IndicatorChange("edoc-exchange", TargetChange(value=Decimal(60), on=date(2014, 9, 30))))
    assert [(each.pointer, each.before, each.after) for each in edits] == [
        (
            "/indicators/edoc-exchange/target",
            "{comparison: above, value: 90}",
            "{comparison: above, value: 60, on: 2014-09-30}",
        ),
        ("/indicators/edoc-exchange/basis", "stated", "assumed"),
        ("/indicators/edoc-exchange/sentence", "…", None),
    ]


def test_an_assumed_one_stays_so_and_milestones_replace_all_there_were() -> None:
    change = IndicatorChange(
        "oss-priority", TargetChange(comparison=Comparison.AT_LEAST), (milestone("2014-03-31", 5),)
    )
    assert [(each.key, each.before, each.after) for each in of(change)] == [
        ("target", "{comparison: above, value: 90}", "{comparison: at-least, value: 90}"),
        (
            "milestones",
            "[{on: 2014-06-30, value: 20, basis: assumed}]",
            "[{on: 2014-03-31, value: 5, basis: assumed}]",
        ),
    ]


def test_milestones_can_come_and_go() -> None:
    (gone,) = of(IndicatorChange("oss-priority", milestones=()))
    assert (gone.before, gone.after) == ("[{on: 2014-06-30, value: 20, basis: assumed}]", None)
    (come,) = of(IndicatorChange("edoc-exchange", milestones=(milestone("2014-03-31", "5E+0"),)))
    assert (come.before, come.after) == (None, "[{on: 2014-03-31, value: 5, basis: assumed}]")


def test_what_stays_as_it_is_is_not_edited() -> None:
    same = ThresholdsChange(Decimal("0.95"), Decimal("0.75"))
    assert of(IndicatorChange("edoc-exchange", TargetChange(value=Decimal(90))), thresholds=same) == ()
    assert of(IndicatorChange("shown")) == ()


def test_the_edits_are_one_piece_of_yaml() -> None:
    edits = of(
        IndicatorChange("edoc-exchange", TargetChange(value=Decimal("60.5"))),
        IndicatorChange("null", milestones=(milestone("2014-03-31", 5),)),
        thresholds=ThresholdsChange(Decimal("0.9"), Decimal("0.5")),
    )
    assert plan_yaml(edits, plan=PLAN) == (
        "# plans/lam-dong-2014/plan.yaml: these keys replace those of version 1\n"
        "thresholds:\n"
        "  on_track: 0.9\n"
        "  at_risk: 0.5\n"
        "indicators:\n"
        "  - id: edoc-exchange\n"
        "    target: {comparison: above, value: 60.5}\n"
        "    basis: assumed # its sentence goes; or stated, with the sentence of the new decision\n"
        '  - id: "null"\n'
        "    milestones: [{on: 2014-03-31, value: 5, basis: assumed}]\n"
    )
    assert plan_yaml(of(IndicatorChange("edoc-exchange", TargetChange(value=Decimal(60)))), plan=PLAN).count("\n") == 5
    gone = plan_yaml(of(IndicatorChange("oss-priority", milestones=())), plan=PLAN)
    assert gone.endswith("  - id: oss-priority\n    # milestones goes\n")
