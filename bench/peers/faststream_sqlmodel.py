"""A peer of scoring: FastStream and SQLModel, one message one transaction, rows merged one by one, then published."""

import asyncio
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.publisher import DefaultPublisher
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.peers.progress_documents import Documents
from bench.peers.scoring_rules import Rules
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Filing, Observation
from services.scoring.plans.translation import filing_of
from shared.events.submissions import SubmissionAccepted
from shared.runtime.clock import system_now


class ObservationRow(SQLModel, table=True):
    """What an agency reported of one indicator in a period."""

    __tablename__ = "peer_observation"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    revision: int
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    yes: bool | None
    note: str | None


class StandingRow(SQLModel, table=True):
    """How an agency stands with one indicator in a period."""

    __tablename__ = "peer_standing"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    standing: str
    reason: str
    attainment_ratio: Decimal | None


class FilingRow(SQLModel, table=True):
    """The submission that counts of an agency in a period, and how often its progress was announced."""

    __tablename__ = "peer_filing"

    plan: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    submission: UUID
    revision: int
    filed_at: datetime
    standing: str
    sequence: int


class Peer:
    """Judges one submission in one transaction and publishes what it came to."""

    def __init__(self, database_url: str, *, rules: Rules, publisher: DefaultPublisher) -> None:
        self.engine = create_async_engine(urlsplit(database_url)._replace(scheme="postgresql+asyncpg").geturl())
        self._rules = rules
        self._documents = Documents(rules)
        self._publisher = publisher

    async def make_tables(self) -> None:
        """Make the tables that are not there."""
        async with self.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)

    async def on_submission(self, event: SubmissionAccepted) -> None:
        """Judge, save and publish; a submission that counts less than what was judged is passed over."""
        filing = filing_of(event)
        judgements = self._rules.judge(filing)
        named = filing.key._asdict()
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            known = await session.get(FilingRow, named)
            if known is not None and (known.revision, known.submission) >= (filing.revision, filing.submission):
                return
            before = {row.indicator: row.standing for row in await session.exec(select(StandingRow).filter_by(**named))}
            for observation in filing.observations:
                await session.merge(_observation_row(filing, observation))
            for judgement in judgements:
                await session.merge(_standing_row(filing, judgement))
            announcement = self._documents.announcement(
                filing,
                judgements,
                correlation=event.correlationid,
                causation=str(event.id),
                sequence=known.sequence + 1 if known else 1,
                previous_standing=known.standing if known else None,
                changed=[each.indicator for each in judgements if before.get(each.indicator) != each.standing],
                now=system_now(),
            )
            await session.merge(
                FilingRow(
                    **named,
                    submission=filing.submission,
                    revision=filing.revision,
                    filed_at=filing.filed_at,
                    standing=announcement["data"]["standing"],
                    sequence=announcement["data"]["sequence"],
                )
            )
        await self._publisher.publish(announcement, key=filing.key.agency.encode())


def _observation_row(filing: Filing, observation: Observation) -> ObservationRow:
    return ObservationRow(
        **filing.key._asdict(),
        indicator=observation.indicator,
        revision=filing.revision,
        numerator=observation.numerator,
        denominator=observation.denominator,
        value=observation.value,
        yes=observation.yes,
        note=observation.note,
    )


def _standing_row(filing: Filing, judgement: Judgement) -> StandingRow:
    return StandingRow(
        **filing.key._asdict(),
        indicator=judgement.indicator,
        standing=judgement.standing,
        reason=judgement.reason,
        attainment_ratio=judgement.attainment_ratio,
    )


async def main() -> None:
    """Run until told to stop."""
    prefix: Final = os.environ["KAFKA_TOPIC_PREFIX"]
    broker = KafkaBroker(os.environ["KAFKA_BOOTSTRAP_SERVERS"], acks="all")
    peer = Peer(
        os.environ["DATABASE_URL"],
        rules=Rules(Path(os.environ["PEER_REFERENCE"])),
        publisher=broker.publisher(f"{prefix}progress"),
    )
    await peer.make_tables()
    broker.subscriber(
        f"{prefix}submissions",
        group_id=f"{prefix}scoring",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )(peer.on_submission)
    await FastStream(broker).run()
    await peer.engine.dispose()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
