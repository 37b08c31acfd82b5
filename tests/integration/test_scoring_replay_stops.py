"""A replay that is stopped where it stands goes on from there, and ends as one that nobody stopped."""

import signal
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.support.databases import DatabaseMaker
from tests.support.replays import replay, rows, stopped, typed
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import PLAN, agency_registered, indicator, plan_published, submission_accepted

EASIER: Final = (indicator("edoc-exchange", target=40), indicator("oss-priority", target=50))
MANY: Final = tuple(f"ubnd-xa-{number:03d}" for number in range(240))  # six pages of a year
CHANGES: Final = (
    "select agency, period, standing_before, standing_after, score_after, indicators::text from replay_change"
)
PROGRESS: Final = (
    "select agency, period, plan_version, sequence, standing,"
    " convert_from(event, 'utf8')::jsonb #>> '{data,judgements}' from current_progress"
)
ASKED: Final = (PLAN, "--from", "2014-01", "--plan-version", "2")


async def _filed(scoring: Scoring) -> None:
    await scoring.learn(
        *map(agency_registered, MANY),
        plan_published(agencies=MANY),
        plan_published(version=2, indicators=EASIER, agencies=MANY),
    )
    await scoring.judge(
        *(
            submission_accepted(agency, period=f"2014-{month:02d}", edoc_exchange=8)
            for agency in MANY
            for month in (1, 2)
        )
    )


async def test_killed_while_it_judges_and_while_it_announces_it_ends_as_if_never_stopped(
    make_database: DatabaseMaker,
) -> None:
    async with scoring_on(await make_database("scoring")) as scoring:
        await _filed(scoring)
        await replay(scoring, version=2)
        whole = set(await rows(scoring, CHANGES))
        await replay(scoring, version=2, is_announced=True)
        end = set(await rows(scoring, PROGRESS))
    url = await make_database("scoring")
    async with scoring_on(url) as scoring:
        await _filed(scoring)
        await stopped(*ASKED, url=url, scoring=scoring, state="judging", beyond=MANY[60])
        judged = await rows(scoring, "select through, judged from replay")
        assert 0 < len(await rows(scoring, CHANGES)) < len(whole)
        status, said, complained = await typed(*ASKED, url=url)
        assert (status, complained.count("Traceback")) == (0, 0)
        assert "480 change" in said
        assert judged < await rows(scoring, "select 'v', judged from replay")
        assert await rows(scoring, "select judged, observations from replay") == [(480, 480)]
        assert set(await rows(scoring, CHANGES)) == whole

        await stopped(*ASKED, "--announce", url=url, scoring=scoring, state="announcing", beyond=MANY[60])
        assert set(await rows(scoring, PROGRESS)) != end
        status, _, complained = await typed(PLAN, "--discard", url=url)
        assert (status, complained) == (
            1,
            f"tiendo: it is announced in part; end it by {PLAN} --from 2014-01 --to 2014-12 --plan-version 2\n",
        )
        # What was begun to be announced is announced to its end, without being told again to.
        status, said, _ = await typed(*ASKED, url=url)
        assert status == 0
        assert said.splitlines()[-1] == "480 announced"
        assert set(await rows(scoring, PROGRESS)) == end
        times = Counter((event.data.agency, event.data.period) for event in await scoring.announced())
        assert set(times.values()) == {2}


@pytest.mark.parametrize("is_cut_off", [False, True])
async def test_interrupted_by_its_operator_it_says_how_to_go_on(
    is_cut_off: bool,  # noqa: FBT001  pytest passes it by name
    make_database: DatabaseMaker,
) -> None:
    url = await make_database("scoring")
    async with scoring_on(url) as scoring:
        await _filed(scoring)
        status, complained = await stopped(
            *ASKED,
            url=url,
            scoring=scoring,
            state="judging",
            beyond=MANY[60],
            by=signal.SIGINT,
            is_cut_off=is_cut_off,
        )
        assert status == 130, complained
        assert complained.splitlines()[-1] == "stopped; the same command goes on from here"
        assert await rows(scoring, "select through, judged from replay") == [(MANY[40], 82)]
        status, said, _ = await typed(PLAN, "--discard", url=url)
        assert (status, said) == (0, "discarded\n")
        assert await rows(scoring, "select (select count(*) from replay) + (select count(*) from replay_change)") == [
            (0,)
        ]


async def test_what_does_not_exist_is_one_clear_line(make_database: DatabaseMaker, tmp_path: Path) -> None:
    url = await make_database("scoring")
    async with scoring_on(url) as scoring:
        await _filed(scoring)
    for arguments, sentence in (
        (("2015", "--from", "2014-01"), f"scoring knows no plan 2015; it knows {PLAN}"),
        ((PLAN, "--from", "2014-01", "--plan-version", "9"), f"plan {PLAN} has no version 9; scoring knows 1, 2"),
        ((PLAN, "--from", "2014-13"), f"plan {PLAN} has no period 2014-13; it has 2014-01 to 2014-12"),
        ((PLAN, "--from", "2014-03", "--to", "2014-02"), "--to 2014-02 lies before --from 2014-03"),
        ((PLAN, "--from", "2014-01", "--agency", "nobody"), "no such agency: nobody"),
        ((PLAN,), "--from is missing: name the first period that is judged again, such as 2014-03"),
        (
            (PLAN, "--from", "2014-01", "--plan-version", "2", "--agency", MANY[0], "--announce"),
            "a version judges a period of all agencies: leave --agency or --announce out",
        ),
        (
            (PLAN, "--from", "2014-01", "--out", str(tmp_path / "difference.txt")),
            f"--out {tmp_path / 'difference.txt'}: a name that ends in .json or .csv is accepted",
        ),
    ):
        assert await typed(*arguments, url=url) == (1, "", f"tiendo: {sentence}\n")
