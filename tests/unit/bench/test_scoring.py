"""Scoring and its peers are given the same, are asked the same, and none may lose an answer."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest

from bench.ingest.submissions import OBSERVATIONS
from bench.peers.progress_documents import Documents
from bench.peers.scoring_rules import Rules
from bench.scoring.found import Found, RulesAlone
from bench.scoring.material import PER_PROVINCE, REHEARSED_FROM, Material
from bench.scoring.table import busy, counted, rows
from bench.scoring.traffic import Arrivals
from bench.scoring.turn import Turn
from services.scoring.judging.judgements import Cause
from services.scoring.judging.model import Agency
from services.scoring.plans.fitness import fault_of
from services.scoring.plans.translation import cause_of, filing_of
from services.scoring.progress.events import event_of
from shared.events.progress import ProgressChanged
from shared.events.submissions import SubmissionAccepted
from shared.runtime.errors import StartFailure
from tests.unit.services.scoring.lived import after_filing

NOW = datetime.fromisoformat(REHEARSED_FROM)


@pytest.fixture(scope="module")
def material() -> Material:
    return Material(provinces=2)


@pytest.fixture(scope="module")
def reference(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bench") / "reference"
    material.write_reference(file)
    return file


def ours(event: SubmissionAccepted, *, rules: Rules) -> bytes:
    filing = filing_of(event)
    plan = rules.plans[filing.key.plan, filing.plan_version]
    agency: Agency = rules.agencies[filing.key.agency]
    correlation, causation = cause_of(event)
    cause = Cause(correlation=correlation, causation=causation, decided_at=NOW)
    progress = after_filing(before=None, filing=filing, plan=plan, agency=agency, is_closed=False, cause=cause)
    return event_of(progress, plan=plan)


def test_no_two_submissions_are_of_one_agency_and_period(material: Material) -> None:
    filed = material.year_of([0, 1])
    events = [SubmissionAccepted.model_validate_json(each.value) for each in filed]
    assert len(events) == 2 * PER_PROVINCE
    assert len({(event.data.agency, event.data.period) for event in events}) == len(events)
    assert {each.id for each in filed} == {event.id for event in events}
    assert all(len(event.data.observations) == OBSERVATIONS for event in events)


def test_every_run_is_given_the_same(material: Material) -> None:
    assert material.year_of([1]) == Material(provinces=2).year_of([1])


def test_everything_filed_can_be_judged(material: Material, reference: Path) -> None:
    rules = Rules(reference)
    for filed in material.year_of([0]):
        filing = filing_of(SubmissionAccepted.model_validate_json(filed.value))
        assert fault_of(filing, plan=rules.plans[filing.key.plan, 1]) is None
        assert filing.key.agency in rules.plans[filing.key.plan, 1].agencies
        assert len(rules.judge(filing)) >= OBSERVATIONS


def test_the_documents_of_the_peer_are_the_events_of_ours(material: Material, reference: Path) -> None:
    documents, rules = Documents(Rules(reference)), Rules(reference)
    for filed in material.year_of([1])[:100]:
        made = documents.progress(orjson.loads(filed.value), before=None, now=NOW)
        assert made is not None
        event = ours(SubmissionAccepted.model_validate_json(filed.value), rules=rules)
        assert json.loads(orjson.dumps(made[0])) == json.loads(event)


def test_the_peer_passes_over_what_it_has_judged_and_counts_on_from_it(material: Material, reference: Path) -> None:
    documents = Documents(Rules(reference))
    first = orjson.loads(material.year_of([0])[0].value)
    made = documents.progress(first, before=None, now=NOW)
    assert made is not None
    assert documents.progress(first, before=made[1], now=NOW) is None
    corrected = {**first, "data": {**first["data"], "revision": 2, "observations": first["data"]["observations"][1:]}}
    again = documents.progress(corrected, before=made[1], now=NOW)
    assert again is not None
    event = ProgressChanged.model_validate_json(orjson.dumps(again[0]))
    assert event.data.sequence == 2
    assert event.data.previous_standing == made[0]["data"]["standing"]
    assert event.data.changed_indicators == (first["data"]["observations"][0]["indicator"],)


def answer(cause: UUID) -> bytes:
    return orjson.dumps({"causationid": str(cause)})


def test_an_answer_counts_from_when_it_first_arrived() -> None:
    asked = uuid4()
    arrivals = Arrivals()
    arrivals.note(answer(asked), at=2.5)
    arrivals.note(answer(asked), at=3.5)
    assert arrivals.first_at == {asked: 2.5}
    assert arrivals.repeated == 1
    arrivals.demand({asked}, of="ours")


def test_a_submission_without_an_answer_and_an_answer_to_none_are_told() -> None:
    arrivals = Arrivals()
    arrivals.note(answer(uuid4()), at=1.0)
    with pytest.raises(StartFailure, match="ours: 2 of 2 submissions have no progress, 1 answers are to none of them"):
        arrivals.demand({uuid4(), uuid4()}, of="ours")


def test_a_turn_is_told_in_submissions_a_second_and_in_microseconds_of_processor_time() -> None:
    turn = Turn(judged=1_000, repeated=0, seconds=2.0, cpu_seconds=0.5)
    assert turn.per_second == 500
    assert turn.cpu_us == 500


def found(*, pair_per_second: float) -> Found:
    def turns(per_second: float, *, repeated: int = 0) -> list[Turn]:
        turn = Turn(judged=1_000, repeated=repeated, seconds=1_000 / per_second, cpu_seconds=None, busy_cores=1.5)
        return [turn, turn, Turn(judged=1_000, repeated=0, seconds=100, cpu_seconds=None, busy_cores=0.1)]

    return Found(
        ours=turns(3_000, repeated=2),
        faststream=turns(50),
        quix=turns(2_000),
        raw=turns(30_000),
        pair=turns(pair_per_second),
        one_held=turns(500),
        pair_held=turns(900),
        peaks_mib=(100, 200),
        latencies_ms=[20.0, 50.0, 125.0],
        rules=RulesAlone(ours=100_000, pandas=20_000_000),
    )


def test_the_rows_put_medians_side_by_side_under_the_names_that_are_promised() -> None:
    by_name = {row.name: row.ratio for row in rows(found(pair_per_second=4_800))}
    assert by_name == {
        "score vs faststream-sqlmodel": 60,
        "score vs quixstreams": 1.5,
        "score vs raw-consume": 0.1,
        "two processes vs one": 1.6,
        "two processes vs one, each held to 0.4 of a core": 1.8,
        "most memory of the service vs quixstreams": 2,
        "accepted to progress at 200/s, p50 vs the goal of p99": 12.5,
        "accepted to progress at 200/s, p95 vs the goal of p99": 5,
        "accepted to progress at 200/s, p99 vs the goal of p99": 2,
        "rules alone vs the goal": 2,
        "rules alone vs pandas": 0.005,
    }


def test_what_was_answered_is_counted_with_what_came_twice() -> None:
    assert "12,000 (4 twice) of ours, 3,000 of Quix Streams" in counted(found(pair_per_second=4_800))


def test_how_busy_the_cores_were_is_told() -> None:
    assert busy(found(pair_per_second=4_800)) == "1.5 while one process of ours works, 1.5 while two do"
