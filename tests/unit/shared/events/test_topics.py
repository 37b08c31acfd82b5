"""The map of topics is one map: every event in one topic, written by one service and read by others."""

import re
from collections import Counter

import pytest

from shared.events.topics import ALL, PROGRESS, REFERENCE, SUBMISSIONS, Topic

SERVICES = {"ingest", "scoring", "notify"}
each_topic = pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)


@each_topic
def test_a_topic_is_plural_kebab_case_without_dots(topic: Topic) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", topic.name)


@each_topic
def test_one_service_writes_a_topic_and_does_not_read_it(topic: Topic) -> None:
    assert topic.producer in SERVICES
    assert topic.consumers
    assert set(topic.consumers) <= SERVICES - {topic.producer}


@each_topic
def test_dead_letters_stand_beside_their_topic(topic: Topic) -> None:
    assert topic.dead_letters == f"{topic.name}-dlq"


@each_topic
def test_every_event_names_its_type_and_version(topic: Topic) -> None:
    for event in topic.events:
        assert re.fullmatch(r"[a-z]+\.[a-z]+\.v[1-9]\d*", event.model_fields["type"].default)


def test_every_event_is_in_one_topic() -> None:
    types = Counter(event.model_fields["type"].default for topic in ALL for event in topic.events)
    assert set(types.values()) == {1}


def test_reference_keeps_the_newest_of_each_key_in_one_order_for_ever() -> None:
    assert REFERENCE.partitions == 1
    assert REFERENCE.config["cleanup.policy"] == "compact"
    assert REFERENCE.config["retention.ms"] == "-1"


@pytest.mark.parametrize("topic", [SUBMISSIONS, PROGRESS], ids=lambda topic: topic.name)
def test_what_happened_in_a_year_is_kept_longer_than_a_year(topic: Topic) -> None:
    assert topic.config["cleanup.policy"] == "delete"
    assert int(topic.config["retention.ms"]) > 366 * 24 * 3600 * 1000
