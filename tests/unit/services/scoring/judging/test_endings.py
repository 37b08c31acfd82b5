"""Where the highest revision was withdrawn or returned nothing counts as filed, in whatever order that is told."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Ended, Filing
from services.scoring.plans.model import PlanVersion
from services.scoring.rollups.cells import STANDINGS, cells_of
from shared.events.vocabulary import Ending, Reason, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    ended,
    filing,
    indicator,
    plan,
    share,
    told,
)
from tests.unit.services.scoring.lived import after_closing, after_ending, after_filing

PLAN = plan(indicator("edoc-exchange", programme="egov"), indicator("oss-priority", programme="egov"))
FIRST = filing(share(20, 100), share(22, 100, of="oss-priority"))
SECOND = FIRST._replace(revision=2, submission=filing(revision=2).submission)


def _file(before: Progress | None, filed: Filing, *, end: Ended | None = None, is_closed: bool = False) -> Progress:
    return after_filing(
        before=before, filing=filed, plan=PLAN, agency=DISTRICT, is_closed=is_closed, cause=CAUSE, ended=end
    )


def _end(before: Progress, end: Ended, *, is_closed: bool = False) -> Progress:
    return after_ending(before=before, ended=end, plan=PLAN, agency=DISTRICT, is_closed=is_closed, cause=CAUSE)


def _close(before: Progress | None) -> Progress | None:
    return after_closing(before=before, key=KEY, plan=PLAN, agency=DISTRICT, cause=CAUSE)


@pytest.mark.parametrize(
    ("ending", "reason", "vi", "en"),
    [
        (
            Ending.WITHDRAWN,
            Reason.WITHDRAWN,
            "báo cáo đã được rút lại, hạn nộp 08/04/2014: chưa đến hạn",
            "what was filed was withdrawn, due on 2014-04-08: awaited",
        ),
        (
            Ending.RETURNED,
            Reason.RETURNED,
            "báo cáo bị trả lại, chưa nộp lại, hạn nộp 08/04/2014: chưa đến hạn",
            "what was filed was returned and not filed again, due on 2014-04-08: awaited",
        ),
    ],
)
def test_what_was_filed_and_ended_before_its_due_date_is_awaited_again(
    ending: Ending, reason: Reason, vi: str, en: str
) -> None:
    progress = _end(_file(None, FIRST), ended(FIRST, ending))
    assert (progress.standing, progress.filing, progress.ended) == (Standing.AWAITED, None, ended(FIRST, ending))
    assert (progress.sequence, progress.is_closed) == (2, False)
    assert {(each.standing, each.reason) for each in progress.judgements} == {(Standing.AWAITED, reason)}
    assert told(progress.judgements[0], by=PLAN, period=FIRST_QUARTER) == (vi, en)


def test_what_ended_is_missing_once_its_period_closes_whichever_comes_first() -> None:
    closed_last = _close(_end(_file(None, FIRST), ended(FIRST)))
    closed_first = _end(_file(None, FIRST), ended(FIRST), is_closed=True)
    assert closed_last is not None
    assert closed_last.judgements == closed_first.judgements
    assert (closed_last.standing, closed_last.ended) == (Standing.MISSING, ended(FIRST))
    assert _close(closed_last) is closed_last
    assert {each.reason for each in closed_first.judgements} == {Reason.WITHDRAWN}


def test_a_submission_whose_end_came_first_never_counts() -> None:
    progress = _file(None, FIRST, end=ended(FIRST))
    assert (progress.standing, progress.filing, progress.ended) == (Standing.AWAITED, None, ended(FIRST))


def test_the_next_revision_files_again_and_an_older_one_does_not() -> None:
    withdrawn = _end(_file(None, SECOND), ended(SECOND))
    assert _file(withdrawn, FIRST) is withdrawn
    assert _file(withdrawn, SECOND) is withdrawn
    third = SECOND._replace(revision=3)
    filed = _file(withdrawn, third)
    assert (filed.filing, filed.ended, filed.previous_standing) == (third, None, Standing.AWAITED)


def test_the_end_of_a_revision_that_was_replaced_changes_nothing() -> None:
    corrected = _file(_file(None, FIRST), SECOND)
    assert _end(corrected, ended(FIRST)) is corrected


def test_the_end_of_anything_changes_nothing_where_nothing_was_filed() -> None:
    silent = _close(None)
    assert silent is not None
    assert _end(silent, ended(FIRST), is_closed=True) is silent


def test_of_two_endings_the_first_is_told_whichever_comes_first() -> None:
    withdrawn, returned = ended(FIRST, minute=10), ended(FIRST, Ending.RETURNED, minute=20)
    one = _end(_end(_file(None, FIRST), withdrawn), returned)
    other = _end(_end(_file(None, FIRST), returned), withdrawn)
    assert one.ended == other.ended == withdrawn
    assert one.judgements == other.judgements
    at_once = replace(returned, ended_at=withdrawn.ended_at)
    assert at_once.precedes(withdrawn), "a tie is settled the same way from either side"


CLOSING = "closing"


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Filing | Ended | str], list[Filing | Ended | str]]:
    """Return a history in the order it was made, and the same with duplicates in another order."""
    made: list[Filing | Ended | str] = []
    for revision in range(1, draw(st.integers(0, 3)) + 1):
        filed = FIRST._replace(revision=revision, submission=filing(revision=revision).submission)
        made.append(filed)
        endings = st.lists(st.sampled_from(Ending), max_size=2, unique=True)
        made += [ended(filed, ending, minute=minute) for minute, ending in enumerate(draw(endings))]
    if draw(st.booleans()):
        made.append(CLOSING)
    repeated = draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    return made, draw(st.permutations([*made, *repeated]))


def _lived(history: Sequence[Filing | Ended | str]) -> Progress | None:
    """Return the progress in the end; an end that comes before its filing is remembered, as scoring does."""
    progress: Progress | None = None
    ends: dict[object, Ended] = {}
    is_closed = False
    for happened in history:
        if isinstance(happened, Ended):
            known = ends.get(happened.submission, happened)
            ends[happened.submission] = known if known.precedes(happened) else happened
            progress = _end(progress, happened, is_closed=is_closed) if progress else None
        elif isinstance(happened, Filing):
            progress = _file(progress, happened, end=ends.get(happened.submission), is_closed=is_closed)
        else:
            progress, is_closed = _close(progress), True
    return progress


@given(histories())
def test_any_order_and_repetition_of_filings_and_endings_gives_the_same_progress(
    both: tuple[list[Filing | Ended | str], list[Filing | Ended | str]],
) -> None:
    one, other = (_lived(history) for history in both)
    if one is None or other is None:
        assert one is other
        return
    assert (one.filing, one.ended, one.standing) == (other.filing, other.ended, other.standing)
    assert one.judgements == other.judgements


def test_a_programme_is_awaited_not_missing_where_what_was_filed_ended_before_its_due_date() -> None:
    progress = _end(_file(None, FIRST), ended(FIRST))
    cells = cells_of([progress], plans={PlanVersion(PLAN.id, 1): PLAN}, registry={DISTRICT.id: DISTRICT})
    counts = [tally.agencies[STANDINGS.index(Standing.AWAITED)] for cell, tally in cells.items() if not cell.indicator]
    assert counts == [1, 1], "of the programme, and of the agency as a whole"
