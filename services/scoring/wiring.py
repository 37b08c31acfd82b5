"""Puts scoring together."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from services.scoring import routes
from services.scoring.adjustments.handlers import put_in_force
from services.scoring.periods.backlog import Backlog
from services.scoring.periods.schedule import Closing
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.handlers import judge_submissions, learn_reference
from services.scoring.settings import Settings
from services.scoring.tables import SCHEMA
from shared.events import topics
from shared.events.plans import PlanPublished
from shared.events.submissions import SubmissionEvent
from shared.runtime.auth.key_ring import KeyRing, keep_keys
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.batches import Apply
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.producer import Producer
from shared.runtime.outbox import Relay
from shared.runtime.process.service import Service

_ABOUT: Final = About(
    "đánh giá từng chỉ tiêu; số liệu theo cơ quan, theo kỳ và theo cấp",
    "judges each indicator; figures by agency, period and level",
)
SUBMISSIONS_GROUP: Final = "scoring-submissions"
REFERENCE_GROUP: Final = "scoring-reference"
KEYS_GROUP: Final = "scoring-keys"  # its own, so that nothing delays a revocation
_LANES: Final = 2  # while the database keeps what one judged, the other judges; agencies of two partitions share no row
_AT_ONCE: Final = 2_000  # submissions in a transaction: what each transaction costs is shared by twice as many


def build(*, settings: Settings, clock: Clock, database: Database) -> Service:
    """Return scoring, wired on an open database but not yet running."""
    producer = Producer(settings.kafka_bootstrap_servers, topic_prefix=settings.kafka_topic_prefix)
    relay = Relay(service="scoring", database=database, producer=producer)
    cache: PlanCache = {}
    work = partial(UnitOfWork, cache=cache)
    guard = Guard(KeyRing(database, pepper=settings.key_pepper, clock=clock))

    async def on_submissions(connection: Any, events: Sequence[topics.AnyEvent]) -> None:
        submissions = [event for event in events if isinstance(event, SubmissionEvent)]
        await judge_submissions(submissions, work=work(connection), now=clock.now())

    async def on_reference(connection: Any, events: Sequence[topics.AnyEvent]) -> None:
        unit = work(connection)
        await learn_reference(events, work=unit, now=clock.now())
        await put_in_force({event.data.plan for event in events if isinstance(event, PlanPublished)}, work=unit)

    def consumer(topic: topics.Topic, group: str, apply: Apply, **batches: int) -> Consumer:
        return Consumer(
            topics=[topic],
            group=group,
            **batches,
            database=database,
            producer=producer,
            bootstrap_servers=settings.kafka_bootstrap_servers,
            topic_prefix=settings.kafka_topic_prefix,
            apply=apply,
            on_applied=relay.wake,
        )

    backlog = Backlog(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        topic=settings.kafka_topic_prefix + topics.SUBMISSIONS.name,
        group=settings.kafka_topic_prefix + SUBMISSIONS_GROUP,
    )
    closing = Closing(
        database=database,
        clock=clock,
        work=work,
        is_worked_off=backlog.is_worked_off,
        on_closed=relay.wake,
        pause_seconds=settings.closing_pause_seconds,
    )
    return Service(
        name=SCHEMA.service,
        about=_ABOUT,
        clock=clock,
        database=database,
        schema=SCHEMA,
        producer=producer,
        relay=relay,
        consumers=[
            consumer(topics.KEYS, KEYS_GROUP, keep_keys),
            consumer(topics.REFERENCE, REFERENCE_GROUP, on_reference),
            consumer(topics.SUBMISSIONS, SUBMISSIONS_GROUP, on_submissions, lanes=_LANES, at_once=_AT_ONCE),
        ],
        routers=[routes.router(database=database, cache=cache, guard=guard, clock=clock)],
        background=[closing.run],
        outages=[closing.outage],
    )
