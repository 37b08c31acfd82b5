"""What was published arrives in scoring's own values."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.scoring.plans.translation import plan_of
from shared.events.plans import PlanPublished

SAMPLES = Path(__file__).parents[4] / "contracts" / "samples"
PLANS = SAMPLES / "plan.published.v1"


@pytest.mark.parametrize(("name", "weights"), [("weighted", ["2.5", "0"]), ("until-a-later-year", ["1", "1", "1"])])
def test_an_indicator_weighs_what_its_plan_says_and_one_where_it_says_nothing(name: str, weights: list[str]) -> None:
    published = PlanPublished.model_validate_json((PLANS / f"{name}.json").read_bytes())
    assert [one.weight for one in plan_of(published.data).indicators] == [Decimal(weight) for weight in weights]
