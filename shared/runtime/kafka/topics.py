"""`python -m shared.runtime.kafka.topics`: create the topics of the map, or dump one to a file."""

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from pydantic import Field
from pydantic_settings import BaseSettings

from shared.events import topics
from shared.runtime.errors import StartFailure, counted, one_clear_line
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.outages import Outage
from shared.runtime.settings import read_settings

_TRY_SECONDS: Final = 60.0
_QUIET_SECONDS: Final = 3.0  # a broker that is just starting is nobody's trouble


class TopicSettings(BaseSettings):
    """Settings of the topics job."""

    kafka_bootstrap_servers: str = Field(description="Kafka brokers, `host:port` separated by commas.")
    kafka_topic_prefix: str = Field(default="", description="Put before every topic name.")
    kafka_replication_factor: int = Field(default=1, ge=1, description="Copies of each partition; 3 in production.")


def new_topics(*, prefix: str, replication_factor: int) -> list[NewTopic]:
    """Return every topic of the map and its dead-letter topic, with the brokers' settings."""
    dead_letters = {
        "retention.ms": str(topics.DEAD_LETTER_RETENTION_MS),
        "max.message.bytes": str(topics.DEAD_LETTER_MOST_BYTES),
    }
    wanted = [(each.name, each.partitions, each.config) for each in topics.ALL]
    wanted += [(each.dead_letters, topics.DEAD_LETTER_PARTITIONS, dead_letters) for each in topics.ALL]
    return [
        NewTopic(prefix + name, partitions, replication_factor, topic_configs=config)
        for name, partitions, config in wanted
    ]


async def create_topics(bootstrap_servers: str, *, prefix: str = "", replication_factor: int = 1) -> list[str]:
    """Create the topics that do not exist and return their names.

    Raises:
        StartFailure: no broker answers within a minute, or one refuses a topic.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await _start(admin, bootstrap_servers)
        there = set(await admin.list_topics())
        wanted = [
            each for each in new_topics(prefix=prefix, replication_factor=replication_factor) if each.name not in there
        ]
        if not wanted:
            return []
        response = await admin.create_topics(wanted)
        for name, code, *_ in response.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise StartFailure(f"Kafka refuses the topic {name}: {error.__name__}")
        return [each.name for each in wanted]
    finally:
        await admin.close()


async def _start(admin: AIOKafkaAdminClient, bootstrap_servers: str) -> None:
    away = Outage("waiting for Kafka", back="Kafka answers", patience_seconds=_QUIET_SECONDS, at=bootstrap_servers)
    try:
        async with asyncio.timeout(_TRY_SECONDS):
            while True:
                try:
                    await admin.start()
                except (KafkaError, OSError) as error:
                    away.note(error)
                    await asyncio.sleep(0.5)
                else:
                    return away.end()
    except TimeoutError:
        raise StartFailure(
            f"no Kafka broker answers at {bootstrap_servers}; KAFKA_BOOTSTRAP_SERVERS names them"
        ) from None


async def dump_topic(name: str, file: str, *, bootstrap_servers: str, prefix: str = "") -> int:
    """Write what a topic holds to a file, one record a line as on the wire, and return how many records it holds.

    `-` is the standard output. Tombstones are left out; of each partition the records keep their order.

    Raises:
        StartFailure: the map has no such topic, no broker hands it out, or the file cannot be written.
    """
    known = [each for topic in topics.ALL for each in (topic.name, topic.dead_letters)]
    if name not in known:
        raise StartFailure(f"there is no topic {name}; those that can be dumped: {', '.join(known)}")
    try:
        with nullcontext(sys.stdout.buffer) if file == "-" else Path(file).open("wb") as to:  # noqa: ASYNC230  nothing else runs
            return await _dump(prefix + name, to, bootstrap_servers=bootstrap_servers)
    except OSError as error:
        raise StartFailure(f"cannot write {file}: {error.strerror}") from None


async def _dump(topic: str, to: BinaryIO, *, bootstrap_servers: str) -> int:
    consumer = Consumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest")
    count = 0
    try:
        partitions = await _partitions(bootstrap_servers, topic=topic)
        await consumer.start()
        consumer.assign(partitions)
        for partition in partitions:
            async for records in consumer.held(partition):
                # Within JSON a line can only break between two words, where a blank says the same.
                values = [each.value.replace(b"\n", b" ") for each in records if each.value is not None]
                to.writelines(value + b"\n" for value in values)
                count += len(values)
    except (KafkaError, ConnectionError) as error:
        raise StartFailure(f"Kafka at {bootstrap_servers} does not hand out {topic}: {error!r}") from error
    finally:
        await consumer.stop()
    return count


async def _partitions(bootstrap_servers: str, *, topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
        if topic not in await admin.list_topics():
            raise StartFailure(f"Kafka at {bootstrap_servers} has no topic {topic}; `create` makes what is missing")
        (told,) = await admin.describe_topics([topic])
        return [TopicPartition(topic, number) for number in sorted(each["partition"] for each in told["partitions"])]
    finally:
        await admin.close()


def main() -> None:
    """Run `python -m shared.runtime.kafka.topics create` or `… dump TOPIC FILE`."""
    with one_clear_line():
        match sys.argv[1:]:
            case ["create"]:
                settings = read_settings(TopicSettings)
                made = asyncio.run(
                    create_topics(
                        settings.kafka_bootstrap_servers,
                        prefix=settings.kafka_topic_prefix,
                        replication_factor=settings.kafka_replication_factor,
                    )
                )
                sys.stdout.write(f"topics made: {', '.join(made) or 'none, all were there'}\n")
            case ["dump", name, file]:
                settings = read_settings(TopicSettings)
                count = asyncio.run(
                    dump_topic(
                        name,
                        file,
                        bootstrap_servers=settings.kafka_bootstrap_servers,
                        prefix=settings.kafka_topic_prefix,
                    )
                )
                sys.stderr.write(f"{counted(count, 'record')} of {name} written to {file}\n")
            case _:
                raise StartFailure("usage: python -m shared.runtime.kafka.topics create | dump TOPIC FILE")


if __name__ == "__main__":
    main()
