"""Brokers that do not answer are said to be away, so that whoever sends waits and sends again."""

import asyncio
import time

import pytest

from shared.runtime.kafka.producer import KafkaAway, Producer, Record

NOWHERE = "127.0.0.1:1"
RECORD = Record(topic="submissions", key=b"so-noi-vu", value=b"{}", event_type="submission.accepted.v1")


async def test_brokers_that_refuse_are_away_and_named() -> None:
    producer = Producer(NOWHERE)
    with pytest.raises(KafkaAway, match=r"Kafka at 127\.0\.0\.1:1 did not take 1 records"):
        await producer.send_all([RECORD])
    await producer.close()


async def test_brokers_that_keep_silent_are_away_in_time() -> None:
    is_over = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        silent_producer = Producer(f"127.0.0.1:{silent.sockets[0].getsockname()[1]}", send_seconds=0.3)
        before = time.monotonic()
        with pytest.raises(KafkaAway):
            await silent_producer.send_all([RECORD])
        assert time.monotonic() - before < 5
        await silent_producer.close()
        is_over.set()


def test_brokers_away_is_a_connection_error_that_callers_wait_out() -> None:
    assert issubclass(KafkaAway, ConnectionError)


async def test_closing_what_never_connected_is_harmless() -> None:
    await Producer(NOWHERE).close()
