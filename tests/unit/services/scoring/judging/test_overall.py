"""What counts, what is news, and that the order of arrival changes neither."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.composite import overall
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Filing, Key
from services.scoring.plans.fitness import fault_of, unsupported
from shared.events.vocabulary import GrowthFrom, Method, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    KEY,
    filing,
    indicator,
    judged,
    milestone,
    plan,
    share,
    value,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

EXCHANGE, PRIORITY = indicator("edoc-exchange"), indicator("oss-priority")
PLAN = plan(EXCHANGE, PRIORITY)
FULL = (share(20, 100), share(22, 100, of="oss-priority"))


def _file(before: Progress | None, filed: Filing, *, is_closed: bool = False) -> Progress:
    return after_filing(before=before, filing=filed, plan=PLAN, agency=DISTRICT, is_closed=is_closed, cause=CAUSE)


def _close(before: Progress | None, *, key: Key = KEY) -> Progress | None:
    return after_closing(before=before, key=key, plan=PLAN, agency=DISTRICT, cause=CAUSE)


def test_a_first_filing_is_the_first_announcement_and_names_every_indicator() -> None:
    progress = _file(None, filing(*FULL))
    assert (progress.sequence, progress.previous_standing) == (1, None)
    assert progress.changed_indicators == ("edoc-exchange", "oss-priority")


def test_a_correction_names_only_what_it_changed() -> None:
    first = _file(None, filing(*FULL))
    corrected = _file(first, filing(share(80, 100), FULL[1], revision=2))
    assert (corrected.sequence, corrected.changed_indicators) == (2, ("edoc-exchange",))
    assert corrected.previous_standing is first.standing


def test_an_older_revision_after_a_newer_one_changes_nothing() -> None:
    newer = _file(None, filing(*FULL, revision=2))
    assert _file(newer, filing(share(99, 100), revision=1)) is newer


def test_the_same_filing_again_changes_nothing() -> None:
    once = _file(None, filing(*FULL))
    assert _file(once, filing(*FULL)) is once


def test_a_silent_agency_is_missing_once_the_due_date_has_passed() -> None:
    missing = _close(None)
    assert missing is not None
    assert (missing.standing, missing.filing, missing.is_closed) == (Standing.MISSING, None, True)
    assert {each.standing for each in missing.judgements} == {Standing.MISSING}


def test_closing_twice_is_closing_once() -> None:
    missing = _close(None)
    assert _close(missing) is missing


def test_an_agency_that_owes_nothing_is_not_missing() -> None:
    nothing_owed = plan(indicator(reported_by_kinds=frozenset()))
    assert after_closing(before=None, key=KEY, plan=nothing_owed, agency=DISTRICT, cause=CAUSE) is None


def test_closing_does_not_touch_who_filed_everything() -> None:
    complete = _file(None, filing(*FULL))
    assert _close(complete) is complete


def test_closing_turns_what_a_partial_filing_left_out_from_awaited_to_missing() -> None:
    partial = _file(None, filing(share(22, 100)))
    closed = _close(partial)
    assert partial.standing is Standing.AWAITED
    assert closed is not None
    assert (closed.standing, closed.changed_indicators, closed.sequence) == (Standing.MISSING, ("oss-priority",), 2)
    assert closed.filing == partial.filing


def test_a_late_filing_replaces_missing() -> None:
    late = _file(_close(None), filing(*FULL), is_closed=True)
    assert (late.previous_standing, late.standing) == (Standing.MISSING, Standing.AT_RISK)


@pytest.mark.parametrize(
    ("standings", "worst"),
    [
        ("met lagging missing", "lagging"),
        ("at_risk missing met", "missing"),
        ("awaited at_risk", "at_risk"),
        ("on_track awaited met", "awaited"),
        ("met on_track not_assessable", "on_track"),
        ("met not_assessable", "met"),
        ("not_assessable not_assessable", "not_assessable"),
        ("", "not_assessable"),
    ],
)
def test_an_agency_stands_as_its_worst_indicator(standings: str, worst: str) -> None:
    judgements = [judged(value(1), EXCHANGE)._replace(standing=Standing(each)) for each in standings.split()]
    assert overall(judgements, has_filed=True) is Standing(worst)
    # Who filed nothing is missing, but for who owes nothing.
    assert overall(judgements, has_filed=False) is (Standing.MISSING if judgements else Standing.NOT_ASSESSABLE)


def test_a_plan_that_gives_a_method_nothing_to_measure_from_is_refused_with_what_is_accepted() -> None:
    paced, way = indicator("cif-3-9-1", method=Method.PACE), indicator("way", method=Method.FROM_BASELINE)
    watched = replace(paced, growth_from=GrowthFrom.FIRST_OBSERVATION)
    begun = replace(way, baseline=milestone("2013-12-31", 10))
    assert unsupported([EXCHANGE, indicator(method=Method.NO_TARGET), watched, begun]) is None
    assert unsupported([EXCHANGE, paced, watched, way]) == (
        "no baseline for cif-3-9-1 (pace), way (from-baseline); scoring needs one, or with pace the first observation"
    )


def test_a_filing_for_a_period_or_an_indicator_outside_its_plan_version_names_it() -> None:
    stray = filing(share(1, 2, of="unknown"), share(1, 2))
    elsewhere = filing(key=KEY._replace(period="2015-Q1"))
    assert fault_of(filing(*FULL), plan=PLAN) is None
    assert fault_of(stray, plan=PLAN) == "plan lam-dong-2014 version 1 has no indicator unknown"
    assert fault_of(elsewhere, plan=PLAN) == "plan lam-dong-2014 version 1 has no period 2015-Q1"


OBSERVATIONS = st.lists(
    st.sampled_from([share(20, 100), share(0, 0), share(9, 10, of="oss-priority"), share(1, 10, of="oss-priority")]),
    max_size=2,
    unique_by=lambda each: each.indicator,
)
CLOSING = "closing"


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Filing | str], list[Filing | str]]:
    """Return one history in the order it was made, and the same with duplicates in another order."""
    made: list[Filing | str] = [
        filing(*draw(OBSERVATIONS), revision=revision) for revision in range(1, draw(st.integers(0, 4)) + 1)
    ]
    if draw(st.booleans()):
        made.insert(draw(st.integers(0, len(made))), CLOSING)
    repeated = draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    return made, draw(st.permutations([*made, *repeated]))


def _lived(history: list[Filing | str]) -> Progress | None:
    progress: Progress | None = None
    is_closed = False
    for happened in history:
        if isinstance(happened, Filing):
            progress = _file(progress, happened, is_closed=is_closed)
        else:
            progress, is_closed = _close(progress), True
    return progress


@given(histories())
def test_any_order_and_repetition_of_a_history_gives_the_same_progress(
    both: tuple[list[Filing | str], list[Filing | str]],
) -> None:
    one, other = (_lived(history) for history in both)
    if one is None or other is None:
        assert one is other
        return
    assert (one.filing, one.standing, one.judgements) == (other.filing, other.standing, other.judgements)


def test_revisions_with_one_number_are_settled_the_same_way_from_either_side() -> None:
    one = filing(share(20, 100), revision=3)
    other = filing(share(80, 100), revision=3)._replace(submission=filing(revision=9).submission)
    assert _file(_file(None, one), other).filing == _file(_file(None, other), one).filing == other


def test_milestones_of_the_plan_reach_the_judgement() -> None:
    steep = plan(indicator(milestones=(milestone("2014-03-31", 80),)))
    progress = after_filing(
        before=None, filing=filing(share(20, 100)), plan=steep, agency=DISTRICT, is_closed=False, cause=CAUSE
    )
    assert progress.judgements[0].expected_value == 80
    assert progress.standing is Standing.LAGGING
