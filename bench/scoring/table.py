"""Makes rows of what was found."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from bench.records import Row, less_is_better, more_is_better
from bench.scoring.found import Found
from bench.scoring.latency import GOAL_MS, PER_SECOND, SHARES
from bench.scoring.pair import CORES_HELD
from bench.scoring.turn import Turn

GOAL_JUDGEMENTS: Final = 50_000.0  # a second and core
_RATE: Final = "submissions/s"


def rows(found: Found) -> list[Row]:
    """Return a row for each comparison; like stands beside like in those that say so."""
    ours = _median(found.ours, _per_second)
    return [
        more_is_better(
            "score vs faststream-sqlmodel", ours=ours, peer=_median(found.faststream, _per_second), unit=_RATE
        ),
        more_is_better("score vs quixstreams", ours=ours, peer=_median(found.quix, _per_second), unit=_RATE),
        more_is_better("score vs raw-consume", ours=ours, peer=_median(found.raw, _per_second), unit=_RATE),
        more_is_better("two processes vs one", ours=_median(found.pair, _per_second), peer=ours, unit=_RATE),
        *_held(found),
        *_processor_time(found),
        *_memory(found),
        *_latencies(found),
        *_rules(found),
    ]


def counted(found: Found) -> str:
    """Return how many submissions were answered on each side."""
    ours = _number(*found.ours, *found.pair, *found.one_held, *found.pair_held)
    quix = _number(*found.quix)
    return (
        f"every submission has its progress event in Kafka: {ours} of ours, {quix} of Quix Streams,"
        f" {_number(*found.faststream)} of FastStream with SQLModel; {_number(*found.raw)} were decoded"
    )


def busy(found: Found) -> str:
    """Return how much of the machine one process of ours and two kept busy, with database and broker."""
    if any(turn.busy_cores is None for turn in (*found.ours, *found.pair)):
        return "not told"
    one, two = (_median(turns, lambda turn: turn.busy_cores or 0.0) for turns in (found.ours, found.pair))
    return f"{one:.1f} while one process of ours works, {two:.1f} while two do"


def _held(found: Found) -> list[Row]:
    if not found.one_held or not found.pair_held:
        return []
    one, two = _median(found.one_held, _per_second), _median(found.pair_held, _per_second)
    name = f"two processes vs one, each held to {CORES_HELD} of a core"
    return [more_is_better(name, ours=two, peer=one, unit=_RATE)]


def _processor_time(found: Found) -> list[Row]:
    if any(turn.cpu_us is None for turn in (*found.ours, *found.quix)):
        return []
    ours, peer = (_median(turns, lambda turn: turn.cpu_us or 0.0) for turns in (found.ours, found.quix))
    name = "processor time of the service vs quixstreams"
    return [less_is_better(name, ours=ours, peer=peer, unit="µs a submission")]


def _memory(found: Found) -> list[Row]:
    if found.peaks_mib is None:
        return []
    ours, peer = found.peaks_mib
    return [less_is_better("most memory of the service vs quixstreams", ours=ours, peer=peer, unit="MiB")]


def _latencies(found: Found) -> list[Row]:
    return [
        less_is_better(
            f"accepted to progress at {PER_SECOND}/s, p{100 * share:.0f} vs the goal of p99",
            ours=latency,
            peer=GOAL_MS,
            unit="ms",
        )
        for share, latency in zip(SHARES, found.latencies_ms, strict=True)
    ]


def _rules(found: Found) -> list[Row]:
    if found.rules is None:
        return []
    unit = "judgements/s and core"
    return [
        more_is_better("rules alone vs the goal", ours=found.rules.ours, peer=GOAL_JUDGEMENTS, unit=unit),
        more_is_better("rules alone vs pandas", ours=found.rules.ours, peer=found.rules.pandas, unit=unit),
    ]


def _median(turns: Sequence[Turn], figure: Callable[[Turn], float]) -> float:
    return median(figure(turn) for turn in turns)


def _per_second(turn: Turn) -> float:
    return turn.per_second


def _number(*turns: Turn) -> str:
    repeated = sum(turn.repeated for turn in turns)
    return f"{sum(turn.judged for turn in turns):,}" + (f" ({repeated:,} twice)" if repeated else "")
