"""What was published arrives in scoring's own values."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.scoring.translation import filing_of, plan_of
from services.scoring.travelled import Travelled
from shared.events.plans import PlanPublished
from shared.events.submissions import SubmissionAccepted
from shared.events.swift import accepted_of
from tests.unit.services.scoring.examples import share

SAMPLES = Path(__file__).parents[3] / "contracts" / "samples"
PLANS = SAMPLES / "plan.published.v1"


@pytest.mark.parametrize(("name", "weights"), [("weighted", ["2.5", "0"]), ("until-a-later-year", ["1", "1", "1"])])
def test_an_indicator_weighs_what_its_plan_says_and_one_where_it_says_nothing(name: str, weights: list[str]) -> None:
    published = PlanPublished.model_validate_json((PLANS / f"{name}.json").read_bytes())
    assert [one.weight for one in plan_of(published.data).indicators] == [Decimal(weight) for weight in weights]


def test_observations_that_travelled_are_read_when_somebody_looks_and_are_the_same() -> None:
    for sample in (SAMPLES / "submission.accepted.v1").glob("*.json"):
        value = sample.read_bytes()
        swift = accepted_of(value)
        assert swift is not None
        filing, by_model = filing_of(swift), filing_of(SubmissionAccepted.model_validate_json(value))
        assert isinstance(filing.observations, Travelled)
        assert filing.observations == by_model.observations
        assert by_model == filing
        assert filing.observations == filing_of(swift).observations
        assert hash(filing) == hash(by_model)
        assert len(filing.observations) == len(by_model.observations)
        assert filing.observations[0] == by_model.observations[0]
        assert filing.observations[:2] == by_model.observations[:2]
        assert filing.observations != (*by_model.observations, share(1, 2))
