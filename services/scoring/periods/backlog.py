"""Knows whether every submission that has reached Kafka is judged, so that no period is closed over a filed one."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.producer import KafkaAway

_PAST_ERRORS: Final = (KafkaError, OSError, TimeoutError)
_READ_MS: Final = 2_000
_POLL_MS: Final = 20
Offsets = Mapping[TopicPartition, int]


class Backlog:
    """What stood in a topic when it was first asked, and how far a group has read since."""

    def __init__(self, *, bootstrap_servers: str, topic: str, group: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._topic = topic
        self._group = group
        self._mark: Offsets | None = None

    async def is_worked_off(self) -> bool:
        """Return whether all that stood in the topic at the first call has been applied; the next call begins anew.

        Under steady load a group is never wholly up to date, so it is measured against a mark and not against the end.

        Raises:
            KafkaAway: the brokers do not say.
        """
        try:
            if self._mark is None:
                self._mark = await self._ends()
            committed = await self._committed(self._mark)
        except _PAST_ERRORS as error:
            raise KafkaAway(f"Kafka at {self._bootstrap_servers} does not say what waits: {error!r}") from error
        if any(committed.get(partition, 0) < end for partition, end in self._mark.items()):
            return False
        self._mark = None
        return True

    async def _ends(self) -> Offsets:
        """Return the end of every partition that holds records.

        What a broker says where a partition ends is checked by reading its last record: the embedded broker names the
        first record of the last batch as if it were the last.
        """
        consumer = Consumer(
            self._topic,
            bootstrap_servers=self._bootstrap_servers,
            request_timeout_ms=5_000,
            fetch_max_wait_ms=_POLL_MS,  # it begins to wait for what comes before it is sent back to what is there
        )
        try:
            await consumer.start()
            partitions = [
                TopicPartition(self._topic, each) for each in consumer.partitions_for_topic(self._topic) or ()
            ]
            begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            held = {partition: end for partition, end in ends.items() if end > begins[partition]}
            for partition, end in held.items():
                consumer.seek(partition, end - 1)
                await consumer.getmany(partition, timeout_ms=_READ_MS)
                held[partition] = max(end, consumer.highwater(partition) or 0)
            return held
        finally:
            await consumer.stop()

    async def _committed(self, partitions: Iterable[TopicPartition]) -> Offsets:
        # Asked by a consumer that never joins: the embedded broker does not answer the admin client's request.
        consumer = Consumer(
            bootstrap_servers=self._bootstrap_servers,
            group_id=self._group,
            enable_auto_commit=False,
            request_timeout_ms=5_000,
        )
        try:
            await consumer.start()
            return {partition: await consumer.committed(partition) or 0 for partition in partitions}
        finally:
            await consumer.stop()
