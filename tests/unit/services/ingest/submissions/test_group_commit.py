"""Shared commits: concurrent filings go together, each gets its own answer, a failure is told to all of its batch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.ingest.submissions.events import accepted_event
from services.ingest.submissions.group_commit import GroupCommit
from services.ingest.submissions.handlers import Outcome
from services.ingest.submissions.model import Filing, Receipt
from tests.support.ingest_examples import draft


def filing(*, key: str | None = None, body: bytes = b"") -> Filing:
    sent = replace(draft(), request_hash=body)
    return Filing(uuid4(), sent, 1, "so-noi-vu", datetime(2014, 4, 3, tzinfo=UTC), key)


def receipt(accepted: Filing) -> Receipt:
    return Receipt(accepted_event(accepted, revision=1).data)


@asynccontextmanager
async def running(commit: Callable[[Sequence[Filing]], Awaitable[Sequence[Outcome]]]) -> AsyncIterator[GroupCommit]:
    commits = GroupCommit(commit)
    task = asyncio.create_task(commits.run())
    try:
        yield commits
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_filings_that_arrive_during_a_commit_share_the_next_one() -> None:
    sizes: list[int] = []
    is_committing, may_end = asyncio.Event(), asyncio.Event()

    async def commit(batch: Sequence[Filing]) -> Sequence[Outcome]:
        sizes.append(len(batch))
        is_committing.set()
        await may_end.wait()
        return [receipt(each) for each in batch]

    async with running(commit) as commits:
        early = [asyncio.create_task(commits.accept(filing())) for _ in range(2)]
        await is_committing.wait()
        late = [asyncio.create_task(commits.accept(filing())) for _ in range(50)]
        await asyncio.sleep(0)  # each of them runs until it waits
        may_end.set()
        await asyncio.gather(*early, *late)
    assert sum(sizes) == 52
    assert len(sizes) <= 4


async def test_each_request_gets_the_answer_to_its_own_filing() -> None:
    async def commit(batch: Sequence[Filing]) -> Sequence[Outcome]:
        await asyncio.sleep(0)
        return [receipt(each) for each in batch]

    async with running(commit) as commits:
        filings = [filing() for _ in range(200)]
        told = await asyncio.gather(*(commits.accept(each) for each in filings))
    assert [each.accepted.submission for each in told if isinstance(each, Receipt)] == [
        each.submission for each in filings
    ]


@pytest.mark.parametrize("bodies", [(b"one", b"two"), (b"one", b"one", b"one")])
async def test_an_idempotency_key_is_never_twice_in_one_commit(bodies: Sequence[bytes]) -> None:
    batches: list[list[bytes]] = []

    async def commit(batch: Sequence[Filing]) -> Sequence[Outcome]:
        batches.append([each.draft.request_hash for each in batch])
        await asyncio.sleep(0)
        return [receipt(each) for each in batch]

    async with running(commit) as commits:
        await asyncio.gather(*(commits.accept(filing(key="same", body=body)) for body in bodies))
    assert sorted(batches) == [[body] for body in bodies]


async def test_a_failed_commit_is_told_to_every_request_in_it_and_the_next_one_goes_on() -> None:
    failures = iter([ConnectionError("database away")])

    async def commit(batch: Sequence[Filing]) -> Sequence[Outcome]:
        if failure := next(failures, None):
            raise failure
        await asyncio.sleep(0)
        return [receipt(each) for each in batch]

    async with running(commit) as commits:
        with pytest.raises(ConnectionError):
            await commits.accept(filing())
        assert isinstance(await commits.accept(filing()), Receipt)
