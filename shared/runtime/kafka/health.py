"""Asks the brokers, from beside the consumers, how they, a service's topics and its groups are."""

import asyncio
import math
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError
from prometheus_client import Gauge

from shared.events import topics
from shared.runtime.kafka.group_progress import GroupProgress, PartitionOffsets
from shared.runtime.kafka.producer import METADATA_AGE_MS
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage

_log = get_logger(__name__)
_LOOK_SECONDS: Final = 3.0
_ANSWER_SECONDS: Final = 5.0
_STALLED_SECONDS: Final = 30.0
_REBALANCE_SECONDS: Final = 15.0  # a topic that was made again is found after METADATA_AGE_MS and a rebalance
_MOST_NAMED: Final = 6

UP: Final = Gauge("tiendo_kafka_up", "1 while the brokers answer this service.", ["service"])
LAG: Final = Gauge(
    "tiendo_consumer_lag",
    "Records after the offset that the group committed; NaN while the brokers do not say.",
    ["group", "topic", "partition"],
)
STALLED: Final = Gauge(
    "tiendo_consumer_stalled_seconds",
    "Since when records wait that the group does not come to; 0 where none do.",
    ["group"],
)


def topics_of(service: str) -> list[str]:
    """Return the topics that a service writes, reads, or sets aside to, without their prefix."""
    written = [each.name for each in topics.ALL if each.producer == service]
    read = [name for each in topics.ALL if service in each.consumers for name in (each.name, each.dead_letters)]
    return [*written, *read]


class KafkaHealth:
    """What readiness, metrics and log say of the brokers, a service's topics and its groups."""

    def __init__(
        self, *, service: str, bootstrap_servers: str, names: Collection[str], groups: Mapping[str, Sequence[str]]
    ) -> None:
        self._service = service
        self._bootstrap_servers = bootstrap_servers
        self._names = frozenset(names).union(*groups.values())
        self._groups = [_Group(name, read) for name, read in groups.items()]
        self._has_answered = False
        # The second answer that is missing tells: one may be missing because this process was busy.
        self._away = Outage("Kafka away", back="Kafka back", at=bootstrap_servers)
        self._missing = Outage("topics missing", back="topics there again", patience_seconds=0)

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        clients = _Clients(self._bootstrap_servers)
        try:
            while True:
                try:
                    found = await clients.partitions(self._names)
                except (KafkaError, OSError, TimeoutError) as error:
                    self._note_away(error)
                    await clients.close()  # new ones find brokers that came back elsewhere
                else:
                    self._note_there(found)
                    for group in self._groups:
                        await group.look(clients, found)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await clients.close()

    def faults(self) -> list[str]:
        """Return what is wrong with the brokers, the topics or a group, and for how long."""
        if away := self._away.fault():
            return [f"{away} ({self._bootstrap_servers})"]
        if not self._has_answered:
            return [f"Kafka at {self._bootstrap_servers} was not asked yet"]
        told = [self._missing.fault(), *(fault for group in self._groups for fault in group.faults())]
        return [each for each in told if each]

    def _note_away(self, error: Exception) -> None:
        UP.labels(self._service).set(0)
        self._away.note(error)
        for group in self._groups:
            group.forget()

    def _note_there(self, found: Mapping[str, Sequence[TopicPartition]]) -> None:
        UP.labels(self._service).set(1)
        self._has_answered = True
        self._away.end()
        if missing := sorted(self._names - found.keys()):
            self._missing.note(f"{_listed(missing)}; `python -m shared.runtime.kafka.topics create` makes them")
        else:
            self._missing.end()


