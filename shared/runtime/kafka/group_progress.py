"""The progress of a group's member in its partitions: what waits there, and since when it has not advanced."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition
from prometheus_client import Gauge

from shared.runtime.outages import Outage, listed

LAG: Final = Gauge(
    "tiendo_consumer_lag",
    "Records after the offset that the group committed; NaN while the brokers do not say.",
    ["group", "topic", "partition"],
)
STALLED: Final = Gauge(
    "tiendo_consumer_stalled_seconds",
    "For how long records have waited in a partition that the group does not advance in; 0 where none wait.",
    ["group"],
)


@dataclass(frozen=True, slots=True)
class PartitionOffsets:
    """First and end offset of a partition, and the offset that the group has committed."""

    begin: int
    end: int
    committed: int | None  # None where the group never committed

    @property
    def lag(self) -> int:
        """Return how many records wait; those that retention removed before they were read do not."""
        return max(self.end - max(self.committed or 0, self.begin), 0)


class GroupProgress:
    """Since when each partition has not advanced though records wait, for metrics, readiness and the member itself."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._known: set[TopicPartition] = set()
        self._standing: dict[TopicPartition, tuple[int | None, float]] = {}  # committed offset, and since when
        self._outage = Outage(f"group {group} stands still", back=f"group {group} moves again", patience_seconds=0)
        STALLED.labels(group).set_function(lambda: self.stalled_seconds(now=time.monotonic()))

    def note(self, offsets: Mapping[TopicPartition, PartitionOffsets], *, now: float, longest_seconds: float) -> None:
        """Note the offsets at `now`, in seconds of any clock; what stands still for longer than the longest is told."""
        was, self._standing = self._standing, {}
        for partition, each in offsets.items():
            if each.lag:
                committed, since = was.get(partition, (each.committed, now))
                self._standing[partition] = each.committed, since if committed == each.committed else now
        self._measure({partition: each.lag for partition, each in offsets.items()})
        if stalled := sorted(each for each, (_, since) in self._standing.items() if now - since > longest_seconds):
            waiting = sum(offsets[each].lag for each in stalled)
            self._outage.note(
                f"{waiting} records of {listed(f'{each.topic}/{each.partition}' for each in stalled)} wait"
            )
        else:
            self._outage.end()

    def forget(self) -> None:
        """Forget the offsets, as after a time in which the brokers could not be asked."""
        self._standing = {}
        self._measure({})

    def stalled_seconds(self, *, now: float) -> float:
        """Return for how many seconds the longest stalled partition has not advanced, 0 where none is stalled."""
        return max((now - since for _, since in self._standing.values()), default=0.0)

    def fault(self) -> str | None:
        """Return which partitions stand still, None where all advance."""
        return self._outage.fault()

    def _measure(self, lags: Mapping[TopicPartition, int]) -> None:
        self._known |= lags.keys()
        for each in self._known:
            LAG.labels(self._group, each.topic, each.partition).set(lags.get(each, math.nan))
