"""Whatever the mail relay answers: every notice says what became of it, and nobody else's notice is burnt."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.events.vocabulary import Standing
from tests.integration.notify_province import FaultyRelay, Province, a_faulty_relay, a_province, drain
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    NAMES,
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


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "END"])
async def test_what_the_relay_puts_off_is_offered_again_later(
    province: Province, relay: FaultyRelay, verb: str
) -> None:
    await province.knows_the_plan()
    relay.answers[verb] = "451 later"
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    assert await province.states() == {("lag", "queued", None): 1}
    relay.answers[verb] = "250 ok"
    await asyncio.sleep(0.07)
    await province.sends(relay.url)
    assert await province.states() == {("lag", "accepted", None): 1}
    assert len(province.mails()) == 1


@pytest.mark.parametrize("verb", ["RCPT", "END"])
async def test_what_the_relay_refuses_for_good_is_not_offered_again(
    province: Province, relay: FaultyRelay, verb: str
) -> None:
    await province.knows_the_plan()
    relay.answers[verb] = "550 no such user"
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    relay.answers[verb] = "250 ok"
    await asyncio.sleep(0.07)
    await province.sends(relay.url)
    assert await province.states() == {("lag", "failed", "refused"): 1}


async def test_a_relay_that_bars_us_burns_no_notice(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.answers["MAIL"] = "550 not from you"
    await province.hears(*(progress_changed(agency, standings=LAGGING) for agency in NAMES))
    await province.sends(relay.url)
    assert await province.states() == {("lag", "queued", None): 4}
    assert relay.connections == 1  # the channel was closed at the first refusal
    relay.answers["MAIL"] = "250 ok"
    await province.sends(relay.url)
    assert await province.states() == {("lag", "accepted", None): 4}


async def test_a_relay_that_is_away_loses_nothing(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(*(progress_changed(agency, standings=LAGGING) for agency in NAMES))
    await province.sends("smtp://127.0.0.1:9")
    assert await province.states() == {("lag", "queued", None): 4}
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 4}


async def test_a_connection_the_relay_closed_between_mails_costs_nothing(
    province: Province, relay: FaultyRelay
) -> None:
    await province.knows_the_plan()
    sender = province.sender(relay.url)
    await province.hears(progress_changed(standings=LAGGING))
    await drain(sender)
    await relay.hang_up()
    await province.hears(progress_changed(DA_LAT, standings=LAGGING))
    await drain(sender)
    await sender.close()
    assert await province.states() == {("lag", "accepted", None): 2}


async def test_a_wrong_password_bars_us_and_burns_no_notice(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.answers |= {"EHLO": "250-faulty\r\n250 AUTH PLAIN", "AUTH": "535 wrong"}
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url.replace("smtp://", "smtp://user:wrong@"))
    async with province.database.transaction() as connection:
        row = await connection.fetchrow("select state, attempts, detail from notice")
    assert row is not None
    assert (row["state"], row["attempts"]) == ("queued", 0)
    assert "535" in row["detail"]
    assert "wrong@" not in row["detail"]


async def test_what_the_relay_puts_off_for_a_whole_day_is_given_up(province: Province, relay: FaultyRelay) -> None:
    await province.knows_the_plan()
    relay.answers["RCPT"] = "451 later"
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends(relay.url)
    async with province.database.transaction() as connection:
        await connection.execute("update notice set first_attempt_at = now() - interval '25 hours', retry_at = now()")
    await province.sends(relay.url)
    assert await province.states() == {("lag", "failed", "gave-up"): 1}


async def test_a_relay_away_for_a_whole_day_leaves_its_notices_to_a_person(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    for _ in range(2):
        await province.sends("smtp://127.0.0.1:9")
        async with province.database.transaction() as connection:
            await connection.execute("update notice set first_attempt_at = now() - interval '25 hours'")
    assert await province.states() == {("lag", "held", "channel-closed"): 1}


async def test_a_notice_that_cannot_be_written_is_held_and_the_others_go_out(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    async with province.database.transaction() as connection:
        await connection.execute("update notice set thread = E'a\nb' where agency = $1", LAC_DUONG)
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 1, ("lag", "held", "not-written"): 1}
    async with province.database.transaction() as connection:
        await connection.execute("update notice set thread = 'mended' where agency = $1", LAC_DUONG)
    assert await province.releases_held() == 1
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 2}
