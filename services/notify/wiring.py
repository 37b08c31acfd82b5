"""Wires notify."""

from datetime import timedelta
from typing import Final

from services.notify.digests.schedule import Schedule
from services.notify.mail.api import preview_url, previews_router
from services.notify.mail.mime import SenderIdentity
from services.notify.mail.queue import MailQueue
from services.notify.mail.reconciler import Reconciler, sent_mail
from services.notify.mail.sender import MailSender
from services.notify.mail.smtp import Relay, SmtpClient
from services.notify.notices.api import notices_router
from services.notify.settings import Settings
from services.notify.subscribers import subscribers
from services.notify.tables import SCHEMA
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.auth.links import Links
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.member import members_of
from shared.runtime.kafka.producer import Producer
from shared.runtime.process.service import Service

_ABOUT: Final = About(
    "gửi thư cho cơ quan chậm tiến độ, chưa báo cáo, đã khắc phục, và bản tổng hợp",
    "sends the mails: lag, overdue, recovered, and the digest",
)


def build(*, settings: Settings, clock: Clock, database: Database) -> Service:
    """Return notify, wired on an open database but not yet running."""
    producer = Producer(settings.kafka_bootstrap_servers, topic_prefix=settings.kafka_topic_prefix)
    sender = mail_sender(settings=settings, clock=clock, database=database)
    guard = Guard(KeyRing(database, pepper=settings.key_pepper, clock=clock))
    settling = timedelta(hours=settings.lag_settling_hours)
    schedule = Schedule(database, clock=clock, settling=settling, on_queued=sender.wake)

    def wake() -> None:
        sender.wake()
        schedule.wake()

    return Service(
        name=SCHEMA.service,
        about=_ABOUT,
        clock=clock,
        database=database,
        schema=SCHEMA,
        producer=producer,
        members=members_of(
            subscribers(clock=clock, settling=settling), database=database, producer=producer, on_committed=wake
        ),
        routers=[
            notices_router(database=database, clock=clock, guard=guard),
            previews_router(
                database=database,
                clock=clock,
                guard=guard,
                links=Links(settings.key_pepper),
                accepts_replies=settings.mail_reply_to is not None,
            ),
        ],
        background=[sender.run, schedule.run],
        outages=[sender.outage, schedule.outage],
    )


def mail_sender(*, settings: Settings, clock: Clock, database: Database) -> MailSender:
    """Return the loop that sends mail, on an open database."""
    identity = SenderIdentity(settings.mail_from, reply_to=settings.mail_reply_to)
    lease = timedelta(seconds=settings.send_lease_seconds)
    links = Links(settings.key_pepper)
    return MailSender(
        queue=MailQueue(database, lease=lease, retry_first=timedelta(seconds=settings.retry_first_seconds)),
        reconciler=Reconciler(
            database,
            sent_mail=sent_mail(settings.sent_mail_url),
            domain=identity.domain,
            settle=timedelta(seconds=settings.reconcile_seconds),
        ),
        client=SmtpClient(
            Relay.of(settings.smtp_url),
            timeout_seconds=settings.smtp_timeout_seconds,
            data_timeout_seconds=settings.smtp_data_timeout_seconds,
        ),
        identity=identity,
        preview_url=lambda notice, now: preview_url(settings.public_url, notice, links=links, now=now),
        lease=lease,
        clock=clock,
    )
