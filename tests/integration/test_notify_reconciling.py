"""Lost answers, killed senders, two senders: where mails end is asked, nothing is lost and nothing is sent twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.events.vocabulary import Standing
from tests.integration.notify_province import FaultyRelay, Province, a_faulty_relay, a_province
from tests.support import mailbox
from tests.support.containers import no_container
from tests.support.requirements import skip_or_fail
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    progress_changed,
)

LAGGING = {EMAIL: Standing.LAGGING}


@pytest.fixture
async def province(make_database: Callable[[str], Awaitable[str]], tmp_path: Path) -> AsyncIterator[Province]:
    async with a_province(make_database, tmp_path) as given:
        yield given


@pytest.fixture
async def relay(province: Province) -> AsyncIterator[FaultyRelay]:
    async with a_faulty_relay(province) as given:
        yield given


@pytest.mark.parametrize("fault", ["loses", "hangs"])
async def test_a_lost_answer_is_asked_about_and_never_sent_twice(
    province: Province, relay: FaultyRelay, fault: str
) -> None:
    await province.knows_the_plan()
    setattr(relay, fault, 1)
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    await province.sends(relay.url)
    assert (await province.states())["lag", "unknown", "answer-lost"] == 1
    await province.reconciles()
    await province.sends(relay.url)
    assert await province.states() == {("lag", "accepted", None): 2}
    assert len(province.mails()) == relay.offered == 2


async def test_a_mail_that_was_lost_with_the_answer_is_sent_once_more(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.loses, relay.is_storing = 1, False
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    await province.reconciles(reconcile_seconds=3_600)
    assert (await province.states())["lag", "unknown", "answer-lost"] == 1  # the relay may still be storing it
    await province.reconciles()
    relay.is_storing = True
    await province.sends(relay.url)
    assert await province.states() == {("lag", "accepted", None): 1}
    assert (len(province.mails()), relay.offered) == (1, 2)


async def test_without_anybody_to_ask_a_lost_answer_stays_unknown(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.loses = 1
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url, sent_mail_url=None)
    await asyncio.sleep(0.06)
    await province.reconciles(sent_mail_url=None)
    await province.sends(relay.url, sent_mail_url=None)
    assert await province.states() == {("lag", "unknown", "answer-lost"): 1}
    assert relay.offered == 1


async def test_where_mails_end_away_nothing_is_decided(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.loses = 1
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    await asyncio.sleep(0.06)
    for away in ("http://127.0.0.1:9/api/email", "maildir:/nowhere/at/all"):
        await province.reconciles(sent_mail_url=away)
    assert await province.states() == {("lag", "unknown", "answer-lost"): 1}


async def test_a_sender_killed_between_its_claim_and_its_record_is_asked_about(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    killed = province.sender(province.catcher.url, send_lease_seconds=0.05)
    first = await killed.queue.next_notice(now=province.clock.now())
    second = await killed.queue.next_notice(now=province.clock.now())
    assert first is not None
    assert second is not None
    await killed.offer(first)  # the relay took it, and we were killed before we could write that down
    assert (await province.states())["lag", "sending", None] == 2
    await asyncio.sleep(0.06)
    await province.reconciles()
    await asyncio.sleep(0.06)
    await province.reconciles()
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 2}
    assert len(province.mails()) == 2


async def test_a_real_catcher_is_asked_whether_it_has_the_mail(province: Province) -> None:
    if reason := no_container(mailbox.IMAGE):
        skip_or_fail("containers", reason)
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    async with mailbox.maildev() as box:
        asked = {"sent_mail_url": f"{box._web_url}/api/email"}
        killed = province.sender(box.smtp_url, send_lease_seconds=0.05, **asked)
        first, second = [await killed.queue.next_notice(now=province.clock.now()) for _ in range(2)]
        assert first is not None
        assert second is not None
        await killed.offer(first)
        await asyncio.sleep(0.06)
        await province.reconciles(**asked)
        assert (await province.states())["lag", "accepted", None] == 1
        await asyncio.sleep(0.06)
        await province.reconciles(**asked)
        await province.sends(box.smtp_url, **asked)
        assert len(await box.mails()) == 2
    assert await province.states() == {("lag", "accepted", None): 2}


async def test_a_slow_relay_keeps_its_lease(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.hangs = 1
    await province.hears(progress_changed(standings=LAGGING))
    sending = asyncio.create_task(province.sends(relay.url, send_lease_seconds=2, smtp_data_timeout_seconds=3))
    until = time.monotonic() + 2.6  # longer than the lease, shorter than the relay hangs
    while time.monotonic() < until:
        await asyncio.sleep(0.1)
        await province.reconciles()
        assert set(await province.states()) <= {("lag", "sending", None), ("lag", "queued", None)}
    await sending
    assert await province.states() == {("lag", "unknown", "answer-lost"): 1}


async def test_two_senders_send_nothing_twice(province: Province) -> None:
    await province.knows_contacts(
        *(f"{LAC_DUONG},officer,Officer {number},officer-{number}@x.example,en" for number in range(60))
    )
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await asyncio.gather(*(province.sends() for _ in range(3)))
    assert await province.states() == {("lag", "accepted", None): 60}
    assert len({mail["Message-ID"] for mail in province.mails()}) == len(province.mails()) == 60


@pytest.mark.parametrize("count", [pytest.param(25), pytest.param(1000, marks=pytest.mark.long)])
async def test_lost_answers_without_end_make_no_duplicate_and_lose_nothing(
    province: Province, relay: FaultyRelay, count: int
) -> None:
    await province.knows_contacts(
        *(f"{LAC_DUONG},officer,Officer {number},officer-{number}@x.example,vi" for number in range(count))
    )
    await province.knows_the_plan()
    relay.loses = count
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    await province.reconciles()
    await province.sends(relay.url)
    assert await province.states() == {("lag", "accepted", None): count}
    assert len({mail["Message-ID"] for mail in province.mails()}) == len(province.mails()) == count
