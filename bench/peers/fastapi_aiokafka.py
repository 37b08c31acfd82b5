"""The peer of ingest: FastAPI and aiokafka, one `send_and_wait` with acks=all a request, no database."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field


class Observation(BaseModel):
    """One value of one indicator."""

    model_config = ConfigDict(extra="forbid")

    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    yes: bool | None = None
    note: str | None = None


class Submission(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid")

    plan: str
    period: str
    agency: str
    observations: Annotated[list[Observation], Field(min_length=1, max_length=500)]
    note: str | None = None
    is_synthetic: bool = False


class Receipt(BaseModel):
    """What the client is told."""

    submission: UUID
    status: str = "accepted"
    plan: str
    agency: str
    period: str
    received_at: datetime
    observation_count: int


class Accepted(BaseModel):
    """What goes to Kafka."""

    submission: UUID
    received_at: datetime
    data: Submission


def producer_of(request: Request) -> AIOKafkaProducer:
    """Return the producer that the lifespan started."""
    producer: AIOKafkaProducer = request.app.state.producer
    return producer


def application() -> FastAPI:
    """Return the application; uvicorn calls this, told the brokers and the topic by the environment."""
    topic = os.environ["PEER_TOPIC"]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.producer = AIOKafkaProducer(bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], acks="all")
        await app.state.producer.start()
        yield
        await app.state.producer.stop()

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    @app.post("/v1/submissions", status_code=202)
    async def post_submission(
        submission: Submission, producer: Annotated[AIOKafkaProducer, Depends(producer_of)]
    ) -> Receipt:
        receipt = Receipt(
            submission=uuid4(),
            plan=submission.plan,
            agency=submission.agency,
            period=submission.period,
            received_at=datetime.now(UTC),  # noqa: TID251  the peer is no part of the system and has no clock of ours
            observation_count=len(submission.observations),
        )
        event = Accepted(submission=receipt.submission, received_at=receipt.received_at, data=submission)
        await producer.send_and_wait(topic, event.model_dump_json().encode(), key=submission.agency.encode())
        return receipt

    return app
