"""Outlooks and proposals over HTTP: made at each close, proposed with a reason, decided on, and put in force."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.scoring.adjustments import handlers
from services.scoring.adjustments.handlers import keep_outlooks
from services.scoring.plans.model import DuePeriod
from services.scoring.plans.store import UnitOfWork
from services.scoring.republishing import republish
from shared.events.adjustments import OutlookChanged, ProposalChanged
from shared.events.plans import PlanPublished
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, Scoring
from tests.support.scoring_asked import DEPARTMENT, DIC, MONTHS, PLAN, Asked, asked_on, filed, published

MARCH = "2014-03"
LOWER = {"indicators": [{"indicator": "edoc-exchange", "target": {"value": 60}}]}
AT_CLOSE: dict[str, Any] = {"as": "closed"}
REASON = "Hạ tầng của các huyện chưa kịp"


@pytest.fixture
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring of a closed first quarter, over HTTP."""
    async with asked_on(await make_database("scoring")) as lent:
        yield lent


@pytest.fixture(scope="module")
async def shared(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend the same to tests that change nothing."""
    async with asked_on(await make_database("scoring")) as lent:
        yield lent


def lowered(version: int, target: int = 60) -> PlanPublished:
    plan = published(version).data
    first = plan.indicators[0]
    assert first.target is not None
    changed = first.model_copy(update={"target": first.target.model_copy(update={"value": Decimal(target)})})
    return published(version, indicators=(changed, *plan.indicators[1:]))


async def proposed(asked: Asked, changes: Any = LOWER) -> dict[str, Any]:
    answer = await asked.post("/v1/adjustments", {"plan": PLAN, "changes": changes, "reason": REASON})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    document: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/adjustments/{document['id']}"
    return document


async def decided(asked: Asked, number: int, outcome: str) -> httpx.Response:
    return await asked.post(f"/v1/adjustments/{number}/decision", {"outcome": outcome, "reason": "đồng ý"})


async def state_of(asked: Asked, number: int) -> tuple[str, int | None]:
    document = (await asked.get(f"/v1/adjustments/{number}")).json()
    return document["state"], document["in_force_version"]


async def test_how_targets_look_is_kept_as_a_period_closes(asked: Asked) -> None:
    first = (await asked.get("/v1/adjustments", plan=PLAN, period=MARCH)).json()
    assert first["made_at"] == AFTER_DUE.isoformat()
    edoc = first["outlooks"][0]
    assert (edoc["indicator"], edoc["unit"], edoc["basis"]) == ("edoc-exchange", "%", "stated")
    assert (edoc["reaches"]["yes"], edoc["reported"], edoc["level"]["is_pooled"]) == (5, 5, True)
    assert edoc["sentence"].startswith("mục tiêu > 90 %")
    reached = next(each for each in edoc["forecasts"] if each["agency"] == DEPARTMENT)
    assert (reached["reach"], reached["observations"], reached["value_at_end"]) == ("yes", 3, "100")
    assert first["at_close"] == {"plan_version": 1, "made_at": AFTER_DUE.isoformat()}


async def test_what_moved_since_a_close_is_looked_at_anew_and_what_was_made_then_stays(asked: Asked) -> None:
    first = (await asked.get("/v1/adjustments", plan=PLAN)).json()
    await asked.scoring.judge(filed(DEPARTMENT, MARCH, revision=2, pace=1))
    corrected = (await asked.get("/v1/adjustments", plan=PLAN)).json()
    assert (corrected["made_at"], corrected["plan_version"], corrected["at_close"]) == (None, 1, first["at_close"])
    assert corrected["outlooks"] != first["outlooks"]
    assert (await asked.get("/v1/adjustments", plan=PLAN, **AT_CLOSE)).json() == first
    january = (await asked.get("/v1/adjustments", plan=PLAN, period=MONTHS[0])).json()
    assert january["made_at"], "nothing up to January has moved"
    await asked.scoring.learn(lowered(2))
    lower = (await asked.get("/v1/adjustments", plan=PLAN)).json()
    assert (lower["plan_version"], lower["outlooks"][0]["target"]["value"]) == (2, "60")
    then = (await asked.get("/v1/adjustments", plan=PLAN, **AT_CLOSE)).json()
    assert (then["plan_version"], then["outlooks"]) == (1, first["outlooks"])


async def test_what_was_not_kept_is_not_given_as_made_at_a_close(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring"), is_closed=False) as asked:
        answer = await asked.get("/v1/adjustments", plan=PLAN, period=MARCH, **AT_CLOSE)
        assert [each["code"] for each in answer.json()["faults"]] == ["not-kept"]


async def test_of_an_open_period_that_is_over_it_is_made_when_asked_for(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring"), is_closed=False) as asked:
        march = (await asked.get("/v1/adjustments", plan=PLAN, period=MARCH, language="en")).json()
        assert (march["made_at"], march["plan_version"]) == (None, 1)
        assert march["outlooks"][0]["sentence"].startswith("target > 90 %")
        await asked.scoring.judge(filed(DEPARTMENT, MARCH, revision=2, pace=1))
        again = (await asked.get("/v1/adjustments", plan=PLAN, period=MARCH, language="en")).json()
        assert again["outlooks"][0] != march["outlooks"][0]


@pytest.mark.parametrize("period", ["2014-04", "2014-12"])
async def test_a_period_that_is_not_over_is_refused_with_the_latest_that_is(period: str, shared: Asked) -> None:
    answer = await shared.get("/v1/adjustments", plan=PLAN, period=period)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, "no forecast is told as a past fact"
    (fault,) = answer.json()["faults"]
    assert (fault["pointer"], fault["code"]) == ("?period", "period-not-over")
    assert fault["en"] == f"Period {period} is not over; the latest that has ended is {MARCH}."


async def test_before_anything_is_closed_the_latest_that_is_over_is_looked_at(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring"), is_closed=False) as asked:
        document = (await asked.get("/v1/adjustments", plan=PLAN)).json()
        assert (document["period"], document["made_at"]) == (MONTHS[-1], None)


async def test_a_plan_that_would_hold_judging_off_for_long_is_looked_at_only_when_asked_for(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_SLOPES", 1)
    await _forget_and_close_again(asked.scoring)
    document = (await asked.get("/v1/adjustments", plan=PLAN, period=MARCH)).json()
    assert document["made_at"] is None
    assert document["outlooks"][0]["reaches"]["yes"] == 5


async def _forget_and_close_again(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        await connection.execute("delete from outlook")
        work = UnitOfWork(connection, cache=scoring.cache)
        (plan,) = await work.reference.newest_plans()
        await keep_outlooks([DuePeriod(plan, plan.period_by_id[MARCH])], work=work, now=AFTER_DUE)


async def test_outlooks_are_filtered_tagged_and_exported(shared: Asked) -> None:
    only = await shared.get("/v1/adjustments", plan=PLAN, indicator="official-email")
    assert [each["indicator"] for each in only.json()["outlooks"]] == ["official-email"]
    again = await shared.get(
        "/v1/adjustments", plan=PLAN, indicator="official-email", headers={"If-None-Match": only.headers["ETag"]}
    )
    assert again.status_code == httpx.codes.NOT_MODIFIED
    found = (await shared.get("/v1/adjustments", plan=PLAN, adjustment="out-of-reach")).json()["outlooks"]
    assert {each["adjustment"] for each in found} <= {"out-of-reach"}
    table = await shared.get("/v1/adjustments", plan=PLAN, format="csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {"Mục tiêu", "Căn cứ của mục tiêu", "Còn thiếu so với mục tiêu"} <= rows[0].keys()
    tidy = await shared.get("/v1/adjustments", plan=PLAN, format="tidy", language="en")
    names = [each.headers["Content-Disposition"].split('"')[1] for each in (table, tidy)]
    assert names == [f"adjustments-{PLAN}-{MARCH}.csv", f"adjustments-{PLAN}-{MARCH}-tidy.csv"]
    figures = {row["figure"] for row in csv.DictReader(io.StringIO(tidy.content.decode("utf-8-sig")))}
    assert {"target", "level", "agencies_yes", "value_at_end", "shortfall"} <= figures
    book = await shared.get("/v1/adjustments", plan=PLAN, format="xlsx")
    assert book.content[:2] == b"PK"


async def test_a_proposal_is_kept_with_its_reason_author_and_what_it_would_do(asked: Asked) -> None:
    made = await proposed(asked)
    assert (made["id"], made["state"], made["plan_version"], made["reason"]) == (1, "proposed", 1, REASON)
    assert made["by"]["agency"] == DIC
    assert len(made["by"]["key"]) == 8
    assert made["changes"] == {"indicators": [{"indicator": "edoc-exchange", "target": {"value": "60"}}]}
    assert made["counts"]["before"] != made["counts"]["after"]
    assert made["periods"] == list(MONTHS)
    assert (made["edits"], made["plan_yaml"]) == (None, None)
    assert (await asked.get("/v1/adjustments/1")).json() == made
    assert (await asked.get("/v1/adjustments", plan=PLAN)).json()["proposals"] == [made]


async def test_an_approved_proposal_is_put_in_force_by_the_plan_version_that_carries_it(asked: Asked) -> None:
    number = (await proposed(asked))["id"]
    approved = (await decided(asked, number, "approved")).json()
    assert approved["state"] == "approved"
    assert [edit["pointer"].rsplit("/", 1)[1] for edit in approved["edits"]] == ["target", "basis", "sentence"]
    assert "target: {comparison: above, value: 60}" in approved["plan_yaml"]
    before = await asked.scoring.standings()
    await asked.scoring.learn(lowered(2, target=70))
    assert await state_of(asked, number) == ("approved", None)
    await asked.scoring.learn(lowered(3))
    assert await state_of(asked, number) == ("in_force", 3)
    await asked.scoring.learn(lowered(4, target=80))
    assert await state_of(asked, number) == ("in_force", 3)
    assert await asked.scoring.standings() == before, "a plan version by itself judges nothing again"
    assert (await decided(asked, number, "withdrawn")).status_code == httpx.codes.CONFLICT


async def test_a_version_that_came_before_the_approval_puts_it_in_force_at_once(asked: Asked) -> None:
    number = (await proposed(asked))["id"]
    await asked.scoring.learn(lowered(2))
    assert await state_of(asked, number) == ("proposed", None)
    approved = (await decided(asked, number, "approved")).json()
    assert (approved["state"], approved["in_force_version"]) == ("in_force", 2)


async def test_an_approval_and_the_version_that_carries_it_never_miss_each_other(asked: Asked) -> None:
    for version, target in enumerate((50, 55, 60, 65, 70), start=2):
        number = (await proposed(asked, {"indicators": [{"indicator": "edoc-exchange", "target": {"value": target}}]}))[
            "id"
        ]
        await asyncio.gather(decided(asked, number, "approved"), asked.scoring.learn(lowered(version, target=target)))
        assert await state_of(asked, number) == ("in_force", version)


async def test_a_proposal_is_announced_when_it_is_made_decided_and_put_in_force(asked: Asked) -> None:
    made = await proposed(asked)
    await decided(asked, made["id"], "approved")
    await asked.scoring.learn(lowered(2))
    events = await asked.scoring.told(ProposalChanged)
    assert [(each.data.proposal, each.data.state) for each in events] == [
        (1, "proposed"),
        (1, "approved"),
        (1, "in_force"),
    ]
    last = events[-1].data
    assert (last.reason, last.by.agency, last.by.key, last.in_force_version) == (REASON, DIC, made["by"]["key"], 2)
    assert [(each.outcome, each.reason) for each in last.decisions] == [("approved", "đồng ý")]
    assert {each.value: count for each, count in last.standings_before.items()} == {
        standing: count for standing, count in made["counts"]["before"].items() if count
    }
    (changed,) = last.indicators
    assert changed.target_before is not None
    assert changed.target is not None
    assert (changed.target_before.value, changed.target.value) == (Decimal(90), Decimal(60))
    await republish(asked.scoring.database)
    assert (await asked.scoring.told(ProposalChanged))[3:] == events[2:], "after a lost topic it is told as it stands"


async def test_what_is_refused_is_not_announced(asked: Asked) -> None:
    await decided(asked, (await proposed(asked))["id"], "rejected")
    await decided(asked, 1, "approved")
    await asked.post("/v1/adjustments", {"plan": PLAN, "changes": {}, "reason": REASON})
    assert [each.data.state for each in await asked.scoring.told(ProposalChanged)] == ["proposed", "rejected"]


async def test_the_announced_outlook_says_what_is_answered_at_the_same_moment(asked: Asked) -> None:
    told = (await asked.scoring.told(OutlookChanged))[-1].data
    answered = (await asked.get("/v1/adjustments", plan=PLAN)).json()
    assert (told.period, told.plan_version, told.as_of) == (answered["period"], answered["plan_version"], AFTER_DUE)
    for event, document in zip(told.outlooks, answered["outlooks"], strict=True):
        said = event.model_dump(mode="json", exclude={"observed"})
        assert said == {name: document[name] for name in said}


async def test_what_is_decided_stays_decided(asked: Asked) -> None:
    number = (await proposed(asked))["id"]
    assert (await decided(asked, number, "rejected")).json()["state"] == "rejected"
    refused = await decided(asked, number, "approved")
    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (httpx.codes.CONFLICT, "decided-already")
    assert refused.json()["faults"][0]["vi"] == "Đề xuất đã bị từ chối; không nhận quyết định nữa."
    assert refused.json()["faults"][0]["en"] == "The proposal is rejected; it takes no more decisions."
    await asked.scoring.learn(lowered(2))
    assert await state_of(asked, number) == ("rejected", None)
    other = (await proposed(asked, {"thresholds": {"on_track_ratio": 0.9}}))["id"]
    await decided(asked, other, "approved")
    withdrawn = (await decided(asked, other, "withdrawn")).json()
    assert [each["outcome"] for each in withdrawn["decisions"]] == ["approved", "withdrawn"]


async def test_proposals_stand_in_pages_the_newest_first(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.scoring.adjustments.api.MOST_PROPOSALS", 2)
    for target in (50, 60, 70):
        await proposed(asked, {"indicators": [{"indicator": "edoc-exchange", "target": {"value": target}}]})
    first = await asked.get("/v1/adjustments", plan=PLAN, indicator="edoc-exchange")
    assert [each["id"] for each in first.json()["proposals"]] == [3, 2]
    rest = await asked.client.get(first.links["next"]["url"], headers=dict(asked.keys.reader))
    assert [each["id"] for each in rest.json()["proposals"]] == [1]
    assert "next" not in rest.links


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/plan", "/changes", "/reason"}),
        ({"plan": PLAN, "changes": {}, "reason": " "}, {"/reason"}),
        ({"plan": PLAN, "changes": {}, "reason": REASON}, {"/changes"}),
        ({"plan": PLAN, "changes": {"indicators": [{"indicator": "edoc-exchange"}]}, "reason": REASON}, {"/changes"}),
        ({"plan": "unknown", "changes": LOWER, "reason": REASON}, {"/plan"}),
        ({"plan": "unknown", "changes": LOWER}, {"/plan", "/reason"}),
        (
            {
                "plan": PLAN,
                "changes": {
                    "indicators": [{"indicator": "edoc-exchange", "target": {"value": "x"}}, {"indicator": "none"}]
                },
                "reason": "",
            },
            {"/changes/indicators/0/target/value", "/changes/indicators/1/indicator", "/reason"},
        ),
        ([], {""}),
        ({"plan": PLAN, "changes": LOWER, "reason": "a\u202eb", "by": DIC}, {"/reason", "/by"}),
        (
            {
                "plan": PLAN,
                "changes": {
                    "indicators": [
                        {"indicator": "edoc-exchange", "target": {"value": 120}},
                        {"indicator": "online-services", "target": {"value": 5}},
                        {"indicator": "none", "target": {"value": 5}},
                    ],
                    "thresholds": {"on_track_ratio": 2},
                },
                "reason": REASON,
            },
            {
                "/changes/indicators/0/target/value",
                "/changes/indicators/1/target",
                "/changes/indicators/2/indicator",
                "/changes/thresholds",
            },
        ),
    ],
)
async def test_a_proposal_with_faults_is_refused_for_all_of_them(
    body: dict[str, Any], pointers: set[str], shared: Asked
) -> None:
    answer = await shared.post("/v1/adjustments", body)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert {fault["pointer"] for fault in answer.json()["faults"]} == pointers
    assert all(fault["vi"] and fault["en"] for fault in answer.json()["faults"])
    assert not any(sign in fault["vi"] for fault in answer.json()["faults"] for sign in ("^", "[0-9", " or "))
    assert (await shared.get("/v1/adjustments", plan=PLAN, indicator="oss-training")).json()["proposals"] == []


async def test_a_proposal_that_is_not_there_is_not_found(shared: Asked) -> None:
    assert (await shared.get("/v1/adjustments/99")).status_code == httpx.codes.NOT_FOUND
    assert (await decided(shared, 99, "approved")).status_code == httpx.codes.NOT_FOUND
    for number in ("0", "x", "+1", "1.0", str(2**63)):
        assert (await shared.get(f"/v1/adjustments/{number}")).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await decided(shared, 99, "maybe")).json()["faults"][0]["pointer"] == "/outcome"
