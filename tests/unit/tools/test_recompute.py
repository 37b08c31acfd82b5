"""The independent recomputation agrees with what is right and finds what is wrong, each figure for itself."""

import ast
import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.recomputing import run_alone
from tools import recompute

PROJECT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((PROJECT / "tests" / "contracts" / "samples" / "progress.changed.v1").glob("*.json"))

# 3 of 40 by the end of March: expected is 90 × 90 ÷ 365 %, and a third of that is reached.
BY_HAND: dict[str, Any] = {
    "indicator": "edoc-exchange",
    "measure": "share",
    "direction": "increasing",
    "method": "to-target",
    "target": {"comparison": "above", "value": "90"},
    "expectation": "linear",
    "baseline": None,
    "milestones": [],
    "observed": {"value": "7.5", "numerator": "3", "denominator": "40"},
    "attainment_ratio": "0.08333333333333333333333333333",
    "expected_ratio": "0.2465753424657534246575342466",
    "expected_value": "22.19178082191780821917808219",
    "pace_ratio": "0.3379629629629629629629629630",
    "lag_points": "16.32420091324200913242009132",
    "standing": "lagging",
    "reason": "by-pace",
    "points": "0.08333333333333333333333333333",
}
EVENT: dict[str, Any] = {
    "plan": "lam-dong-2014",
    "agency": "ubnd-huyen-lac-duong",
    "period": "2014-Q1",
    "sequence": 1,
    "plan_starts_on": "2014-01-01",
    "plan_ends_on": "2015-01-01",
    "period_ends_on": "2014-04-01",
    "due_on": "2014-04-08",
    "is_closed": True,
    "thresholds": {"on_track_ratio": "0.95", "at_risk_ratio": "0.75"},
    "filing": {"filed_at": "2014-04-08T23:59:00+07:00", "is_timely": True},
    "standing": "lagging",
    "judgements": [BY_HAND],
    "composite_score": "8.333333333333333333333333333",
    "coverage_ratio": "1",
}
# Twice as much after ten years, where thrice as much was required in twenty: R = (2^(1/10) − 1) ÷ (3^(1/20) − 1).
GROWN: dict[str, Any] = {
    **BY_HAND,
    "measure": "number",
    "method": "pace",
    "target": {"comparison": "at-least", "value": "300", "on": "2024-03-31"},
    "observed": {"value": "200"},
    "base": {"on": "2004-03-31", "value": "100"},
    "baseline": {"on": "2004-03-31", "value": "100", "basis": "stated"},
    "attainment_ratio": "1.271062219538",
    "expected_ratio": None,
    "expected_value": "173.2050807568877",
    "pace_ratio": None,
    "lag_points": None,
    "progress_ratio": "1.271062219538",
    "score": "4.793370327936",
    "status": "substantial_progress",
    "standing": "on_track",
    "reason": "substantial-progress",
    "points": "1",
}


def found(*events: dict[str, Any]) -> list[str]:
    lines = [json.dumps({"data": each}) for each in events]
    return list(recompute.recompute(lines, judgements=Counter(), differing=Counter()))


