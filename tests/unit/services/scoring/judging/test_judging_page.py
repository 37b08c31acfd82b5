"""The worked examples of docs/judging.md come out as the page says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ruamel.yaml import YAML

from services.scoring.judging.agency import judge
from services.scoring.judging.model import Indicator, Milestone, Observation, Period, Target, Tolerance
from services.scoring.rollups.verdicts import pooled_verdict
from shared.events.vocabulary import Basis, Comparison, Direction, Expectation, Measure, Method, RollUp, Verdict
from tests.unit.services.scoring.examples import FIRST_QUARTER, WHOLE_YEAR, at_least, indicator, plan
from tools.docs.__main__ import PROJECT

PAGE = (PROJECT / "docs" / "judging.md").read_text()
EXAMPLES = [tuple(each.split("→")) for each in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)]
READER = YAML(typ="safe", pure=True)  # YAML 1.2, in which `on` and `yes` are words
SIGNS = {">": Comparison.ABOVE, ">=": Comparison.AT_LEAST, "<=": Comparison.AT_MOST, "<": Comparison.BELOW}


def target_of(said: str | None) -> Target | None:
    if said is None or said == "yes":
        return at_least(1) if said else None
    sign, figure = said.split()
    return Target(SIGNS[sign], Decimal(figure))


def indicator_of(said: Mapping[str, Any]) -> Indicator:
    asked = indicator(
        measure=Measure(said.get("measure", "share")),
        method=Method(said.get("method", "to-target")),
        direction=Direction(said.get("direction", "increasing")),
        expectation=Expectation(said.get("expectation", "linear")),
        target=target_of(said.get("target", "> 90")),
        weight=Decimal(said.get("weight", 1)),
    )
    if base := said.get("baseline"):
        asked = replace(asked, baseline=Milestone(base["on"], Decimal(base["value"]), Basis.ASSUMED))
    if tolerance := said.get("tolerance"):
        on_track, at_risk = (Decimal(str(tolerance[each])) for each in ("on_track", "at_risk"))
        asked = replace(asked, tolerance=Tolerance(on_track, at_risk, Basis.ASSUMED))
    return replace(asked, limit=Decimal(said["limit"])) if "limit" in said else asked


def observation_of(said: Mapping[str, Any] | None, asked: Indicator) -> Observation | None:
    if said is None:
        return None
    if "yes" in said:
        return Observation(asked.id, yes=said["yes"])
    figures = {name: Decimal(str(each)) for name, each in said.items()}
    return Observation(asked.id, figures.get("numerator"), figures.get("denominator"), figures.get("value"))


@pytest.mark.parametrize(("given", "found"), EXAMPLES)
def test_an_example_comes_out_as_the_page_says(given: str, found: str) -> None:
    said, expected = READER.load(given), READER.load(found)
    asked = indicator_of(said)
    ends_on: date = said.get("period_ends_on", FIRST_QUARTER.ends_on)
    period = Period("asked", FIRST_QUARTER.starts_on, ends_on, ends_on)
    by = plan(asked, periods=(period, WHOLE_YEAR))
    observation = observation_of(said["reported"], asked)
    judgement = judge(
        plan=by,
        period=period,
        indicator=asked,
        observation=observation,
        has_filed=observation is not None,
        is_closed=True,
    )
    for name, wanted in expected.items():
        came_out = getattr(judgement, name)
        assert came_out == (wanted if isinstance(wanted, str) else Decimal(str(wanted))), (name, judgement)


@pytest.mark.parametrize(
    ("yes", "no", "verdict"), [(70, 5, Verdict.NOT_YET_KNOWN), (81, 0, Verdict.MET), (0, 21, Verdict.NOT_MET)]
)
def test_the_verdicts_on_a_share_of_yes_are_those_of_the_table(yes: int, no: int, verdict: Verdict) -> None:
    asked = indicator(measure=Measure.YES_NO, method=Method.YES_NO, roll_up=RollUp.SHARE_OF_YES)
    found = pooled_verdict(
        asked,
        target=Target(Comparison.AT_LEAST, Decimal(80)),
        part=Decimal(yes),
        whole=Decimal(yes + no),
        reported=yes + no,
        owed=100,
        is_locked=False,
    )
    assert found.verdict is verdict
