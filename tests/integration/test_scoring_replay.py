"""Replays on a real PostgreSQL: what is judged again, what of it is announced, and what holds from then on."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from services.scoring.periods.schedule import Closing
from shared.events.plans import IndicatorData
from shared.events.vocabulary import GrowthFrom, Method, Standing
from shared.runtime.errors import StartFailure
from tests.support.databases import DatabaseMaker
from tests.support.replays import replay, rows
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PLAN,
    agency_registered,
    at,
    indicator,
    plan_published,
    submission_accepted,
)

FIRST, SECOND, THIRD, FOURTH, FIFTH = AGENCIES
EASIER = (indicator("edoc-exchange", target=40), indicator("oss-priority", target=50))
JUDGEMENTS = "convert_from(event, 'utf8')::jsonb #> '{data,judgements}'"
PROGRESS = (
    "select agency, period, plan_version, sequence, standing, convert_from(event, 'utf8') as event"
    " from current_progress order by 1, 2"
)


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring that knows a plan, an easier second version of it, and what two agencies filed under the first."""
    async with scoring_on(await make_database("scoring")) as lent:
        await lent.learn(*map(agency_registered, AGENCIES), plan_published())
        await lent.judge(
            submission_accepted(FIRST, edoc_exchange=8, oss_priority=60),
            submission_accepted(SECOND, edoc_exchange=95, oss_priority=60),
            submission_accepted(SECOND, period="2014-02", edoc_exchange=8, oss_priority=60),
        )
        await lent.learn(plan_published(version=2, indicators=EASIER))
        yield lent


async def _standing(scoring: Scoring, agency: str, period: str = "2014-03") -> tuple[object, ...]:
    found = await rows(
        scoring,
        "select plan_version, sequence, standing from current_progress where (agency, period) = ($1, $2)",
        agency,
        period,
    )
    return found[0]


async def test_a_replay_by_the_same_versions_changes_nothing_and_needs_no_announcement(scoring: Scoring) -> None:
    await scoring.close()
    before, told = await rows(scoring, PROGRESS), await scoring.announced()
    await replay(scoring)
    assert await rows(scoring, PROGRESS) == before
    assert await scoring.announced() == told
    assert await rows(scoring, "select state, announced from replay") == [("announced", 0)]


async def test_the_difference_is_shown_before_anything_is_announced(
    scoring: Scoring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, told = await rows(scoring, PROGRESS), await scoring.announced()
    await replay(
        scoring, version=2, first="2014-03", out=tmp_path / "difference.json", metrics=tmp_path / "replay.prom"
    )
    await replay(scoring, version=2, first="2014-03", out=tmp_path / "difference.csv")
    assert await rows(scoring, PROGRESS) == before
    assert await scoring.announced() == told
    found = orjson.loads((tmp_path / "difference.json").read_bytes())
    assert (found["judged"], found["observations"], found["changes"]) == (2, 4, 2)
    assert {"period": "2014-03", "before": "lagging", "after": "at_risk", "number": 1, "indicator": ""} in found[
        "standings"
    ]
    assert [each["agency"] for each in found["agencies"]] == [FIRST, SECOND]
    lines = (tmp_path / "difference.csv").read_text().splitlines()
    assert lines[0].startswith("period,agency,indicator,indicator_before,indicator_after")
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["2014-03", FIRST, "edoc-exchange", "lagging", "at_risk"],
        ["2014-03", SECOND, "edoc-exchange", "met", "met"],
    ]
    shown = capsys.readouterr().out
    assert "2 change" in shown
    assert "nothing is announced" in shown
    assert f'tiendo_replay_observations{{plan="{PLAN}"}} 4.0' in (tmp_path / "replay.prom").read_text()


async def test_only_what_changed_is_announced_and_once(scoring: Scoring) -> None:
    told = len(await scoring.announced())
    await replay(scoring, version=2, first="2014-03", is_announced=True)
    new = (await scoring.announced())[told:]
    assert {(event.data.agency, event.data.period) for event in new} == {(FIRST, "2014-03"), (SECOND, "2014-03")}
    replays = await rows(scoring, "select id, announced, otherwise from replay")
    assert [(each.correlationid, each.data.plan_version, each.data.sequence) for each in new] == [
        (f"replay:{replays[0][0]}", 2, 2)
    ] * 2
    assert replays[0][1:] == (2, 0)
    first = next(event.data for event in new if event.data.agency == FIRST)
    assert (first.previous_standing, first.standing) == (Standing.LAGGING, Standing.AT_RISK)
    assert first.changed_indicators == ("edoc-exchange",)
    assert await _standing(scoring, SECOND, "2014-02") == (1, 1, "lagging")
    before = await rows(scoring, PROGRESS)
    await replay(scoring, version=2, first="2014-03", is_announced=True)
    assert len(await scoring.announced()) == told + 2
    assert await rows(scoring, PROGRESS) == before


