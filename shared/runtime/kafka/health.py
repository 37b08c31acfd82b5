"""The health of brokers, topics and consumer groups for readiness, metrics and log, asked of the brokers themselves."""

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
_ANSWER_SECONDS: Final = 5.0
_MOST_NAMED: Final = 6

UP: Final = Gauge("tiendo_kafka_up", "1 while the brokers answer this service.", ["service"])
LAG: Final = Gauge(
    "tiendo_consumer_lag",
    "Records after the offset that the group committed; NaN while the brokers do not say.",
    ["group", "topic", "partition"],
)
STALLED: Final = Gauge(
    "tiendo_consumer_stalled_seconds",
    "For how long records have waited in a partition that the group does not advance in; 0 where none wait.",
    ["group"],
)


def topics_of(service: str) -> list[str]:
    """Return the topics that a service writes, reads, or sets dead letters aside in, without their prefix."""
    written = [each.name for each in topics.ALL if each.producer == service]
    read = [name for each in topics.ALL if service in each.consumers for name in (each.name, each.dead_letters)]
    return [*written, *read]


class KafkaHealth:
    """The health of the brokers, a service's topics and its consumer groups.

    A group is stalled where a partition with waiting records has not advanced for `stalled_seconds`; a partition may be
    unassigned for `rebalance_seconds`.
    """

    def __init__(
        self,
        *,
        service: str,
        bootstrap_servers: str,
        names: Collection[str],
        groups: Mapping[str, Sequence[str]],
        look_seconds: float = 3.0,
        stalled_seconds: float = 30.0,
        rebalance_seconds: float = 15.0,  # a topic made again is found after METADATA_AGE_MS and a rebalance
    ) -> None:
        self._look_seconds = look_seconds
        self._service = service
        self._bootstrap_servers = bootstrap_servers
        self._names = frozenset(names).union(*groups.values())
        self._groups = [
            _Group(name, read, stalled_seconds=stalled_seconds, rebalance_seconds=rebalance_seconds)
            for name, read in groups.items()
        ]
        self._has_answered = False
        # Reported at the second missing answer: one may be missing because this process was busy.
        self._away = Outage("Kafka away", back="Kafka back", at=bootstrap_servers)
        self._missing = Outage("topics missing", back="topics there again", patience_seconds=0)

    async def run(self) -> None:
        """Check every few seconds until cancelled."""
        clients = _Clients(self._bootstrap_servers)
        try:
            while True:
                try:
                    found = await clients.partitions(self._names)
                except (KafkaError, OSError, TimeoutError) as error:
                    self._note_away(error)
                    await clients.close()  # new ones find brokers that came back elsewhere
                    if (task := asyncio.current_task()) is not None and task.cancelling():
                        raise asyncio.CancelledError from None  # which aiokafka's close took for its own
                else:
                    self._note_there(found)
                    for group in self._groups:
                        await group.look(clients, found)
                await asyncio.sleep(self._look_seconds)
        finally:
            await clients.close()

    def faults(self) -> list[str]:
        """Return what is wrong with the brokers, the topics or a group, and for how long, one sentence each."""
        if away := self._away.fault():
            return [f"{away} ({self._bootstrap_servers})"]
        if not self._has_answered:
            return [f"Kafka at {self._bootstrap_servers} was not asked yet"]
        faults = [self._missing.fault(), *(fault for group in self._groups for fault in group.faults())]
        return [each for each in faults if each]

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
    """One consumer group: its lag, whether it advances, and whether every partition is assigned to a member."""

    def __init__(self, name: str, read: Sequence[str], *, stalled_seconds: float, rebalance_seconds: float) -> None:
        self._longest_seconds = stalled_seconds
        self._name = name
        self._read = read
        self._progress = GroupProgress()
        self._known: set[TopicPartition] = set()
        self._stalled = Outage(f"group {name} stands still", back=f"group {name} moves again", patience_seconds=0)
        self._unread = Outage(
            f"group {name}: partitions that no member reads",
            back=f"group {name}: every partition is read again",
            patience_seconds=rebalance_seconds,
        )
        STALLED.labels(name).set_function(partial(self._stalled_seconds))

    async def look(self, clients: "_Clients", found: Mapping[str, Sequence[TopicPartition]]) -> None:
        """Ask for the group's offsets and members, and note them."""
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
        if stalled := self._progress.stalled(now=now, longer_than=self._longest_seconds):
            waiting = sum(offsets[each].lag for each in stalled)
            self._stalled.note(f"{waiting} records of {_listed(map(_named, stalled))} wait")
        else:
            self._stalled.end()
        if unread:
            self._unread.note(_listed(map(_named, unread)))
        elif unread is not None:
            self._unread.end()

    def forget(self) -> None:
        """Forget the offsets: the brokers cannot be asked."""
        self._progress.forget()
        for each in self._known:
            LAG.labels(self._name, each.topic, each.partition).set(math.nan)

    def faults(self) -> list[str | None]:
        """Return what is wrong with the group."""
        return [self._stalled.fault(), self._unread.fault()]

    def _stalled_seconds(self) -> float:
        return self._progress.stalled_seconds(now=time.monotonic())


