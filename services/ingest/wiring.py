"""Wires ingest."""

from collections.abc import Sequence
from typing import Final

from services.ingest.files.api import FilesApi
from services.ingest.plans.api import plans_router
from services.ingest.register.api import RegisterApi
from services.ingest.register.refused import RefusedAttempts
from services.ingest.reviews.api import reviews_router
from services.ingest.settings import Settings
from services.ingest.submissions.api import SubmissionsApi
from services.ingest.submissions.cache import RegistryCache
from services.ingest.submissions.group_commit import GroupCommit
from services.ingest.submissions.handlers import Outcome, accept_submissions
from services.ingest.submissions.model import Filing
from services.ingest.tables import SCHEMA
from shared.events import topics
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.producer import Producer
from shared.runtime.outbox import Relay
from shared.runtime.process.service import Service

_ABOUT: Final = About(
    "tiếp nhận, kiểm tra và lưu giữ báo cáo của các cơ quan",
    "takes the agencies' submissions, checks and keeps them",
)


def build(*, settings: Settings, clock: Clock, database: Database) -> Service:
    """Return ingest, wired on an open database but not yet running."""
    producer = Producer(settings.kafka_bootstrap_servers, topic_prefix=settings.kafka_topic_prefix)
    # Keys go first: behind a backlog, a revoked key would stay in force in other services.
    relay = Relay(service="ingest", database=database, producer=producer, first=topics.KEYS)

    async def commit(batch: Sequence[Filing]) -> Sequence[Outcome]:
        async with database.transaction() as connection:
            outcomes = await accept_submissions(batch, connection=connection, now=clock.now())
        relay.wake()
        return outcomes

    commits = GroupCommit(commit)
    guard = Guard(KeyRing(database, pepper=settings.key_pepper, clock=clock))
    registry = RegistryCache(database)
    api = SubmissionsApi(clock=clock, database=database, guard=guard, registry=registry, commits=commits)
    attempts = RefusedAttempts(database=database, clock=clock)
    register = RegisterApi(clock=clock, database=database, guard=guard, registry=registry)
    reviews = reviews_router(clock=clock, database=database, guard=guard, registry=registry, on_decided=relay.wake)
    files = FilesApi(clock=clock, database=database, guard=guard, registry=registry, on_filed=relay.wake)
    return Service(
        name=SCHEMA.service,
        about=_ABOUT,
        clock=clock,
        database=database,
        schema=SCHEMA,
        producer=producer,
        relay=relay,
        routers=[
            api.router(),
            register.router(),
            plans_router(database=database, guard=guard),
            reviews,
            files.router(),
        ],
        busy={("POST", "/v1/submissions"): attempts.watched(api.post_submission)},
        background=[commits.run, attempts.run],
        needs_kafka=False,  # a submission is accepted once it is committed; its event leaves when Kafka is back
    )
