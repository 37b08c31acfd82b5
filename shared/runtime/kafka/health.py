"""The health of brokers and topics for readiness, metrics and log, asked of the brokers themselves."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError
from prometheus_client import Gauge

from shared.events import topics
from shared.runtime.kafka.producer import METADATA_AGE_MS
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage, listed

_log = get_logger(__name__)
_ANSWER_SECONDS: Final = 5.0

UP: Final = Gauge("tiendo_kafka_up", "1 while the brokers answer this service.", ["service"])


def topics_of(service: str) -> list[str]:
    """Return the topics that a service writes, reads, or sets dead letters aside in, without their prefix."""
    written = [each.name for each in topics.ALL if each.producer == service]
    read = [name for each in topics.ALL if service in each.consumers for name in (each.name, each.dead_letters)]
    return [*written, *read]


class KafkaHealth:
    """The health of the brokers, of the topics that a service needs, of these names, and of its consumer groups.

    A group's partition may be read by no member for `rebalance_seconds`.
    """

    def __init__(
        self,
        *,
        service: str,
        bootstrap_servers: str,
        names: Collection[str],
        groups: Mapping[str, Sequence[str]],
        look_seconds: float = 3.0,
        rebalance_seconds: float = 15.0,  # a topic made again is found after METADATA_AGE_MS and a rebalance
    ) -> None:
        self._look_seconds = look_seconds
        self._service = service
        self._bootstrap_servers = bootstrap_servers
        self._names = frozenset(names)
        self._groups = groups
        self._admin: Any = None
        self._has_answered = False
        # Reported at the second missing answer: one may be missing because this process was busy.
        self._away = Outage("Kafka away", back="Kafka back", at=bootstrap_servers)
        self._missing = Outage("topics missing", back="topics there again", patience_seconds=0)
        self._unread = Outage(
            "partitions that no member reads", back="every partition is read again", patience_seconds=rebalance_seconds
        )

    async def run(self) -> None:
        """Check every few seconds until cancelled."""
        try:
            while True:
                try:
                    found = await self._partitions()
                    unread = [
                        each for name, read in self._groups.items() for each in await self._left(name, read, found)
                    ]
                except (KafkaError, OSError, TimeoutError) as error:
                    UP.labels(self._service).set(0)
                    self._away.note(error)
                    await self._close()  # a new client finds brokers that came back elsewhere
                    if (task := asyncio.current_task()) is not None and task.cancelling():
                        raise asyncio.CancelledError from None  # which aiokafka's close took for its own
                else:
                    self._note_there(found, unread)
                await asyncio.sleep(self._look_seconds)
        finally:
            await self._close()

    def faults(self) -> list[str]:
        """Return what is wrong with the brokers or the topics, and for how long, one sentence each."""
        if away := self._away.fault():
            return [f"{away} ({self._bootstrap_servers})"]
        if not self._has_answered:
            return [f"Kafka at {self._bootstrap_servers} was not asked yet"]
        return [fault for each in (self._missing, self._unread) if (fault := each.fault())]

    def _note_there(self, found: Collection[str], unread: Collection[str]) -> None:
        UP.labels(self._service).set(1)
        self._has_answered = True
        self._away.end()
        if missing := sorted(self._names.difference(found)):
            self._missing.note(f"{listed(missing)}; `python -m shared.runtime.kafka.topics create` makes them")
        else:
            self._missing.end()
        if unread:
            self._unread.note(listed(unread))
        else:
            self._unread.end()

    async def _partitions(self) -> dict[str, list[int]]:
        """Return the partitions of each topic that has some."""
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(
                bootstrap_servers=self._bootstrap_servers,
                metadata_max_age_ms=METADATA_AGE_MS,
                request_timeout_ms=int(_ANSWER_SECONDS * 1000),
            )
            await self._admin.start()
        # Starting has a limit of its own, and leaks a connection where it is cancelled.
        async with asyncio.timeout(_ANSWER_SECONDS):
            described = await self._admin.describe_topics()  # all: asking by name creates the topic on some brokers
        return {
            each["topic"]: [part["partition"] for part in each["partitions"]]
            for each in described
            if each["partitions"]
        }

    async def _left(self, group: str, read: Iterable[str], found: Mapping[str, Sequence[int]]) -> list[str]:
        """Return the partitions that are assigned to no member of the group; none while that is not known."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                (answer,) = await self._admin.describe_consumer_groups([group])
        except (KafkaError, OSError, TimeoutError) as error:  # such as a coordinator that is being found
            _log.debug("group not known", group=group, error=repr(error))
            return []
        ((_, _, state, _, _, members),) = (each[:6] for each in answer.groups)
        assignments = [member[4] for member in members]
        # Rebalancing, or the embedded broker, which does not say.
        if state not in {"Stable", "Empty", "Dead"} or not all(assignments):
            return []
        assigned = {
            TopicPartition(topic, number)
            for each in assignments
            for topic, numbers in ConsumerProtocolMemberAssignment.decode(each).assignment
            for number in numbers
        }
        wanted = [TopicPartition(name, number) for name in read for number in found.get(name, ())]
        return [f"{each.topic}/{each.partition} of group {group}" for each in wanted if each not in assigned]

    async def _close(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await admin.close()
            except (KafkaError, OSError, TimeoutError) as error:
                _log.debug("client stopped uncleanly", error=repr(error))
