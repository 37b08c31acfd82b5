"""What an approved proposal says is to be edited makes a plan.yaml that loads, and carries it."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from services.ingest.plans.files.folder import load
from services.scoring.judging.model import Milestone
from services.scoring.plans.translation import plan_of
from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange, is_carried_by
from services.scoring.what_if.checks import faults_of
from services.scoring.what_if.plan_edits import Edit, plan_edits, plan_yaml
from shared.events.vocabulary import Basis, Comparison
from tools.docs.__main__ import PROJECT


def milestone(on: str, value: str) -> Milestone:
    return Milestone(date.fromisoformat(on), Decimal(value), Basis.ASSUMED)


CHANGES = {
    "a stated target, its day and milestones": Change(
        indicators=(
            IndicatorChange(
                "edoc-exchange",
                TargetChange(Comparison.AT_LEAST, Decimal("82.5"), date(2014, 11, 30)),
                (milestone("2014-03-31", "20"), milestone("2014-06-30", "45.5")),
            ),
        )
    ),
    "an assumed target": Change(indicators=(IndicatorChange("oss-priority", TargetChange(value=Decimal(40))),)),
    "milestones that are taken away": Change(indicators=(IndicatorChange("doc-management", milestones=()),)),
    "one threshold": Change(thresholds=ThresholdsChange(on_track_ratio=Decimal("0.9"))),
    "everything": Change(
        indicators=(
            IndicatorChange("it-park", milestones=(milestone("2014-09-30", "60"),)),
            IndicatorChange("official-email", TargetChange(value=Decimal(95))),
        ),
        thresholds=ThresholdsChange(Decimal("0.9"), Decimal("0.6")),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_edit_of_a_plan_file_loads_and_carries_the_change(name: str, tmp_path: Path) -> None:
    change = CHANGES[name]
    folder = tmp_path / "lam-dong-2014"
    shutil.copytree(PROJECT / "plans" / "lam-dong-2014", folder)
    plan = plan_of(load(folder).to_plan_data(1))
    assert faults_of(change, plan=plan) == ()
    assert not is_carried_by(change, plan)
    edits = plan_edits(change, plan=plan)
    edit(folder / "plan.yaml", edits=edits, replacing=plan_yaml(edits, plan=plan))
    assert is_carried_by(change, plan_of(load(folder).to_plan_data(2)))


def edit(path: Path, *, edits: tuple[Edit, ...], replacing: str) -> None:
    """Do what a person does who is told so: replace the keys, and take out those that go."""
    yaml = YAML()
    document, piece = yaml.load(path), YAML(typ="safe", pure=True).load(replacing)
    by_id: dict[str, Any] = {each["id"]: each for each in document["indicators"]}
    document["thresholds"] |= piece.get("thresholds", {})
    for each in piece.get("indicators", ()):
        by_id[each["id"]] |= each
    for gone in (each for each in edits if each.after is None and each.indicator is not None):
        del by_id[gone.indicator or ""][gone.key]
    yaml.dump(document, path)
