"""Puts scoring together."""

from functools import partial
from typing import Final

from services.scoring import routes
from services.scoring.adjustments.schedule import AnnouncementSchedule
from services.scoring.periods.backlog import Backlog
from services.scoring.periods.schedule import Closing
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.settings import Settings
from services.scoring.subscribers import PARALLEL, SUBMISSIONS_GROUP, subscribers
from services.scoring.tables import SCHEMA
from shared.events import topics
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.member import members_of
from shared.runtime.kafka.producer import Producer
from shared.runtime.outbox import Relay
from shared.runtime.process.service import Service

_ABOUT: Final = About(
    "đánh giá từng chỉ tiêu; số liệu theo cơ quan, theo kỳ và theo cấp",
    "judges each indicator; figures by agency, period and level",
)


def build(*, settings: Settings, clock: Clock, database: Database) -> Service:
    """Return scoring, wired on an open database but not yet running."""
    producer = Producer(settings.kafka_bootstrap_servers, topic_prefix=settings.kafka_topic_prefix)
    relay = Relay(service="scoring", database=database, producer=producer)
    cache: PlanCache = {}
    work = partial(UnitOfWork, cache=cache)
    guard = Guard(KeyRing(database, pepper=settings.key_pepper, clock=clock))

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
    announcements = AnnouncementSchedule(
        database=database,
        clock=clock,
        work=work,
        on_announced=relay.wake,
        pause_seconds=settings.rollup_pause_seconds,
    )
    return Service(
        name=SCHEMA.service,
        about=_ABOUT,
        clock=clock,
        database=database,
        schema=SCHEMA,
        producer=producer,
        relay=relay,
        members=members_of(
            subscribers(clock=clock, cache=cache),
            database=database,
            producer=producer,
            on_committed=relay.wake,
            parallel=PARALLEL,
        ),
        routers=[routes.router(database=database, cache=cache, guard=guard, clock=clock)],
        background=[closing.run, announcements.run],
        outages=[closing.outage, announcements.outage],
    )