async def test_what_is_filed_under_an_older_version_after_a_replay_is_judged_by_the_newer_one(
    make_database: DatabaseMaker,
) -> None:
    plans = [plan_published(), plan_published(version=2, indicators=EASIER)]
    filed = [submission_accepted(edoc_exchange=8), submission_accepted(revision=2, edoc_exchange=7)]
    ends = []
    for before in (0, 1, 2):
        async with scoring_on(await make_database("scoring")) as scoring:
            await scoring.learn(*map(agency_registered, AGENCIES), *plans)
            await scoring.judge(*filed[:before])
            await replay(scoring, version=2, is_announced=True)
            for event in filed[before:]:
                await scoring.judge(event)
            await scoring.close(at("2014-04-20T00:05"))
            ends.append(
                await rows(
                    scoring,
                    f"select agency, period, plan_version, standing, {JUDGEMENTS} from current_progress order by 1, 2",  # noqa: S608  ours
                )
            )
    assert ends[0] == ends[1] == ends[2]


async def test_an_older_version_does_not_take_back_what_a_newer_one_judged(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(THIRD, plan_version=2, edoc_exchange=8))
    before, told = await rows(scoring, PROGRESS), await scoring.announced()
    await replay(scoring, version=1, is_announced=True)
    assert await rows(scoring, PROGRESS) == before
    assert await scoring.announced() == told
    await replay(scoring, version=2, is_announced=True)
    by_second = await rows(scoring, PROGRESS)
    await replay(scoring, version=1, is_announced=True)
    assert await rows(scoring, PROGRESS) == by_second
    await scoring.judge(submission_accepted(FOURTH, edoc_exchange=8))
    assert (await _standing(scoring, FOURTH))[0] == 2


async def test_who_filed_nothing_owes_what_the_newer_version_asks(make_database: DatabaseMaker) -> None:
    more = (*EASIER, indicator("it-park"))
    async with scoring_on(await make_database("scoring")) as scoring:
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published(agencies=(FIRST, SECOND)))
        await scoring.judge(submission_accepted(FIRST, edoc_exchange=95, oss_priority=60))
        await scoring.close()
        await scoring.learn(plan_published(version=2, indicators=more, agencies=(FIRST, THIRD)))
        await replay(scoring, version=2, first="2014-03", is_announced=True)
        said = await rows(
            scoring,
            f"select agency, plan_version, standing, jsonb_array_length({JUDGEMENTS}) from current_progress"  # noqa: S608  ours
            " where period = '2014-03' order by 1",
        )
        # The first filed and lacks the new indicator, the second left the plan, the third came to it.
        assert said == [(FIRST, 2, "missing", 3), (SECOND, 2, "not_assessable", 0), (THIRD, 2, "missing", 3)]
        # Who becomes known later is missing by the version of the replay.
        await scoring.learn(plan_published(version=3, indicators=more, agencies=(FIRST, THIRD, "late")))
        await replay(scoring, version=3, first="2014-03", is_announced=True)
        await scoring.learn(agency_registered("late"))
        assert (await _standing(scoring, "late"))[0] == 3


async def test_a_period_that_the_newer_version_lacks_stays_as_it_was_judged(scoring: Scoring) -> None:
    plan = plan_published(version=3, indicators=EASIER)
    shorter = plan.data.model_copy(update={"periods": plan.data.periods[2:]})
    await scoring.learn(plan.model_copy(update={"data": shorter}))
    with pytest.raises(StartFailure, match="version 3 has no period 2014-02; it has 2014-03 to 2014-12"):
        await replay(scoring, first="2014-02", version=3)
    await replay(scoring, first="2014-03", version=3, is_announced=True)
    assert await _standing(scoring, SECOND, "2014-02") == (1, 1, "lagging")
    assert await _standing(scoring, FIRST) == (3, 2, "at_risk")


async def test_growth_is_measured_from_the_first_observation_though_that_is_not_judged_again(
    make_database: DatabaseMaker,
) -> None:
    def growing(target: int) -> tuple[IndicatorData]:
        usual = indicator("edoc-exchange", method=Method.PACE, target=target)
        return (usual.model_copy(update={"growth_from": GrowthFrom.FIRST_OBSERVATION}),)

    async with scoring_on(await make_database("scoring")) as scoring:
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published(indicators=growing(90)))
        await scoring.judge(
            *(submission_accepted(period=f"2014-{month:02d}", edoc_exchange=20 + month) for month in range(1, 6))
        )
        before = await rows(scoring, PROGRESS)
        await replay(scoring, first="2014-03")
        assert await rows(scoring, PROGRESS) == before
        await scoring.learn(plan_published(version=2, indicators=growing(30)))
        await replay(scoring, first="2014-03", last="2014-04", version=2, is_announced=True)
        versions = await rows(scoring, "select period, plan_version from current_progress order by 1")
        assert [version for _, version in versions] == [1, 1, 2, 2, 1]
        bases = await rows(
            scoring,
            f"select distinct ({JUDGEMENTS})->0->'base'->>'value' from current_progress where period > '2014-02'",  # noqa: S608  ours
        )
        assert bases == [("21",)]


