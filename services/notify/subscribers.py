"""The topics that notify reads, each with the handler of its events."""

from datetime import timedelta
from typing import Final

from faststream import AckPolicy
from faststream.kafka import KafkaRouter

from services.notify.notices.handlers import handle_events
from shared.events.adjustments import OutlookChanged, ProposalChanged
from shared.events.keys import KeyChanged
from shared.events.plans import ReferenceEvent
from shared.events.progress import ProgressChanged
from shared.events.rollups import RollUpChanged
from shared.events.topics import KEYS, PROGRESS, REFERENCE, ROLLUPS
from shared.runtime.auth.key_ring import keep_keys
from shared.runtime.clock import Clock
from shared.runtime.kafka.middlewares import POLL_MS, Connection, raw

GROUP: Final = "notify"
KEYS_GROUP: Final = "notify-keys"  # its own, so that nothing delays a revocation


def subscribers(*, clock: Clock, settling: timedelta) -> KafkaRouter:
    """Return notify's subscribers; what stands around their handlers is in `shared/runtime/kafka/middlewares.py`."""
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
        PROGRESS.name,
        ROLLUPS.name,
        batch=True,
        group_id=GROUP,
        title=GROUP,
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        batch_timeout_ms=POLL_MS,
        fetch_max_wait_ms=POLL_MS,
        max_records=1_000,
    )
    async def on_progress(
        batch: list[ReferenceEvent | ProgressChanged | RollUpChanged | OutlookChanged | ProposalChanged],
        connection: Connection,
    ) -> None:
        """Keep what is announced, and decide who is due what."""
        await handle_events(batch, connection=connection, settling=settling, now=clock.now())

    return router
