"""A replay on the whole system: who hears of it, who does not hear again, and every topic read again from its start."""

from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest

from services.ingest.plans.cli import load_plan
from tests.support.brokers import TestKafka
from tests.support.commands import typed
from tests.support.databases import DatabaseMaker
from tests.support.fleets import Fleet, fleet
from tests.support.mailbox import ArrivedMail
from tests.support.province import PLAN, PLANS, communes
from tests.support.waiting import until

PAST: Final = 2  # periods that are over and due when the rehearsal begins
MIDDLING: Final = 20  # of 90 % at the year's end: at risk in March
REPORTED_BY: Final = "    reported_by: {kinds: [department, centre, city, district, commune, ward, township]}\n"
STANDINGS: Final = (
    "select agency, period, sequence, standing, plan_version, convert_from(event, 'utf8') as event"
    " from current_progress order by 1, 2"
)


async def _expects(running: Fleet, percent: int, *, version: int, folder: Path) -> None:
    """Publish a version of the plan that expects so much use of official e-mail by the end of March."""
    changed = copytree(PLANS / PLAN, folder / f"version-{version}" / PLAN) / "plan.yaml"
    milestone = f"    milestones:\n      - {{on: 2014-03-31, value: {percent}, basis: assumed}}\n"
    changed.write_text(changed.read_text().replace(REPORTED_BY, milestone + REPORTED_BY, 1))
    loaded = await load_plan(changed.parent, database=running.databases["ingest"], clock=running.clock)
    assert loaded.version == version

    async def is_known() -> bool:
        return bool(await running.ask("scoring", "select 1 from plan_version where version = $1", version))

    await until(is_known, f"scoring knows version {version}")


async def _replayed(running: Fleet, *, version: int) -> str:
    """Replay March by this version, announce what changes, and return what the command said last."""
    which = (PLAN, "--from", "2014-03", "--to", "2014-03", "--plan-version", str(version), "--announce")
    status, said, _ = await typed("replay", *which, DATABASE_URL=running.databases["scoring"].url)
    assert status == 0
    await running.comes_to_rest()
    return said.splitlines()[-1]


async def _mails(running: Fleet) -> list[ArrivedMail]:
    await running.comes_to_rest()
    return await running.mailbox.mails()


async def _standings(running: Fleet) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await running.ask("scoring", STANDINGS)]


@pytest.mark.parametrize("is_remembered", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_only_who_newly_lags_hears_of_a_replay_and_reading_all_again_tells_nobody(
    any_kafka: TestKafka,
    make_database: DatabaseMaker,
    tmp_path: Path,
    is_remembered: bool,  # noqa: FBT001  pytest passes it by name
) -> None:
    async with fleet(any_kafka, directory=tmp_path, make_database=make_database, told=6) as running:
        middling, lagging, good = communes(sorted(running.province.keys))[:3]
        for agency, pct in ((middling, MIDDLING), (lagging, 1), (good, 100)):
            assert (await running.province.file(agency, "2014-03", pct=pct)).status == 202

        async def is_past_closed() -> bool:  # who was silent in January and February is told that first
            return len(await running.ask("scoring", "select 1 from period_close")) == PAST

        await until(is_past_closed, "January and February are closed")
        mails = await _mails(running)
        assert [(mail.agency, mail.kind) for mail in mails if mail.period == "2014-03"] == [(lagging, "lag")]

        # Other figures, no other standing: nobody is written to, who was told of its lag neither.
        await _expects(running, 25, version=2, folder=tmp_path)
        assert await _replayed(running, version=2) == "3 announced"
        assert {row[4] for row in await _standings(running) if row[1] == "2014-03"} == {2}
        assert await _mails(running) == mails

        # Who lags only now is told once.
        await _expects(running, 60, version=3, folder=tmp_path)
        assert await _replayed(running, version=3) == "3 announced"
        newly = [mail for mail in await _mails(running) if mail not in mails]
        assert [(mail.agency, mail.kind) for mail in newly] == [(middling, "lag")]

        # Once more, and all topics from their beginning, with or without what consumers remember to have applied.
        standings, mails = await _standings(running), await _mails(running)
        assert await _replayed(running, version=3) == "0 announced"
        for service in () if is_remembered else ("scoring", "notify"):
            await running.ask(service, "truncate inbox")
        await running.read_again()
        assert await _standings(running) == standings
        assert await _mails(running) == mails
