"""Group commit: while one transaction is on its way the next batch gathers, so requests share the cost of a flush."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from prometheus_client import Histogram

from services.ingest.submissions.handlers import Outcome
from services.ingest.submissions.model import Filing

_WRITERS: Final = 2
_MOST_IN_BATCH: Final = 500

BATCH = Histogram(
    "tiendo_ingest_commit_batch", "Submissions that shared one commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)

Answer = asyncio.Future[Outcome]
Commit = Callable[[Sequence[Filing]], Awaitable[Sequence[Outcome]]]


class GroupCommit:
    """Gathers the filings of concurrent requests and commits them together."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._waiting: deque[tuple[Filing, Answer]] = deque()
        self._arrived = asyncio.Event()

    async def accept(self, filing: Filing) -> Outcome:
        """Return the receipt of a filing, or its fault, once its transaction is committed.

        Raises:
            OSError, asyncpg errors: the database did not take it; whether it was stored is unknown to the client.
        """
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((filing, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Commit batches until cancelled."""
        async with asyncio.TaskGroup() as writers:
            for _ in range(_WRITERS):
                writers.create_task(self._write())

    async def _write(self) -> None:
        while True:
            batch = self._next_batch()
            if not batch:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            BATCH.observe(len(batch))
            try:
                outcomes = await self._commit([filing for filing, _ in batch])
            except Exception as error:  # noqa: BLE001  every waiting request is given the error of its commit
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for (_, answer), outcome in zip(batch, outcomes, strict=True):
                    if not answer.done():
                        answer.set_result(outcome)

    def _next_batch(self) -> list[tuple[Filing, Answer]]:
        """Take what waits; of an Idempotency-Key the first, whose receipt the next batch finds for the others."""
        batch: list[tuple[Filing, Answer]] = []
        repeated: list[tuple[Filing, Answer]] = []
        keys: set[tuple[str, str]] = set()
        while self._waiting and len(batch) < _MOST_IN_BATCH:
            filing, answer = self._waiting.popleft()
            if answer.done():  # the client went away
                continue
            key = (filing.filed_by, filing.idempotency_key) if filing.idempotency_key else None
            if key in keys:
                repeated.append((filing, answer))
                continue
            batch.append((filing, answer))
            if key:
                keys.add(key)
        self._waiting.extendleft(reversed(repeated))
        return batch
