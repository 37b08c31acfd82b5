"""A consumer gets past records that aiokafka cannot read, and loses none of those around them."""

import asyncio
from collections import defaultdict

from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.runtime.kafka.consumer import Consumer, UnreadableRecord
from tests.support.bad_headers import send_with_bad_headers
from tests.support.brokers import TestKafka
from tests.support.waiting import PATIENCE_SECONDS

PARTITIONS = 3
BATCHES = 20
IN_A_BATCH = 5


async def test_a_header_that_is_no_text_costs_the_rest_of_its_batch_and_nothing_else(any_kafka: TestKafka) -> None:
    topic = any_kafka.new_prefix() + "records"
    admin = AIOKafkaAdminClient(bootstrap_servers=any_kafka.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()
    bad = {(1, 0), (1, 7), (1, 8), (1, 99), (2, 51)}
    async with AIOKafkaProducer(bootstrap_servers=any_kafka.bootstrap_servers, acks="all") as producer:
        for batch in range(BATCHES):
            for partition in range(PARTITIONS):
                offsets = range(batch * IN_A_BATCH, (batch + 1) * IN_A_BATCH)
                values = [b"%d" % offset for offset in offsets]
                is_bad = [(partition, offset) in bad for offset in offsets]
                await send_with_bad_headers(producer, topic, values, partition=partition, bad=is_bad)

    found = await _read(any_kafka, topic, count=PARTITIONS * BATCHES * IN_A_BATCH)
    assert sorted(found) == list(range(PARTITIONS))
    for partition, records in found.items():
        assert [record.offset for record in records] == list(range(BATCHES * IN_A_BATCH))
        for record in records:
            of_batch = range(record.offset - record.offset % IN_A_BATCH, record.offset + 1)
            is_lost = any((partition, offset) in bad for offset in of_batch)
            assert isinstance(record, UnreadableRecord) is is_lost
            assert record.value == (None if is_lost else b"%d" % record.offset)


async def _read(kafka: TestKafka, topic: str, *, count: int) -> "dict[int, list[ConsumerRecord[bytes, bytes]]]":
    """Read as a subscriber does: some records at a time, each time committed."""
    found: defaultdict[int, list[ConsumerRecord[bytes, bytes]]] = defaultdict(list)
    consumer = Consumer(
        bootstrap_servers=kafka.bootstrap_servers,
        group_id=topic,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    consumer.subscribe([topic])
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while sum(map(len, found.values())) < count:
                for partition, records in (await consumer.getmany(timeout_ms=100, max_records=40)).items():
                    found[partition.partition] += records
                await consumer.commit()
        assert consumer.has_joined
    finally:
        await consumer.stop()
    return found