class _Clients:
    """The connections to the brokers: an admin client, and a consumer without group to learn end offsets from."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._options: Final[dict[str, Any]] = {
            "bootstrap_servers": bootstrap_servers,
            "metadata_max_age_ms": METADATA_AGE_MS,
            "request_timeout_ms": int(_ANSWER_SECONDS * 1000),
        }
        self._admin: Any = None
        self._consumer: Any = None

    async def partitions(self, names: Collection[str]) -> dict[str, list[TopicPartition]]:
        """Return the partitions of those of the topics that exist."""
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**self._options)
            self._consumer = AIOKafkaConsumer(**self._options, enable_auto_commit=False)
            await self._admin.start()
            await self._consumer.start()
        # Starting has a limit of its own, and leaks a connection where it is cancelled.
        async with asyncio.timeout(_ANSWER_SECONDS):
            described = await self._admin.describe_topics()  # all: asking by name creates the topic on some brokers
        return {
            each["topic"]: [TopicPartition(each["topic"], number["partition"]) for number in each["partitions"]]
            for each in described
            if each["topic"] in names and each["partitions"]
        }

    async def offsets(self, group: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, PartitionOffsets]:
        """Return the first and end offset of each partition, and what the group has committed."""
        if not partitions:
            return {}
        begins = await self._consumer.beginning_offsets(partitions)
        ends = await self._consumer.end_offsets(partitions)
        committed = await self._admin.list_consumer_group_offsets(group, partitions=list(partitions))
        found = {}
        for each in partitions:
            offset = committed[each].offset if each in committed else -1
            found[each] = PartitionOffsets(begins[each], ends[each], offset if offset >= 0 else None)
        return found

    async def unread(self, group: str, partitions: Sequence[TopicPartition]) -> list[TopicPartition] | None:
        """Return the partitions that are assigned to no member of the group; None while that is not known."""
        (answer,) = await self._admin.describe_consumer_groups([group])
        (group_description,) = answer.groups
        state, members = group_description[2], group_description[5]
        if state in {"Empty", "Dead"}:
            return list(partitions)
        assignments = [member[4] for member in members]
        if state != "Stable" or not all(assignments):  # rebalancing; or the embedded broker, which does not say
            return None
        assigned = {
            TopicPartition(topic, number)
            for each in assignments
            for topic, numbers in ConsumerProtocolMemberAssignment.decode(each).assignment
            for number in numbers
        }
        return [each for each in partitions if each not in assigned]

    async def close(self) -> None:
        """Close the connections."""
        admin, consumer, self._admin, self._consumer = self._admin, self._consumer, None, None
        for client, stop in ((admin, "close"), (consumer, "stop")):
            if client is not None:
                try:
                    await asyncio.wait_for(getattr(client, stop)(), _ANSWER_SECONDS)
                except (KafkaError, OSError, TimeoutError) as error:
                    _log.debug("client stopped uncleanly", error=repr(error))


def _named(partition: TopicPartition) -> str:
    return f"{partition.topic}/{partition.partition}"


def _listed(names: Iterable[str]) -> str:
    named = list(names)
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