def event(judgement: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the event of an agency that this is the only indicator of."""
    points = judgement.get("points")
    score = {"coverage_ratio": "0", "composite_score": None}
    if points is not None:
        score = {"coverage_ratio": "1", "composite_score": str(100 * Decimal(points))}
    return {**EVENT, **score, "standing": judgement["standing"], "judgements": [judgement], **more}


def test_what_was_reckoned_by_hand_is_found_again() -> None:
    assert found(event(BY_HAND), event(GROWN)) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_stored_sample_is_found_again(sample: Path) -> None:
    assert found(json.loads(sample.read_text())["data"]) == []


@pytest.mark.parametrize("judgement", [BY_HAND, GROWN], ids=["paced", "grown"])
@pytest.mark.parametrize("name", [name for name in recompute.TOLD if name != "value"])
def test_every_figure_and_word_that_is_told_wrong_is_found(judgement: dict[str, Any], name: str) -> None:
    told = judgement.get(name)
    if told is None:
        wrong = "1"
    elif told[0].isdigit():
        is_near = judgement is GROWN or name == "points"
        wrong = str(Decimal(told) * (1 + Decimal("1e-8")) if is_near else Decimal(told) + Decimal("1e-25"))
    else:
        wrong = "met"
    (difference,) = found(event({**judgement, name: wrong}))
    assert difference.startswith(
        f"line 1, ubnd-huyen-lac-duong 2014-Q1 #1: edoc-exchange: {name} is told as {wrong}, recomputed as "
    )


@pytest.mark.parametrize(
    ("changed", "caught"),
    [
        ({"observed": {**BY_HAND["observed"], "numerator": "4"}}, "value"),
        ({"observed": {**BY_HAND["observed"], "value": "8"}}, "value"),
        ({"target": {"comparison": "above", "value": "91"}}, "expected_value"),
        ({"target": {"comparison": "below", "value": "90"}}, "standing"),
        ({"expectation": "at-once"}, "expected_ratio"),
        ({"milestones": [{"on": "2014-06-30", "value": "0", "basis": "assumed"}]}, "reason"),
        ({"observed": None}, "standing"),
    ],
)
def test_figures_that_do_not_follow_from_their_inputs_are_found(changed: dict[str, Any], caught: str) -> None:
    assert any(f"edoc-exchange: {caught} is told as" in difference for difference in found(event(BY_HAND | changed)))


@pytest.mark.parametrize(
    ("changed", "caught"),
    [
        ({"standing": "met"}, "standing is told as met, recomputed as lagging"),
        (
            {"composite_score": "8.333333333333333333333333334"},
            "composite_score is told as 8.333333333333333333333333334",
        ),
        ({"coverage_ratio": "0.9"}, "coverage_ratio is told as 0.9, recomputed as 1"),
        ({"filing": None}, "standing is told as lagging, recomputed as missing"),
        ({"filing": {"filed_at": "2014-04-09T00:00:00+07:00", "is_timely": True}}, "is_timely is told as True"),
        (
            {"thresholds": {"on_track_ratio": "0.3", "at_risk_ratio": "0.1"}},
            "edoc-exchange: standing is told as lagging",
        ),
        ({"plan_starts_on": "2014-01-02"}, "edoc-exchange: expected_value is told as"),
        ({"period_ends_on": "2014-03-31"}, "edoc-exchange: pace_ratio is told as"),
    ],
)
def test_an_agency_told_wrong_is_found(changed: dict[str, Any], caught: str) -> None:
    assert any(caught in difference for difference in found(EVENT | changed))


@pytest.mark.parametrize(
    ("is_closed", "standing", "points", "score", "coverage"),
    [(True, "missing", "0", "0", "1"), (False, "awaited", None, None, "0")],
)
def test_what_was_taken_back_is_recomputed_as_awaited_and_then_missing_with_the_reason(
    *, is_closed: bool, standing: str, points: str | None, score: str | None, coverage: str
) -> None:
    nothing = dict.fromkeys(["observed", "attainment_ratio", "pace_ratio", "lag_points"])
    judgement = {**BY_HAND, **nothing, "standing": standing, "reason": "withdrawn", "points": points}
    told = {"filing": None, "ended": {"ending": "withdrawn"}, "is_closed": is_closed, "standing": standing}
    event = EVENT | told | {"judgements": [judgement], "composite_score": score, "coverage_ratio": coverage}
    assert found(event) == []
    assert any("reason is told as withdrawn" in each for each in found(event | {"ended": None}))


def test_growth_told_from_another_base_than_the_baseline_is_found() -> None:
    (difference,) = found(event({**GROWN, "baseline": {"on": "2004-03-31", "value": "99"}}))
    assert difference.endswith("base is told as 100 on 2004-03-31, but was 99 on 2004-03-31")


def test_growth_told_from_another_first_observation_than_was_told_before_is_found() -> None:
    since_then = event({**GROWN, "baseline": None})
    alone = {**GROWN, "observed": {"value": "99"}, "base": {"on": "2004-03-31", "value": "99"}, "baseline": None}
    alone |= {"status": "not_available", "standing": "not_assessable", "reason": "one-observation"}
    alone |= dict.fromkeys(["progress_ratio", "score", "attainment_ratio", "expected_value", "points"])
    first = event(alone, period="2004-Q1", period_ends_on="2004-04-01")
    assert found(first) == found(since_then) == []
    (difference,) = found(first, since_then)
    assert difference.endswith("base is told as 100 on 2004-03-31, but was 99 on 2004-03-31")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"base": {"on": "2014-03-31", "value": "200"}}, "one-observation"),
        ({"target": {"comparison": "at-least", "value": "300", "on": "2004-03-31"}}, "base-not-before-target"),
        ({"observed": {"value": "-1"}}, "mixed-signs"),
        ({"target": {"comparison": "above", "value": "-1"}, "observed": {"value": "-1"}}, "mixed-signs"),
        ({"base": {"on": "2004-03-31", "value": "300"}}, "base-is-target"),
    ],
)
def test_growth_that_cannot_be_told_is_recomputed_with_the_reason(changed: dict[str, Any], reason: str) -> None:
    none = dict.fromkeys(["progress_ratio", "score", "attainment_ratio", "expected_value", "baseline", "points"])
    told = GROWN | none | {"status": "not_available", "standing": "not_assessable", "reason": reason} | changed
    assert found(event(told)) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {"target": {"comparison": "above", "value": "0"}, "direction": "decreasing", "observed": None},
            "not-reported",
        ),
        ({"target": {"comparison": "below", "value": "-1"}, "direction": "decreasing"}, "target-zero"),
        ({"method": "from-baseline", "baseline": {"on": "2013-12-31", "value": "90"}}, "base-is-target"),
        ({"observed": {"value": None, "numerator": "0", "denominator": "0"}}, "denominator-zero"),
        ({"milestones": [{"on": "2014-06-30", "value": "0"}]}, "nothing-expected-yet"),
    ],
)
def test_what_has_no_pace_is_recomputed_with_the_reason(changed: dict[str, Any], reason: str) -> None:
    assert any(f"recomputed as {reason}" in difference for difference in found(event(BY_HAND | changed)))


@pytest.mark.parametrize("lacking", ["plan_starts_on", "thresholds", "is_closed", "judgements", "standing"])
def test_an_event_that_lacks_an_input_cannot_be_recomputed(lacking: str) -> None:
    told = {name: value for name, value in EVENT.items() if name != lacking}
    is_needed = lacking != "is_closed"  # only of what was not reported
    assert [lacking in difference for difference in found(told)] == [True] * is_needed


def test_a_score_is_over_what_can_be_assessed_by_weight_and_what_is_missing_counts_nothing() -> None:
    heavy = BY_HAND | {"indicator": "heavy", "weight": "3", "points": "0.25"}
    missing = BY_HAND | {"indicator": "left-out", "observed": None, "standing": "missing", "reason": "not-reported"}
    missing |= dict.fromkeys(["attainment_ratio", "pace_ratio", "lag_points"]) | {"points": "0"}
    unjudged = BY_HAND | {"indicator": "shown", "method": "no-target", "target": None, "weight": "5"}
    unjudged |= {"standing": "not_assessable", "reason": "no-target"}
    unjudged |= dict.fromkeys([*recompute.TOLD[1:8], "points"])
    score = {"composite_score": "6.25", "coverage_ratio": "0.4444444444444444444444444444"}
    told = EVENT | {"judgements": [heavy, missing, unjudged]}
    assert found(told | score) == []
    assert [difference.partition(" #1: ")[2] for difference in found(told | {"composite_score": "6"})] == [
        "composite_score is told as 6, recomputed as 6.25",
        "coverage_ratio is told as 1, recomputed as 0.4444444444444444444444444444",
    ]


def test_the_last_digit_of_a_power_does_not_matter() -> None:
    assert found(event({**GROWN, "progress_ratio": "1.2710622196"})) == []


def test_the_script_tells_what_it_recomputed_by_method(tmp_path: Path) -> None:
    dump = tmp_path / "progress.jsonl"
    dump.write_text("".join(json.dumps({"data": event(each)}) + "\n" for each in (BY_HAND, GROWN, GROWN)))
    alike = run_alone(dump)
    assert (alike.returncode, alike.stderr) == (0, "")
    assert [line.split() for line in alike.stdout.splitlines()] == [
        ["method", "recomputed", "differences"],
        ["events", "3", "0"],
        ["pace", "2", "0"],
        ["to-target", "1", "0"],
    ]


@pytest.mark.parametrize("text", ["", "not JSON\n", "{}\n", json.dumps({"data": {**EVENT, "standing": "met"}})])
def test_the_script_fails_where_something_differs_or_there_is_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "progress.jsonl").write_text(text)
    assert run_alone(tmp_path / "progress.jsonl").returncode == 1


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((PROJECT / "tools" / "recompute.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_dump_that_cannot_be_read_is_told_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dump = tmp_path / "nope"
    if content:
        dump.write_bytes(content)
    assert recompute.main([str(dump)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{dump} cannot be read: ")
    assert told.count("\n") == 1
