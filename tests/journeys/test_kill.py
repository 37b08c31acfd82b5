"""Each of the three processes is killed by SIGKILL while agencies keep filing: nothing is lost, no mail comes twice."""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.support.books import lost_or_doubled_filings, lost_or_doubled_mails
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.fleets import fleet
from tests.support.province import Province, communes

KILLED_TOGETHER: Final = (("ingest",), ("notify", "scoring"))


async def _keep_correcting(province: Province, agencies: Sequence[str], *, is_over: asyncio.Event) -> None:
    """File for one agency after the other, and again, until it is over; whoever gets no answer repeats."""
    for number in itertools.count():
        if is_over.is_set():
            return
        agency = agencies[number % len(agencies)]
        await province.file_until_told(agency, "2014-03", pct=2, idempotency_key=f"{agency}-{number}")
        await asyncio.sleep(0.2)


async def _file_once(province: Province, agencies: Sequence[str]) -> None:
    for agency in agencies:
        await province.file_until_told(agency, "2014-03", pct=1, idempotency_key=agency)


@pytest.mark.parametrize(("count", "rounds"), [(12, 1), pytest.param(96, 8, marks=pytest.mark.long)])
async def test_nothing_is_lost_and_no_mail_comes_twice_when_each_process_is_killed(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path: Path, count: int, rounds: int
) -> None:
    async with fleet(any_kafka, directory=tmp_path, make_database=make_database, told=count) as running:
        agencies = communes(sorted(running.province.keys))
        told, untold = agencies[:count], agencies[count:]
        is_over = asyncio.Event()
        correcting = asyncio.ensure_future(_keep_correcting(running.province, untold, is_over=is_over))
        killed = KILLED_TOGETHER * rounds
        for number, services in enumerate(killed):
            filing = asyncio.ensure_future(_file_once(running.province, told[number :: len(killed)]))
            await running.another_mail_arrives()
            await running.kill_and_restart(services)
            await filing
        is_over.set()
        await correcting
        await running.comes_to_rest()
        mails = await running.mailbox.mails()
        assert await lost_or_doubled_filings(running.ask, running.province.told) == []
        assert await lost_or_doubled_mails(running.ask, mails) == []
        assert sorted(mail.agency for mail in mails if (mail.kind, mail.period) == ("lag", "2014-03")) == told
        # Otherwise notify was not killed between a mail's last byte and the answer, and this proves less than it says.
        assert await running.ask("notify", "select 1 from notice where detail = 'found where mails end'")
