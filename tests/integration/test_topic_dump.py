"""A topic becomes a file with one record a line, its bytes as they were sent."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.events.topics import PROGRESS
from shared.runtime.errors import StartFailure
from shared.runtime.kafka.producer import Producer, Record
from shared.runtime.kafka.topics import create_topics, dump_topic
from tests.support.brokers import TestKafka
from tests.support.commands import typed_to

PROJECT = Path(__file__).resolve().parents[2]
COUNT = 3_000


def _sent(agency: int, number: int) -> Record:
    value = f'{{"agency": "a-{agency}", "note": "Số {number}", "text": "{"x" * 300}"}}'.encode()
    return Record(PROGRESS.name, f"a-{agency}".encode(), value, "progress.changed.v1")


async def test_every_record_is_written_once_as_it_was_sent_and_in_its_agencys_order(
    kafka: TestKafka, tmp_path: Path
) -> None:
    prefix, file = kafka.new_prefix(), tmp_path / "progress.jsonl"
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(kafka.bootstrap_servers, topic_prefix=prefix)
    sent = [_sent(number % 20, number) for number in range(COUNT)]
    await producer.send_all(sent)
    tombstone = replace(sent[0], value=None)
    broken_in_two = replace(sent[0], value=b'{"agency": "a-0",\n "note": ""}')
    await producer.send_all([tombstone, broken_in_two])
    await producer.close()

    assert (
        await dump_topic(PROGRESS.name, str(file), bootstrap_servers=kafka.bootstrap_servers, prefix=prefix)
        == COUNT + 1
    )
    lines = file.read_bytes().splitlines()
    for agency in range(20):
        of_agency = [record.value for record in sent if record.key == f"a-{agency}".encode()]
        found = [line for line in lines if f'"a-{agency}"'.encode() in line]
        assert found == [*of_agency, *([b'{"agency": "a-0",  "note": ""}'] if agency == 0 else [])]


async def test_an_operator_dumps_a_topic_by_a_command(any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    await producer.send_all([_sent(1, 1)])
    await producer.close()
    kafka = {"KAFKA_BOOTSTRAP_SERVERS": any_kafka.bootstrap_servers, "KAFKA_TOPIC_PREFIX": prefix}
    status, said, complained = await typed_to("shared.runtime.kafka.topics", "dump", "progress", "-", **kafka)
    # Before it, Kafka's client may say that it asks again: a topic just made has no leader everywhere yet.
    assert (status, complained.splitlines()[-1]) == (0, "1 record of progress written to -")
    assert said == (_sent(1, 1).value or b"").decode() + "\n"


async def test_a_topic_that_is_not_there_is_one_clear_line(any_kafka: TestKafka, tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="has no topic nobodys-progress; `create` makes what is missing"):
        await dump_topic(
            PROGRESS.name, str(tmp_path / "file"), bootstrap_servers=any_kafka.bootstrap_servers, prefix="nobodys-"
        )


async def test_a_broker_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="does not hand out progress: KafkaConnectionError"):
        await dump_topic(PROGRESS.name, str(tmp_path / "file"), bootstrap_servers="127.0.0.1:1")
