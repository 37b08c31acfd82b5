"""The language of the topics stays readable: golden schemas never narrow, stored samples of every version decode."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.events.progress import ProgressChanged
from shared.events.topics import ALL
from shared.runtime.kafka.decoding import Decoder
from tools.docs.__main__ import PROJECT, narrowed
from tools.docs.events import SAMPLES, SCHEMAS, event_models, type_of

SAMPLE_PATHS = sorted((PROJECT / SAMPLES).glob("*/*.json"))
DECODER = Decoder(ALL)
each_sample = pytest.mark.parametrize("path", SAMPLE_PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def survives(before: Any, after: Any) -> bool:
    """Return whether everything that was said is said again; what is said beside it does not matter."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(name in after and survives(before[name], after[name]) for name in before)
    if isinstance(before, list):
        return len(before) == len(after) and all(map(survives, before, after))
    return bool(before == after)


def test_no_event_is_narrower_than_its_golden_schema() -> None:
    assert narrowed(PROJECT) == []


def test_every_event_has_a_golden_schema_and_no_golden_schema_has_lost_its_event() -> None:
    assert {path.stem for path in (PROJECT / SCHEMAS).glob("*.json")} == set(map(type_of, event_models()))


def test_every_event_has_a_sample_and_no_sample_has_lost_its_event() -> None:
    assert {path.parent.name for path in SAMPLE_PATHS} == set(map(type_of, event_models()))


@each_sample
def test_a_stored_sample_still_decodes(path: Path) -> None:
    event = DECODER.read(path.read_bytes())
    assert event.type == path.parent.name


@each_sample
def test_what_a_sample_says_is_written_again_as_it_was_read(path: Path) -> None:
    said = json.loads(path.read_bytes())
    event = DECODER.read(path.read_bytes())
    assert survives(said, json.loads(event.to_bytes()))
    assert DECODER.read(event.to_bytes()) == event


@each_sample
def test_a_field_that_a_consumer_does_not_know_is_passed_over(path: Path) -> None:
    said = json.loads(path.read_bytes())
    said["data"]["of_a_later_version"] = {"whatever": 1}
    assert DECODER.read(json.dumps(said).encode()) == DECODER.read(path.read_bytes())


@pytest.mark.parametrize("name", ["lagging", "raised-by-a-correction"])
def test_a_standing_can_be_recomputed_by_hand_from_its_event_alone(name: str) -> None:
    event = DECODER.read((PROJECT / SAMPLES / "progress.changed.v1" / f"{name}.json").read_bytes())
    assert isinstance(event, ProgressChanged)
    told = event.data
    judgement = next(each for each in told.judgements if each.indicator == "edoc-exchange")
    assert judgement.target is not None
    assert judgement.observed is not None
    numerator, denominator = judgement.observed.numerator, judgement.observed.denominator
    assert numerator is not None
    assert denominator is not None
    value = 100 * numerator / denominator
    attained = value / judgement.target.value
    days_gone = Decimal((told.period_ends_on - told.plan_starts_on).days)
    expected = days_gone / (told.plan_ends_on - told.plan_starts_on).days
    pace = attained / expected
    standing = (
        "met"
        if value > judgement.target.value
        else "on_track"
        if pace >= told.thresholds.on_track_ratio
        else "at_risk"
        if pace >= told.thresholds.at_risk_ratio
        else "lagging"
    )
    assert judgement.standing == standing
    assert judgement.pace_ratio == pytest.approx(pace)
    assert judgement.lag_points == pytest.approx(max(100 * (expected - attained), Decimal(0)))


def test_a_pace_can_be_recomputed_by_hand_from_its_event_alone() -> None:
    event = DECODER.read((PROJECT / SAMPLES / "progress.changed.v1" / "raised-by-growth.json").read_bytes())
    assert isinstance(event, ProgressChanged)
    judgement = next(each for each in event.data.judgements if each.indicator == "connected-households")
    base, target, observed = judgement.base, judgement.target, judgement.observed
    assert base is not None
    assert target is not None
    assert target.on is not None
    assert observed is not None
    assert observed.value is not None
    years = Decimal((event.data.period_ends_on - base.on).days) / Decimal("365.25")
    years_in_all = Decimal((target.on - base.on).days) / Decimal("365.25")
    grown = (observed.value / base.value) ** (1 / years) - 1
    required = (target.value / base.value) ** (1 / years_in_all) - 1
    assert judgement.progress_ratio == pytest.approx(grown / required, rel=Decimal("0.001"))
    assert judgement.standing == "at_risk"
