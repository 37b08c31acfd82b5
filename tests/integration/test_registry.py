"""The registry is shared by all plans: a folder may add to it, and what contradicts it is refused whole."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from services.ingest.plans.cli import load_plan
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from tests.support.databases import DatabaseMaker
from tests.support.ingest import PLAN
from tests.support.outboxes import waiting

CLOCK = SteppedClock(datetime.fromisoformat("2014-04-03T09:00+07:00"))  # January and February are closed


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    database = Database(await make_database("ingest"))
    await database.open()
    await load_plan(PLAN, database=database, clock=CLOCK)
    yield database
    await database.close()


def folder(path: Path, *changes: tuple[str, str]) -> Path:
    """Return another plan's folder over the same agencies, with these changes of the registry's text."""
    other = path / "plan-b"
    shutil.copytree(PLAN, other)
    plan = (other / "plan.yaml").read_text(encoding="utf-8")
    (other / "plan.yaml").write_text(plan.replace("plan: lam-dong-2014", "plan: plan-b"), encoding="utf-8")
    text = (other / "agencies.csv").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (other / "agencies.csv").write_text(text, encoding="utf-8")
    return other


async def registered(database: Database) -> dict[str, str]:
    async with database.transaction() as connection:
        return {row["id"]: row["body"] for row in await connection.fetch("select id, body from agency")}


async def test_another_plan_with_other_dates_and_staff_changes_nothing_of_the_first(
    database: Database, tmp_path: Path
) -> None:
    before = await registered(database)
    line = next(
        each for each in (PLAN / "agencies.csv").read_text(encoding="utf-8").splitlines() if "so-noi-vu" in each
    )
    cells = line.split(",")
    spoiled = [*cells[:5], "999", "2013-01-01", *cells[7:]]
    contradicting = folder(tmp_path, (line, ",".join(spoiled)))
    with pytest.raises(StartFailure) as refused:
        await load_plan(contradicting, database=database, clock=CLOCK)
    told = str(refused.value).splitlines()
    assert "2 contradictions; nothing was loaded" in told[0]
    assert told[1].startswith("so-noi-vu: valid_from is 2014-01-01, the folder has 2013-01-01; it would touch lam-dong")
    assert told[2].startswith(f"so-noi-vu: staff is {cells[5]}, the folder has 999; it would touch lam-dong-2014")
    assert await registered(database) == before
    loaded = await load_plan(contradicting, database=database, clock=CLOCK, is_registry_changed=True)
    assert (loaded.plan, loaded.is_new) == ("plan-b", True)
    assert orjson.loads((await registered(database))["so-noi-vu"])["staff"] == 999


async def test_a_later_staff_figure_is_published_with_the_one_before(database: Database, tmp_path: Path) -> None:
    rows = (PLAN / "agencies.csv").read_text(encoding="utf-8").splitlines()
    header = next(each for each in rows if each.startswith("id,"))
    lines = [each for each in rows if each and not each.startswith("#") and each != header]
    line = next(each for each in lines if each.startswith("so-noi-vu,"))
    cells = line.split(",")
    other = folder(tmp_path)
    later = [f"{','.join([*cells[:5], '7', *cells[6:]])},2014-04-01" if each == line else f"{each}," for each in lines]
    (other / "agencies.csv").write_text("\n".join([f"{header},staff_from", *later, ""]), encoding="utf-8")
    async with database.transaction() as connection:
        await connection.execute("delete from outbox")
    await load_plan(other, database=database, clock=CLOCK)
    async with database.transaction() as connection:
        events = [orjson.loads(each.value or b"") for each in await waiting(connection)]
    told = next(each["data"] for each in events if each["data"].get("agency") == "so-noi-vu")
    assert (told["staff"], told["staff_from"]) == (7, "2014-04-01")
    assert told["earlier_staff"] == [{"staff": int(cells[5]), "until": "2014-04-01"}]
