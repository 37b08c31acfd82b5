"""What an operator types to draw a period, and what they are told where it cannot be drawn."""

from pathlib import Path
from typing import Final

import pytest

from services.scoring.charts import cli
from shared.charts.texts import marks_of, subtitle_of, texts_of
from shared.events.vocabulary import Basis, Language, Standing
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from tests.support.commands import typed
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, plan_published, submission_accepted

PERIOD: Final = "2014-03"


@pytest.fixture(scope="module")
async def url(make_database: DatabaseMaker) -> str:
    """Lend a database in which two of five districts filed for March and the period is closed."""
    made = await make_database("scoring")
    async with scoring_on(made) as scoring:
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
        await scoring.judge(
            submission_accepted(AGENCIES[0], edoc_exchange=95, oss_priority=10),
            submission_accepted(AGENCIES[1], edoc_exchange=5),
        )
        for _ in range(3):  # January and February are closed as well
            await scoring.close(AFTER_DUE)
    return made


@pytest.mark.parametrize(("name", "begins"), [("one.svg", b"<svg"), ("ONE.PNG", b"\x89PNG")])
async def test_a_period_is_drawn_as_the_files_name_ends(url: str, tmp_path: Path, name: str, begins: bytes) -> None:
    file = tmp_path / name
    status, said, complained = await typed("chart", "lam-dong-2014", PERIOD, str(file), DATABASE_URL=url)
    assert (status, said, complained) == (0, f"{file} drawn\n", "")
    assert file.read_bytes().startswith(begins)


async def test_what_is_drawn_is_what_scoring_knows(url: str) -> None:
    database = Database(url, pool_size=1)
    await database.open()
    try:
        chart = await cli.chart_of(database, plan="lam-dong-2014", period=PERIOD, language=Language.EN)
        rehearsed = await cli.chart_of(
            database, plan="lam-dong-2014", period=PERIOD, language=Language.VI, is_rehearsal=True
        )
    finally:
        await database.close()
    first, second = chart.bars
    told = texts_of(first, Language.EN)
    assert (told.value, told.target[0], first.basis, first.reported) == ("50 %", "> 90 %", Basis.STATED, 2)
    assert (texts_of(second, Language.EN).value, second.reported, second.owed) == ("10 %", 1, 5)
    assert [column.period for column in chart.columns] == ["2014-01", "2014-02", "2014-03"]
    assert chart.columns[0].agencies[Standing.MISSING] == len(AGENCIES)
    assert chart.columns[2].agencies[Standing.MISSING] == 3
    assert marks_of(chart) == ("SYNTHETIC FIGURES (số liệu mô phỏng)",)
    assert subtitle_of(chart).endswith("data as of 2014-04-09 00:05")
    assert marks_of(rehearsed)[1] == "DIỄN TẬP (rehearsal)"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lam-dong-2041", PERIOD, "one.svg"), "there is no plan 'lam-dong-2041'; known: lam-dong-2014"),
        (
            ("lam-dong-2014", "2014-13", "one.svg"),
            "plan lam-dong-2014 has no period '2014-13'; it has 2014-01, 2014-02, … 2014-12",
        ),
        (
            ("lam-dong-2014", PERIOD, "one.pdf"),
            "one.pdf ends in neither .svg nor .png, so it does not say what to draw",
        ),
        (("lam-dong-2014", PERIOD, "away/one.svg"), "away/one.svg cannot be written: No such file or directory"),
    ],
)
async def test_what_cannot_be_drawn_is_one_clear_line(url: str, arguments: tuple[str, ...], told: str) -> None:
    assert await typed("chart", *arguments, DATABASE_URL=url) == (1, "", f"tiendo: {told}\n")


async def test_a_database_without_plans_says_that_it_knows_none(make_database: DatabaseMaker) -> None:
    database = Database(await make_database("scoring"), pool_size=1)
    await database.open()
    try:
        with pytest.raises(StartFailure, match="known: none"):
            await cli.chart_of(database, plan="lam-dong-2014", period=PERIOD, language=Language.VI)
    finally:
        await database.close()
