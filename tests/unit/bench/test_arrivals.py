"""A benchmark in which something got lost has no figures."""

from uuid import uuid4

import pytest

from bench.ingest.arrivals import demand_same
from bench.load import Outcome
from bench.rounds import Round, median_of
from shared.runtime.errors import StartFailure


def done(*, per_second: float, settled_after_seconds: float = 0.0) -> Round:
    outcome = Outcome(
        accepted=1000, measured_seconds=8, per_second=per_second, p50_ms=1, p99_ms=2, refused={}, broken=0
    )
    return Round(outcome=outcome, settled_after_seconds=settled_after_seconds, cpu_seconds=0.5)


def test_a_lost_and_an_unheard_of_submission_are_counted() -> None:
    first, second, other = uuid4(), uuid4(), uuid4()
    demand_same(told={first, second}, found={second, first}, where="PostgreSQL")
    with pytest.raises(StartFailure, match="Kafka: 1 of 2 accepted submissions are missing, 1 are there"):
        demand_same(told={first, second}, found={first, other}, where="Kafka")


def test_what_is_accepted_but_not_yet_in_kafka_costs_time() -> None:
    assert done(per_second=1000).settled_per_second == 1000
    assert done(per_second=1000, settled_after_seconds=8).settled_per_second == 500


def test_processor_time_is_shared_out_among_all_that_were_accepted() -> None:
    assert done(per_second=1000).cpu_us == 500


def test_one_bad_round_does_not_move_the_median() -> None:
    rounds = [done(per_second=speed) for speed in (1000, 10, 1010)]
    assert median_of(rounds, lambda each: each.outcome.per_second) == 1000
