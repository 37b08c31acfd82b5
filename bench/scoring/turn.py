"""One turn of one side: it is held, its topic is filled, and it is timed until the last answer stands in Kafka."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench import machine
from bench.scoring.material import Filed
from bench.scoring.sides import Side
from bench.scoring.traffic import Traffic
from shared.events.topics import PROGRESS

_WITHIN_SECONDS: Final = 180.0


@dataclass(frozen=True)
class Turn:
    """What a turn came to."""

    judged: int
    repeated: int  # answers that stand in Kafka more than once
    seconds: float
    cpu_seconds: float | None
    busy_cores: float | None = None  # of the machine, with whatever was on it

    @property
    def per_second(self) -> float:
        """Return the submissions judged and announced a second."""
        return self.judged / self.seconds

    @property
    def cpu_us(self) -> float | None:
        """Return the microseconds of processor time that the side's processes used for each submission."""
        return None if self.cpu_seconds is None else 1e6 * self.cpu_seconds / self.judged


async def one_turn(side: Side, filed: Sequence[Filed], *, traffic: Traffic) -> Turn:
    """Return how fast a side judged and announced what had been put into its topic while it was held.

    Raises:
        StartFailure: it was not done within three minutes, or a submission has no progress event: no figure counts.
    """
    since = await traffic.ends(side.progress, partitions=PROGRESS.partitions)
    side.pause()
    try:
        await traffic.load(side.submissions, filed)
    finally:
        spent_before, busy_before, began_at = side.cpu_seconds(), machine.busy_seconds(), time.time()
        side.resume()
    to = await traffic.until(len(filed), since=since, within_seconds=_WITHIN_SECONDS, of=side.name)
    spent, busy, looked_at = side.cpu_seconds(), machine.busy_seconds(), time.time()
    arrivals = await traffic.arrivals(since=since, to=to)
    arrivals.demand({each.id for each in filed}, of=side.name)
    return Turn(
        judged=len(filed),
        repeated=arrivals.repeated,
        seconds=max(arrivals.first_at.values()) - began_at,
        cpu_seconds=None if spent is None or spent_before is None else spent - spent_before,
        busy_cores=None if busy is None or busy_before is None else (busy - busy_before) / (looked_at - began_at),
    )
