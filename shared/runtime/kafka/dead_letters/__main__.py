"""Dead letters again: shows what was set aside and why, and publishes it once more where it came from."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, NamedTuple

import typer
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import Field
from pydantic_settings import BaseSettings

from shared.events import topics
from shared.runtime import logging
from shared.runtime.errors import StartFailure, counted, one_clear_line
from shared.runtime.kafka.header_names import allow_any_header_name
from shared.runtime.settings import read_settings

_POLL_MS: Final = 500
_REQUEST_BYTES: Final = 2 * 1024 * 1024
_ORIGINAL: Final = "original-"

app = typer.Typer(
    help="Dead letters: what consumers could not read or apply.", pretty_exceptions_enable=False, no_args_is_help=True
)


class LetterSettings(BaseSettings):
    """What the commands on dead letters are told by their environment."""

    kafka_bootstrap_servers: str = Field(description="Kafka brokers, `host:port` separated by commas.")
    kafka_topic_prefix: str = Field(default="", description="Put before every topic name.")


class Letter(NamedTuple):
    """A record that was set aside: whence and why, and whether it was published again since."""

    record: "ConsumerRecord[bytes, bytes]"
    partition: int
    offset: int
    group: str
    reason: str
    is_redriven: bool

    @property
    def origin(self) -> tuple[int, int]:
        """Return the partition and the offset that the record was read from."""
        return self.partition, self.offset

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """Return the headers that the record came with."""
        came = ((name, value) for name, value in self.record.headers if name.startswith(_ORIGINAL))
        return [(name.removeprefix(_ORIGINAL), value) for name, value in came]


class DeadLetters:
    """The dead letters of one topic, and how far they were published again, which a group of its own remembers."""

    def __init__(self, topic: topics.Topic, *, bootstrap_servers: str, prefix: str = "") -> None:
        self._origin = prefix + topic.name
        self._bootstrap_servers = bootstrap_servers
        self._group = f"{prefix}redrive-{topic.name}"
        self._partition = TopicPartition(prefix + topic.dead_letters, 0)  # there is one: DEAD_LETTER_PARTITIONS

    async def all(self) -> list[Letter]:
        """Return every letter that is kept, the oldest first.

        Raises:
            StartFailure: no broker answers.
        """
        async with self._reader() as reader:
            return [letter async for batch in self._batches(reader, is_all=True) for letter in batch]

    async def redrive(self) -> list[Letter]:
        """Publish each letter that was not yet, as it came and where it came from, and return them.

        A letter that two groups set aside is published once, one whose value its topic did not take never. A process
        that dies here publishes its last batch again when it is asked again; consumers keep an inbox.

        Raises:
            StartFailure: no broker answers.
        """
        sent: dict[tuple[int, int], Letter] = {}
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap_servers, acks="all", max_request_size=_REQUEST_BYTES
        )
        async with self._reader() as reader:
            await producer.start()
            try:
                async for batch in self._batches(reader, is_all=False):
                    fresh: dict[tuple[int, int], Letter] = {}
                    for each in batch:
                        if each.origin not in sent and each.record.value is not None:  # else only the place is kept
                            fresh.setdefault(each.origin, each)
                    await self._send(list(fresh.values()), producer)
                    sent |= fresh
                    await reader.commit({self._partition: batch[-1].record.offset + 1})
            finally:
                await producer.stop()
        return list(sent.values())

    async def _send(self, letters: Sequence[Letter], producer: AIOKafkaProducer) -> None:
        acknowledged = [
            await producer.send(
                self._origin,
                each.record.value,
                key=each.record.key,
                # Without a key nothing else says which partition it belongs to.
                partition=each.partition if each.record.key is None else None,
                headers=each.headers,
            )
            for each in letters
        ]
        await asyncio.gather(*acknowledged)

    async def _batches(self, reader: AIOKafkaConsumer, *, is_all: bool) -> AsyncIterator[list[Letter]]:
        """Yield the letters that are there now; what comes meanwhile, such as one that failed again, is left."""
        begin = (await reader.beginning_offsets([self._partition]))[self._partition]
        redriven = max(await reader.committed(self._partition) or 0, begin)
        reader.seek(self._partition, begin if is_all else redriven)
        end: int | None = None
        while end is None or await reader.position(self._partition) < end:
            found = await reader.getmany(self._partition, timeout_ms=_POLL_MS)
            if end is None:
                # Fetching tells it; asked for the end alone, the embedded broker counts one record of the last batch.
                end = reader.highwater(self._partition)
            records = [each for each in found.get(self._partition, []) if end is not None and each.offset < end]
            if records:
                yield [_letter(each, is_redriven=each.offset < redriven) for each in records]

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[AIOKafkaConsumer]:
        allow_any_header_name()
        reader = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap_servers, group_id=self._group, enable_auto_commit=False
        )
        try:
            await reader.start()
            reader.assign([self._partition])
            yield reader
        except (KafkaError, OSError) as error:
            raise StartFailure(
                f"Kafka at {self._bootstrap_servers} does not give {self._partition.topic}: {error!r}"
            ) from None
        finally:
            await reader.stop()


def _letter(record: "ConsumerRecord[bytes, bytes]", *, is_redriven: bool) -> Letter:
    told = {name: value.decode(errors="replace") for name, value in record.headers if name.startswith("dlq-")}
    return Letter(
        record=record,
        partition=int(told.get("dlq-partition", 0)),
        offset=int(told.get("dlq-offset", record.offset)),
        group=told.get("dlq-group", "?"),
        reason=told.get("dlq-reason", "no reason was given"),
        is_redriven=is_redriven,
    )


def _of(name: str) -> DeadLetters:
    settings = read_settings(LetterSettings)
    logging.configure("ERROR")
    topic = next((each for each in topics.ALL if each.name == name), None)
    if topic is None:
        raise StartFailure(f"no topic {name}; there are {', '.join(each.name for each in topics.ALL)}")
    return DeadLetters(topic, bootstrap_servers=settings.kafka_bootstrap_servers, prefix=settings.kafka_topic_prefix)


TopicName = Annotated[str, typer.Argument(metavar="TOPIC", help="Where the records came from, such as submissions.")]


@app.command("list")
def show(topic: TopicName) -> None:
    """Show what was set aside of a topic: whence, by which group, why, and whether it was published again."""
    with one_clear_line():
        letters = asyncio.run(_of(topic).all())
        for each in letters:
            done = "redriven" if each.is_redriven else "waits"
            sys.stdout.write(f"{topic}/{each.partition}@{each.offset}  {done:8}  {each.group}  {each.reason}\n")
        sys.stdout.write(f"{counted(len(letters), 'dead letter')} of {topic}\n")


@app.command()
def redrive(topic: TopicName) -> None:
    """Publish again, once each, what was set aside of a topic and not published again yet."""
    with one_clear_line():
        if any(each.name == topic and each.is_compacted for each in topics.ALL):
            raise StartFailure(
                f"{topic} keeps only the newest of each key, which an old record would replace;"
                " use python -m services.ingest republish"
            )
        _told(asyncio.run(_of(topic).redrive()), topic, sys.stdout.write)


def _told(letters: Sequence[Letter], topic: str, say: Callable[[str], Any]) -> None:
    for reason, count in Counter(each.reason for each in letters).most_common():
        say(f"{count:6}  {reason}\n")
    say(f"{counted(len(letters), 'dead letter')} of {topic} published again\n")


if __name__ == "__main__":
    app()
