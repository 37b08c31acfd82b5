"""Each service reads the topics that the map says, every event of them, and in the one way that loses no record."""

from collections.abc import Iterator
from typing import Any

import pytest
from faststream import AckPolicy
from ruamel.yaml import YAML

from shared.events.topics import ALL, Topic
from tools.docs.__main__ import PROJECT
from tools.docs.asyncapi import routers


def _group(subscriber: Any) -> str:
    group: str = subscriber.group_id
    return group


# Sorted, for a router keeps them in a set, and every process has to collect the same tests.
SUBSCRIBERS: list[tuple[str, Any]] = [
    (service, subscriber)
    for service, router in routers().items()
    for subscriber in sorted(router.subscribers, key=_group)
]
each_subscriber = pytest.mark.parametrize(
    "subscriber", [each for _, each in SUBSCRIBERS], ids=lambda subscriber: subscriber.group_id
)


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_a_topic_is_read_by_the_services_that_the_map_names(topic: Topic) -> None:
    readers = [service for service, subscriber in SUBSCRIBERS if topic.name in subscriber.topic_names]
    assert sorted(readers) == sorted(topic.consumers)


def test_no_two_subscribers_share_a_group() -> None:
    groups = [subscriber.group_id for _, subscriber in SUBSCRIBERS]
    assert len(set(groups)) == len(groups)


@each_subscriber
def test_no_record_is_passed_over(subscriber: Any) -> None:
    assert subscriber.ack_policy is AckPolicy.NACK_ON_ERROR
    assert subscriber._connection_args["auto_offset_reset"] == "earliest"
    assert not subscriber._connection_args["enable_auto_commit"]


@each_subscriber
def test_a_batch_is_bounded_and_waits_for_no_more_than_a_moment(subscriber: Any) -> None:
    assert subscriber.max_records <= 4_000
    assert subscriber.batch_timeout_ms <= 100


@each_subscriber
def test_a_handler_takes_every_event_of_its_topics(subscriber: Any) -> None:
    document = YAML(typ="safe").load(PROJECT / "docs" / "asyncapi.yaml")
    names = {event.__name__ for topic in ALL if topic.name in subscriber.topic_names for event in topic.events}
    payload = document["components"]["schemas"][f"{subscriber.group_id}:Message:Payload"]
    assert set(_referred(payload)) == names


def _referred(schema: dict[str, Any]) -> Iterator[str]:
    for each in schema.get("anyOf", [schema]):
        yield each["$ref"].rpartition("/")[2]