class _Group:
    """One group of a service: what waits for it, whether it moves, and whether anybody reads every partition."""

    def __init__(self, name: str, read: Sequence[str]) -> None:
        self._name = name
        self._read = read
        self._progress = GroupProgress()
        self._known: set[TopicPartition] = set()
        self._stalled = Outage(f"group {name} stands still", back=f"group {name} moves again", patience_seconds=0)
        self._unread = Outage(
            f"group {name}: partitions that no member reads",
            back=f"group {name}: every partition is read again",
            patience_seconds=_REBALANCE_SECONDS,
        )
        STALLED.labels(name).set_function(partial(self._stalled_seconds))

    async def look(self, clients: "_Clients", found: Mapping[str, Sequence[TopicPartition]]) -> None:
        """Ask how far the group is, and note it."""
        partitions = [partition for name in self._read for partition in found.get(name, ())]
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                offsets = await clients.offsets(self._name, partitions)
                unread = await clients.unread(self._name, partitions)
        except (KafkaError, OSError, TimeoutError) as error:  # such as a coordinator that is being found
            _log.debug("group not known", group=self._name, error=repr(error))
            self.forget()
            return
        now = time.monotonic()
        for gone in self._known - set(partitions):
            LAG.labels(self._name, gone.topic, gone.partition).set(math.nan)
        self._known |= set(partitions)
        for partition, each in offsets.items():
            LAG.labels(self._name, partition.topic, partition.partition).set(each.lag)
        self._progress.note(offsets, now=now)
        if stalled := self._progress.stalled(now=now, longer_than=_STALLED_SECONDS):
            waiting = sum(offsets[each].lag for each in stalled)
            self._stalled.note(f"{waiting} records of {_listed(map(_said, stalled))} wait")
        else:
            self._stalled.end()
        if unread:
            self._unread.note(_listed(map(_said, unread)))
        elif unread is not None:
            self._unread.end()

    def forget(self) -> None:
        """Say of nothing that it is known."""
        self._progress.forget()
        for each in self._known:
            LAG.labels(self._name, each.topic, each.partition).set(math.nan)

    def faults(self) -> list[str | None]:
        """Return what is wrong with the group."""
        return [self._stalled.fault(), self._unread.fault()]

    def _stalled_seconds(self) -> float:
        return self._progress.stalled_seconds(now=time.monotonic())


class _Clients:
    """What the brokers are asked with: an administrator, and a consumer of no group, which alone learns offsets."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._options: Final[dict[str, Any]] = {
            "bootstrap_servers": bootstrap_servers,
            "metadata_max_age_ms": METADATA_AGE_MS,
            "request_timeout_ms": int(_ANSWER_SECONDS * 1000),
        }
        self._admin: Any = None
        self._looker: Any = None

    async def partitions(self, names: Collection[str]) -> dict[str, list[TopicPartition]]:
        """Return the partitions of those of the topics that there are."""
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**self._options)
            self._looker = AIOKafkaConsumer(**self._options, enable_auto_commit=False)
            await self._admin.start()
            await self._looker.start()
        async with asyncio.timeout(
            _ANSWER_SECONDS
        ):  # who starts has a limit of its own, and leaks where it is broken off
            told = await self._admin.describe_topics()  # all: to ask for one by name would make it on some brokers
        return {
            each["topic"]: [TopicPartition(each["topic"], number["partition"]) for number in each["partitions"]]
            for each in told
            if each["topic"] in names and each["partitions"]
        }

    async def offsets(self, group: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, PartitionOffsets]:
        """Return where each partition begins and ends, and how far the group has committed it."""
        if not partitions:
            return {}
        begins = await self._looker.beginning_offsets(partitions)
        ends = await self._looker.end_offsets(partitions)
        committed = await self._admin.list_consumer_group_offsets(group, partitions=list(partitions))
        found = {}
        for each in partitions:
            offset = committed[each].offset if each in committed else -1
            found[each] = PartitionOffsets(begins[each], ends[each], offset if offset >= 0 else None)
        return found

    async def unread(self, group: str, partitions: Sequence[TopicPartition]) -> list[TopicPartition] | None:
        """Return the partitions that no member of the group reads; None while that is not to be known."""
        (answer,) = await self._admin.describe_consumer_groups([group])
        (told,) = answer.groups
        state, members = told[2], told[5]
        if state in {"Empty", "Dead"}:
            return list(partitions)
        given = [member[4] for member in members]
        if state != "Stable" or not all(given):  # rebalancing; or the embedded broker, which does not say
            return None
        held = {
            TopicPartition(topic, number)
            for each in given
            for topic, numbers in ConsumerProtocolMemberAssignment.decode(each).assignment
            for number in numbers
        }
        return [each for each in partitions if each not in held]

    async def close(self) -> None:
        """Drop the connections."""
        admin, looker, self._admin, self._looker = self._admin, self._looker, None, None
        for client, stop in ((admin, "close"), (looker, "stop")):
            if client is not None:
                try:
                    await asyncio.wait_for(getattr(client, stop)(), _ANSWER_SECONDS)
                except (KafkaError, OSError, TimeoutError) as error:
                    _log.debug("client stopped uncleanly", error=repr(error))


def _said(partition: TopicPartition) -> str:
    return f"{partition.topic}/{partition.partition}"


def _listed(names: Iterable[str]) -> str:
    named = list(names)
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
