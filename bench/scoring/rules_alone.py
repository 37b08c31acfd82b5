"""The rules alone: the judgements a second that one core makes, beside vectorised pandas on the same figures."""

import sys
import time
from typing import Annotated, Any

import typer

from bench.parts import FOLDER
from bench.peers.pandas_attainment import attain, frame_of
from bench.peers.scoring_rules import Rules
from bench.scoring.found import RulesAlone
from bench.scoring.material import Material
from services.scoring.plans.translation import filing_of
from shared.events.submissions import SubmissionAccepted
from shared.runtime.errors import StartFailure, one_clear_line

_PROVINCES = 4
_FRAME_ROWS = 1_000_000
_UNLIKE_SHARE = 0.001


def measure(seconds: float) -> RulesAlone:
    """Return what ours and pandas make of the same figures in about so many seconds each."""
    material = Material(provinces=_PROVINCES)
    reference = FOLDER / "rules.reference"
    material.write_reference(reference)
    rules = Rules(reference)
    filed = material.year_of(range(_PROVINCES))
    filings = [filing_of(SubmissionAccepted.model_validate_json(each.value)) for each in filed]
    judged = [(filing, rules.judge(filing)) for filing in filings]  # and warm
    made, began_at = 0, time.process_time()
    while (spent := time.process_time() - began_at) < seconds:
        for filing in filings:
            made += len(rules.judge(filing))
    ours = made / spent
    frame = frame_of(judged, rules=rules)
    _demand_alike(frame)
    frame = frame.sample(_FRAME_ROWS, replace=True, random_state=1, ignore_index=True)
    made, began_at = 0, time.process_time()
    while (spent := time.process_time() - began_at) < seconds:
        made += len(attain(frame))
    return RulesAlone(ours=ours, pandas=made / spent)


def _demand_alike(frame: Any) -> None:
    """Return if pandas comes to the standings of our rules, but where floats may fall on the other side of a limit.

    Raises:
        StartFailure: it does not; the two are no comparison then.
    """
    unlike = int((attain(frame)["standing"] != frame["judged"]).sum())
    if unlike > _UNLIKE_SHARE * len(frame):
        raise StartFailure(f"pandas judges {unlike} of {len(frame)} observations otherwise than our rules")


def main(seconds: Annotated[float, typer.Argument(help="Seconds for each.")]) -> None:
    """Measure and print what it came to as JSON."""
    with one_clear_line():
        sys.stdout.write(measure(seconds).model_dump_json() + "\n")


if __name__ == "__main__":
    typer.run(main)
