"""The whole way on every broker there is: plan, key, submission over HTTP, standing, notice, mail in the mailbox."""

from collections.abc import AsyncIterator

import pytest

from services.ingest.republishing import republish
from services.scoring import republishing
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.groups import READING
from tests.support.mailbox import ArrivedMail, sent_twice
from tests.support.province import BAD_PCT, LEAD, communes
from tests.support.systems import Rehearsal, rehearsal
from tests.support.waiting import until

SUBSCRIBERS = 2  # of its digest, in contacts.csv


@pytest.fixture(scope="module")
async def lived(
    kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    async with rehearsal(kafka, directory=tmp_path_factory.mktemp("system"), make_database=make_database) as running:
        yield running


def _of(mails: list[ArrivedMail], agency: str, period: str | None = None) -> list[str]:
    return [mail.kind for mail in mails if mail.agency == agency and (period is None or mail.period == period)]


async def test_an_agency_is_told_from_its_filing_to_the_digest_once_each(lived: Rehearsal) -> None:
    good, lagging, silent, late = communes(sorted(lived.province.keys))[:4]
    before = len(await lived.mailbox.mails())

    # Within the time: who lags is told at once, who does not is left in peace.
    for agency, pct in ((good, 100), (lagging, BAD_PCT)):
        told = await lived.province.file(agency, "2014-03", pct=pct)
        assert (told.status, told.receipt["revision"]) == (202, 1)
    await lived.comes_to_rest()
    mails = (await lived.mailbox.mails())[before:]
    assert [(mail.agency, mail.kind) for mail in mails] == [(lagging, "lag")]
    assert "Cán bộ, công chức thường xuyên sử dụng thư điện tử công vụ" in mails[0].text
    assert "DIỄN TẬP" in mails[0].text.upper()
    assert mails[0].is_synthetic
    assert "MÔ PHỎNG" in mails[0].text.upper()

    # The day after the due date: silence is told, lag is not told again.
    await lived.time_passes_to("2014-04-08T09:00", periods_closed=["2014-03"])
    mails = await lived.mailbox.mails()
    assert _of(mails, silent, "2014-03") == ["overdue"]
    assert _of(mails, late, "2014-03") == ["overdue"]
    assert _of(mails, lagging, "2014-03") == ["lag"]
    assert _of(mails, good, "2014-03") == []

    # A correction and a late filing: both are back, and hear so.
    for agency in (lagging, late):
        assert (await lived.province.file(agency, "2014-03")).status == 202
    await lived.comes_to_rest()
    mails = await lived.mailbox.mails()
    assert _of(mails, lagging, "2014-03") == ["lag", "recovered"]
    assert _of(mails, late, "2014-03")[-1] == "recovered"

    # A minute later the roll-up has counted both, and the digest goes to each of the lead agency's subscribers, once.
    await lived.time_passes_to("2014-04-08T09:02", periods_closed=["2014-03"])

    async def is_digest_decided() -> bool:
        return bool(await lived.ask("notify", "select 1 from notice where kind = 'digest' and period = '2014-03'"))

    await until(is_digest_decided, "the digest of March is written")
    await lived.comes_to_rest()
    mails = await lived.mailbox.mails()
    digests = [mail for mail in mails if mail.kind == "digest" and mail.period == "2014-03"]
    assert {mail.agency for mail in digests} == {LEAD}
    assert len({mail.recipient for mail in digests}) == len(digests) == SUBSCRIBERS
    assert sent_twice(mails) == []


async def test_every_notice_that_was_due_has_an_outcome_and_its_mail(lived: Rehearsal) -> None:
    await lived.comes_to_rest()
    notices = await lived.ask("notify", "select id, state, reason from notice")
    accepted = {f"<n.{row['id']}@tiendo.example>" for row in notices if row["state"] == "accepted"}
    assert {mail.message_id for mail in await lived.mailbox.mails()} == accepted
    is_over = [row["state"] in {"accepted", "skipped"} or row["reason"] == "no-recipient" for row in notices]
    assert all(is_over), notices


async def test_a_retry_with_the_same_idempotency_key_changes_nothing(lived: Rehearsal) -> None:
    agency = communes(sorted(lived.province.keys))[5]
    first = await lived.province.file(agency, "2014-03", idempotency_key="one")
    again = await lived.province.file(agency, "2014-03", idempotency_key="one")
    assert (again.status, again.receipt) == (first.status, first.receipt)
    await lived.comes_to_rest()
    assert len(await lived.ask("ingest", "select 1 from submission where agency = $1", agency)) == 1


async def test_everything_published_again_changes_no_standing_and_sends_no_mail(lived: Rehearsal) -> None:
    await lived.comes_to_rest()
    question = "select agency, period, sequence, standing from current_progress order by 1, 2"
    standings, mails = await lived.ask("scoring", question), await lived.mailbox.mails()
    assert await republish(database=lived.system.database("ingest")) > 0
    assert await republishing.republish(lived.system.database("scoring")) > 0
    await lived.comes_to_rest()
    assert await lived.ask("scoring", question) == standings
    assert [mail.message_id for mail in await lived.mailbox.mails()] == [mail.message_id for mail in mails]


async def test_every_group_is_waited_for(lived: Rehearsal) -> None:
    prefix = lived.system.topic_prefix
    members = [each for service in lived.system.services for each in service.members]
    assert {each.group: each.topics for each in members} == {
        prefix + group: [prefix + topic.name for topic in read] for group, read in READING.items()
    }