async def test_what_is_filed_while_a_replay_is_announced_ends_as_if_it_came_before_or_after(
    make_database: DatabaseMaker,
) -> None:
    many = tuple(f"ubnd-xa-{number:03d}" for number in range(120))
    plan = [plan_published(agencies=many), plan_published(version=2, indicators=EASIER, agencies=many)]
    filed = [
        submission_accepted(agency, period=f"2014-{month:02d}", edoc_exchange=8) for agency in many for month in (1, 2)
    ]
    corrected = [submission_accepted(agency, period="2014-02", revision=2, edoc_exchange=7) for agency in many]
    late = [submission_accepted(agency, period="2014-03", edoc_exchange=8) for agency in many]

    async def live(scoring: Scoring) -> None:
        for at_once in zip(corrected, late, strict=True):
            await scoring.judge_as_a_consumer_does(*at_once)

    ends = []
    for is_at_once in (False, True):
        async with scoring_on(await make_database("scoring")) as scoring:
            await scoring.learn(*map(agency_registered, many), *plan)
            await scoring.judge(*filed)
            await replay(scoring, version=2)
            if is_at_once:
                await asyncio.gather(replay(scoring, version=2, is_announced=True), live(scoring))
            else:
                await live(scoring)
                await replay(scoring, version=2, is_announced=True)
            ends.append(
                await rows(
                    scoring,
                    f"select agency, period, revision, plan_version, {JUDGEMENTS} from current_progress order by 1, 2",  # noqa: S608  ours
                )
            )
            sequences = await rows(scoring, "select agency, period, sequence from current_progress order by 1, 2")
            announced: dict[tuple[str, str], list[int]] = {}
            for event in await scoring.announced():
                announced.setdefault((event.data.agency, event.data.period), []).append(event.data.sequence)
            assert announced == {(agency, period): list(range(1, last + 1)) for agency, period, last in sequences}
    assert ends[0] == ends[1]
    assert {row[3] for row in ends[0]} == {2}


async def test_what_was_filed_since_it_was_shown_is_announced_as_it_is_now(
    scoring: Scoring, capsys: pytest.CaptureFixture[str]
) -> None:
    await replay(scoring, version=2, first="2014-03")
    await scoring.judge(submission_accepted(FIRST, revision=2, edoc_exchange=95, oss_priority=60))
    await replay(scoring, version=2, first="2014-03", is_announced=True)
    assert await _standing(scoring, FIRST) == (2, 3, "met")
    assert "1 came out other than shown" in capsys.readouterr().out


async def test_a_replay_of_some_agencies_leaves_the_others_alone(scoring: Scoring) -> None:
    # As if the rules had been mended since.
    async with scoring.database.transaction() as connection:
        await connection.execute(
            "update progress set composite_score = 1, event = convert_to("
            " jsonb_set(convert_from(event, 'utf8')::jsonb, '{data,composite_score}', '\"1\"')::text, 'utf8'"
            ") where period = '2014-03'"
        )
    await replay(scoring, agencies=(SECOND,), is_announced=True)
    scores = await rows(
        scoring, "select agency, composite_score <> 1 from current_progress where period = '2014-03' order by 1"
    )
    assert scores == [(FIRST, False), (SECOND, True)]


async def test_another_replay_waits_until_the_first_is_announced(scoring: Scoring) -> None:
    await replay(scoring, version=2)
    with pytest.raises(
        StartFailure, match=r"not finished: lam-dong-2014 --from 2014-01 --to 2014-12 --plan-version 2;"
    ):
        await replay(scoring, first="2014-02", version=2)


async def test_closing_after_a_replay_judges_by_its_version(scoring: Scoring) -> None:
    heavier = tuple(
        each.model_copy(update={"weight": Decimal(3)}) if each.id == "oss-priority" else each for each in EASIER
    )
    await scoring.judge(submission_accepted(THIRD, edoc_exchange=8))
    await scoring.learn(plan_published(version=3, indicators=heavier))
    await replay(scoring, version=3, is_announced=True)
    closing: Closing = scoring.closing(at("2014-04-20T00:05"))
    assert await closing.close_due()
    assert await _standing(scoring, THIRD) == (3, 3, "missing")
    before = await rows(scoring, PROGRESS)
    await replay(scoring, version=3, is_announced=True)
    assert await rows(scoring, PROGRESS) == before
