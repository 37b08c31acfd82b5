"""What was filed is withdrawn and returned, from the request to the mail: then it counts as not filed."""

from collections.abc import AsyncIterator

import pytest

from services.ingest.persons.cli import issue_keys
from shared.events.vocabulary import Scope
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.province import BAD_PCT, LEAD, communes
from tests.support.systems import PEPPER, Rehearsal, rehearsal

_STANDING = (
    "select standing, revision, convert_from(event, 'utf8')::jsonb #>> '{data,ended,ending}' as ending"
    " from current_progress where agency = $1 and period = '2014-03'"
)


@pytest.fixture
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _standing(lived: Rehearsal, agency: str) -> tuple[object, ...]:
    (row,) = await lived.ask("scoring", _STANDING, agency)
    return row["standing"], row["revision"], row["ending"]


async def _mails(lived: Rehearsal, agency: str) -> list[str]:
    return [mail.kind for mail in await lived.mailbox.mails() if (mail.agency, mail.period) == (agency, "2014-03")]


async def test_what_was_withdrawn_or_returned_is_overdue_until_it_is_filed_again(lived: Rehearsal) -> None:
    withdrawing, returned = communes(sorted(lived.province.keys))[:2]
    clock, database = lived.system.clock, lived.system.database("ingest")
    admin = await issue_keys([LEAD], database=database, clock=clock, pepper=PEPPER, scopes=(Scope.ADMIN,))
    one = await lived.province.file(withdrawing, "2014-03", pct=BAD_PCT)
    other = await lived.province.file(returned, "2014-03")
    await lived.comes_to_rest()
    key = lived.province.keys[withdrawing]
    assert await lived.province.decide(one, "withdrawal", key=key, reason="Nhầm kỳ") == 200
    assert await lived.province.decide(other, "review", key=admin[LEAD], outcome="returned", reason="Sai mẫu số") == 200
    await lived.comes_to_rest()
    assert await _standing(lived, withdrawing) == ("awaited", None, "withdrawn")
    assert await _standing(lived, returned) == ("awaited", None, "returned")
    assert (await _mails(lived, withdrawing), await _mails(lived, returned)) == (["lag"], [])

    await lived.time_passes_to("2014-04-08T09:00", periods_closed=["2014-03"])
    assert await _standing(lived, withdrawing) == ("missing", None, "withdrawn")
    assert (await _mails(lived, withdrawing), await _mails(lived, returned)) == (["lag", "overdue"], ["overdue"])

    for agency in (withdrawing, returned):
        again = await lived.province.file(agency, "2014-03")
        assert again.receipt["revision"] == 2
    await lived.comes_to_rest()
    assert (await _standing(lived, returned))[1:] == (2, None)
    assert [(await _mails(lived, each))[-1] for each in (withdrawing, returned)] == ["recovered", "recovered"]
