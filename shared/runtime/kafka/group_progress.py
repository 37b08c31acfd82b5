"""How far a consumer group is: what waits for it by partition, and since when a partition has not moved."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import TopicPartition


@dataclass(frozen=True, slots=True)
class PartitionOffsets:
    """What the brokers hold of a partition, and how far the group has committed it."""

    begin: int
    end: int
    committed: int | None  # None where the group never committed

    @property
    def lag(self) -> int:
        """Return how many records wait; what its retention removed before it was read waits no more."""
        return max(self.end - max(self.committed or 0, self.begin), 0)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a partition stood when it was first seen there with records waiting."""

    committed: int | None
    since: float


class GroupProgress:
    """Since when each partition of a group stands where it is though records wait."""

    def __init__(self) -> None:
        self._standing: dict[TopicPartition, _Standing] = {}

    def note(self, offsets: Mapping[TopicPartition, PartitionOffsets], *, now: float) -> None:
        """Note what was found at a moment, in seconds of any clock."""
        was, self._standing = self._standing, {}
        for partition, each in offsets.items():
            if each.lag:
                known = was.get(partition)
                is_same = known is not None and known.committed == each.committed
                self._standing[partition] = known if known and is_same else _Standing(each.committed, now)

    def forget(self) -> None:
        """Forget what was found, as after a time in which nothing could be asked."""
        self._standing = {}

    def stalled_seconds(self, *, now: float) -> float:
        """Return for how long the partition that stands longest has stood still, 0 where none does."""
        return max((now - each.since for each in self._standing.values()), default=0.0)

    def stalled(self, *, now: float, longer_than: float) -> list[TopicPartition]:
        """Return the partitions that have stood still for longer than so many seconds."""
        return sorted(partition for partition, each in self._standing.items() if now - each.since > longer_than)
