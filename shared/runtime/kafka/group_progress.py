"""The progress of a consumer group: lag by partition, and since when a partition has not advanced."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import TopicPartition


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


@dataclass(frozen=True, slots=True)
class _Standing:
    """The committed offset of a partition with waiting records, and since when it is the same."""

    committed: int | None
    since: float


class GroupProgress:
    """Since when each partition of a group has not advanced though records wait."""

    def __init__(self) -> None:
        self._standing: dict[TopicPartition, _Standing] = {}

    def note(self, offsets: Mapping[TopicPartition, PartitionOffsets], *, now: float) -> None:
        """Note the offsets at `now`, in seconds of any clock."""
        was, self._standing = self._standing, {}
        for partition, each in offsets.items():
            if each.lag:
                known = was.get(partition)
                is_same = known is not None and known.committed == each.committed
                self._standing[partition] = known if known and is_same else _Standing(each.committed, now)

    def forget(self) -> None:
        """Forget the offsets, as after a time in which the brokers could not be asked."""
        self._standing = {}

    def stalled_seconds(self, *, now: float) -> float:
        """Return for how many seconds the longest stalled partition has not advanced, 0 where none is stalled."""
        return max((now - each.since for each in self._standing.values()), default=0.0)

    def stalled(self, *, now: float, longer_than: float) -> list[TopicPartition]:
        """Return the partitions that have not advanced for longer than so many seconds."""
        return sorted(partition for partition, each in self._standing.items() if now - each.since > longer_than)
