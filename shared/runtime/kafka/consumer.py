"""aiokafka's consumer, which also knows whether it has joined its group and gets past records that it cannot read."""

import time
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaTimeoutError

_FETCH_MS: Final = 2_000  # for records that the brokers are known to hold
_POLL_MS: Final = 500
_PATIENCE_SECONDS: Final = 60.0
_NO_TIMESTAMP: Final = -1
_UNREADABLE: Final = (UnicodeDecodeError, CorruptRecordException)

Records = list["ConsumerRecord[bytes, bytes]"]


class UnreadableRecord(ConsumerRecord[bytes, bytes]):  # type: ignore[misc]  # as below
    """Stands for a record that aiokafka cannot read; only its place is known."""

    @classmethod
    def at(cls, partition: TopicPartition, *, offset: int) -> Self:
        """Return what stands for the record at an offset."""
        return cls(
            topic=partition.topic,
            partition=partition.partition,
            offset=offset,
            timestamp=_NO_TIMESTAMP,
            timestamp_type=0,
            key=None,
            value=None,
            checksum=None,
            serialized_key_size=-1,
            serialized_value_size=-1,
            headers=(),
        )


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka ships no types
    """A consumer that hands out an UnreadableRecord in place of each record that aiokafka cannot read.

    At a header whose name is not UTF-8 aiokafka raises UnicodeDecodeError each time, and at every record after it in
    its batch; what other partitions had given in the same call is lost (docs/decisions/0021-unreadable-records.md).
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self._membership = _Membership()
        self._has_lost = False  # records between what was committed and the positions

    @property
    def has_joined(self) -> bool:
        """Return whether the group has given this member its partitions; a large group leaves some members none."""
        return self._membership.has_joined

    def subscribe(self, topics: Collection[str] = (), pattern: str | None = None, listener: Any = None) -> None:
        """Subscribe as aiokafka's consumer does, with a listener of our own."""
        super().subscribe(topics=topics, pattern=pattern, listener=listener or self._membership)

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[TopicPartition, Records]:
        """Return records by partition, as aiokafka's consumer does.

        Raises:
            CorruptRecordException: a batch is not as it was written; the next call begins where this one did.
        """
        if not self._has_lost:
            try:
                found: Mapping[TopicPartition, Records] = await super().getmany(
                    *partitions, timeout_ms=timeout_ms, max_records=max_records
                )
            except _UNREADABLE as error:
                self._has_lost = not partitions
                if not _is_header_name(error):
                    raise
            else:
                return found
        if self._has_lost:
            await self._rewind()
        found = await self._one_by_one(partitions or self.assignment(), max_records=max_records)
        self._has_lost = False
        return found

    async def held(self, partition: TopicPartition) -> AsyncIterator[Records]:
        """Yield in batches the records that a partition holds now, from the position on; what comes meanwhile is left.

        Raises:
            KafkaTimeoutError: the brokers hold more records, and have handed none out for a minute.
        """
        end: int | None = None
        moved_at = time.monotonic()
        while end is None or await self.position(partition) < end:
            found = (await self.getmany(partition, timeout_ms=_POLL_MS)).get(partition, [])
            if end is None:
                # Fetching tells it; asked for the end alone, the embedded broker counts one record of the last batch.
                end = self.highwater(partition)
            if found:
                moved_at = time.monotonic()
                yield [each for each in found if end is None or each.offset < end]
            elif time.monotonic() - moved_at > _PATIENCE_SECONDS:
                raise KafkaTimeoutError(f"{partition.topic}/{partition.partition} stands still")

    async def _rewind(self) -> None:
        """Go back to what the group has committed, or to the beginning; after a rebalance the positions are that."""
        if not self.assignment():
            return
        for partition, offset in (await self.seek_to_committed()).items():
            if not offset:
                await self.seek_to_beginning(partition)

    async def _one_by_one(
        self, partitions: Collection[TopicPartition], *, max_records: int | None
    ) -> Mapping[TopicPartition, Records]:
        """Read each partition that holds records by itself, so that an error is of that partition alone."""
        found: dict[TopicPartition, Records] = {}
        for partition in partitions:
            if await self._has_more(partition):
                try:
                    found |= await super().getmany(partition, timeout_ms=_FETCH_MS, max_records=max_records)
                except _UNREADABLE as error:
                    if not _is_header_name(error):
                        raise
                    found[partition] = await self._past_the_unreadable(partition)
        return found

    async def _past_the_unreadable(self, partition: TopicPartition) -> Records:
        """Return the records up to the first that can be read again, one at a time."""
        records: Records = []
        is_past = False
        while not is_past and await self._has_more(partition):
            try:
                found = await super().getmany(partition, timeout_ms=_FETCH_MS, max_records=1)
            except _UNREADABLE as error:
                if not _is_header_name(error):
                    raise
                offset = await self.position(partition)
                self.seek(partition, offset + 1)
                records.append(UnreadableRecord.at(partition, offset=offset))
            else:
                is_past = not found or (bool(records) and isinstance(records[-1], UnreadableRecord))
                records += found.get(partition, ())
        return records

    async def _has_more(self, partition: TopicPartition) -> bool:
        end: int = self.highwater(partition) or 0
        return end > int(await self.position(partition))


class _Membership(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Hears whether the group's leader has given this member its partitions."""

    def __init__(self) -> None:
        self.has_joined = False

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:  # noqa: ARG002  aiokafka's signature
        self.has_joined = False

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:  # noqa: ARG002  aiokafka's signature
        self.has_joined = True


def _is_header_name(error: BaseException) -> bool:
    """Return whether bytes were not UTF-8: aiokafka's compiled code says so, its Python code wraps that."""
    return isinstance(error, UnicodeDecodeError) or isinstance(error.__cause__, UnicodeDecodeError)
