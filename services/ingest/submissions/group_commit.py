"""Group commit: while one transaction is on its way the next batch gathers, so requests share the cost of a flush."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from prometheus_client import Histogram

from services.ingest.submissions.handlers import Outcome
from services.ingest.submissions.model import Filing, Receipt

_WRITERS: Final = 2
_MOST_IN_BATCH: Final = 500

BATCH = Histogram(
    "tiendo_ingest_commit_batch", "Submissions that shared one commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)

Answer = asyncio.Future[Outcome]
Commit = Callable[[Sequence[Filing]], Awaitable[Sequence[Outcome]]]


@dataclass
class _Pending:
    """A filing in a batch with the requests that wait for it: the first, and its retries."""

    filing: Filing
    first: Answer
    retries: list[Answer] = field(default_factory=list)

    def resolve(self, outcome: Outcome) -> None:
        """Answer the first request, and its retries with the same receipt, marked as replayed."""
        _resolve(self.first, outcome)
        for retry in self.retries:
            _resolve(retry, replace(outcome, is_replay=True) if isinstance(outcome, Receipt) else outcome)

    def fail(self, error: Exception) -> None:
        """Let every waiting request fail with the error of its commit."""
        for answer in (self.first, *self.retries):
            if not answer.done():
                answer.set_exception(error)


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
                outcomes = await self._commit([pending.filing for pending in batch])
            except Exception as error:  # noqa: BLE001  every waiting request is given the error of its commit
                for pending in batch:
                    pending.fail(error)
            else:
                for pending, outcome in zip(batch, outcomes, strict=True):
                    pending.resolve(outcome)

    def _next_batch(self) -> list[_Pending]:
        """Take what waits; an Idempotency-Key that came with another body is left for the next batch to refuse."""
        batch: list[_Pending] = []
        other_bodies: list[tuple[Filing, Answer]] = []
        by_key: dict[tuple[str, str], _Pending] = {}
        while self._waiting and len(batch) < _MOST_IN_BATCH:
            filing, answer = self._waiting.popleft()
            if answer.done():  # the client went away
                continue
            key = (filing.filed_by, filing.idempotency_key) if filing.idempotency_key else None
            first = by_key.get(key) if key else None
            if first is None:
                pending = _Pending(filing, answer)
                batch.append(pending)
                if key:
                    by_key[key] = pending
            elif first.filing.draft.request_hash == filing.draft.request_hash:
                first.retries.append(answer)
            else:
                other_bodies.append((filing, answer))
        self._waiting.extendleft(reversed(other_bodies))
        return batch


def _resolve(answer: Answer, outcome: Outcome) -> None:
    if not answer.done():
        answer.set_result(outcome)
