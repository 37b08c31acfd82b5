"""Keeps refused attempts to file, beside the requests: a refusal is answered whether or not the database is."""

import asyncio
import hashlib
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from fastapi import Request, Response
from prometheus_client import Counter

from services.ingest.register import store
from services.ingest.register.model import MOST_SENT_BYTES, RefusedAttempt
from shared.runtime.auth.key_ring import Holder
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.process.service import Endpoint

KEPT_FOR: Final = timedelta(days=90)
MOST_WAITING: Final = 256
MOST_A_DAY: Final = 200
"""Different attempts of one agency, so that a faulty program of its own does not fill the disk."""

_PAUSE_SECONDS: Final = 1.0  # between two writes: however many are refused, they cost one transaction a second
_LOOK_SECONDS: Final = 30.0  # between two looks whether a day has begun
_KEY: Final = re.compile(rb"key_(live|test)_\w+")

DROPPED = Counter("tiendo_refused_attempts_dropped_total", "Refused attempts that were not kept.", ["reason"])


class RefusedAttempts:
    """Gathers refused attempts in memory, bounded, and writes them in the background."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: dict[bytes, RefusedAttempt] = {}
        self._known: defaultdict[str, set[bytes]] = defaultdict(set)  # today's, by agency
        self._today = date.min
        self._swept_on = date.min
        self._wake = asyncio.Event()

    def watched(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint that does the same, each of whose refusals is noted."""

        async def watch(request: Request) -> Response:
            answer = await endpoint(request)
            if 400 <= answer.status_code < 500:  # noqa: PLR2004  what the client has to mend
                self.note(request, answer)
            return answer

        return watch

    def note(self, request: Request, answer: Response) -> None:
        """Note that a request was refused; where nobody's key came with it, it is nobody's attempt."""
        holder: Holder | None = getattr(request.state, "asker", None)
        if holder is None:
            return
        body: bytes = getattr(request.state, "body", b"")
        now = self._clock.now()
        if now.date() != self._today:
            self._today = now.date()
            self._known.clear()
        digest = hashlib.sha256(
            b"\0".join((str(self._today).encode(), holder.key.encode(), answer.body, body))
        ).digest()
        if (same := self._waiting.get(digest)) is not None:
            self._waiting[digest] = replace(same, times=same.times + 1)
            return
        if len(self._waiting) >= MOST_WAITING:
            DROPPED.labels("queue-full").inc()
            return
        known = self._known[holder.agency]
        if digest not in known and len(known) >= MOST_A_DAY:
            DROPPED.labels("too-many-a-day").inc()
            return
        known.add(digest)
        self._waiting[digest] = RefusedAttempt(
            digest=digest,
            key=holder.key,
            agency=holder.agency,
            refused_at=now,
            status=answer.status_code,
            sent=_KEY.sub(b"key_...", body[:MOST_SENT_BYTES]),
            sent_bytes=len(body),
            answer=bytes(answer.body),
        )
        self._wake.set()

    async def run(self) -> None:
        """Write what was noted, and once a day forget what is older than 90 days, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_SECONDS)
            self._wake.clear()
            try:
                await self.write()
            except TRANSIENT:
                self._wake.set()  # the database will be back; what is noted meanwhile is bounded
            await asyncio.sleep(_PAUSE_SECONDS)

    async def write(self) -> None:
        """Write what was noted, and forget what is too old where that was not done today.

        Raises:
            OSError, asyncpg errors: the database is away; nothing is lost.
        """
        batch, self._waiting = self._waiting, {}
        now = self._clock.now()
        try:
            async with self._database.session() as session:
                if batch:
                    await store.keep_refused(session, list(batch.values()))
                if now.date() != self._swept_on:
                    await store.forget_refused(session, before=now - KEPT_FOR)
        except TRANSIENT:
            for digest, later in self._waiting.items():
                same = batch.get(digest)
                batch[digest] = later if same is None else replace(same, times=same.times + later.times)
            self._waiting = batch
            raise
        except Exception:
            DROPPED.labels("not-stored").inc(len(batch))
            raise
        self._swept_on = now.date()
