"""The topics that scoring reads, each with the handler of its events."""

from typing import Final

from faststream import AckPolicy
from faststream.kafka import KafkaRouter

from services.scoring.adjustments.handlers import put_in_force
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.handlers import judge_submissions, learn_reference
from shared.events.keys import KeyChanged
from shared.events.plans import PlanPublished, ReferenceEvent
from shared.events.submissions import SubmissionEvent
from shared.events.topics import KEYS, REFERENCE, SUBMISSIONS
from shared.runtime.auth.key_ring import keep_keys
from shared.runtime.clock import Clock
from shared.runtime.kafka.middlewares import POLL_MS, Connection, raw

SUBMISSIONS_GROUP: Final = "scoring-submissions"
REFERENCE_GROUP: Final = "scoring-reference"
KEYS_GROUP: Final = "scoring-keys"  # its own, so that nothing delays a revocation
PARALLEL: Final = 2  # transactions: while the database saves one, the other judges; no row is of two partitions


def subscribers(*, clock: Clock, cache: PlanCache) -> KafkaRouter:
    """Return scoring's subscribers; what stands around their handlers is in `shared/runtime/kafka/middlewares.py`."""
    router = KafkaRouter()

    @router.subscriber(
        KEYS.name,
        batch=True,
        group_id=KEYS_GROUP,
        title=KEYS_GROUP,
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        batch_timeout_ms=POLL_MS,
        fetch_max_wait_ms=POLL_MS,
        max_records=1_000,
    )
    async def on_keys(batch: list[KeyChanged], connection: Connection) -> None:
        """Keep which keys are in force."""
        await keep_keys(connection, batch)

    @router.subscriber(
        REFERENCE.name,
        batch=True,
        group_id=REFERENCE_GROUP,
        title=REFERENCE_GROUP,
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        batch_timeout_ms=POLL_MS,
        fetch_max_wait_ms=POLL_MS,
        max_records=1_000,
    )
    async def on_reference(batch: list[ReferenceEvent], connection: Connection) -> None:
        """Learn plans and agencies, and put adjustments in force."""
        work = UnitOfWork(connection, cache=cache)
        now = clock.now()
        await learn_reference(batch, work=work, now=now)
        await put_in_force({event.data.plan for event in batch if isinstance(event, PlanPublished)}, work=work, now=now)

    @router.subscriber(
        SUBMISSIONS.name,
        batch=True,
        group_id=SUBMISSIONS_GROUP,
        title=SUBMISSIONS_GROUP,
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        batch_timeout_ms=POLL_MS,
        fetch_max_wait_ms=POLL_MS,
        max_records=PARALLEL * 2_000,  # what each transaction costs is shared by twice as many as elsewhere
    )
    async def on_submissions(batch: list[SubmissionEvent], connection: Connection) -> None:
        """Judge what was filed, withdrawn and returned."""
        await judge_submissions(batch, work=UnitOfWork(connection, cache=cache), now=clock.now())

    return router
