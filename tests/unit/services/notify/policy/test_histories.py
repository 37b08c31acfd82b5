"""Histories of events: whatever their order and however often they come, nobody is told twice."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from services.notify.notices.model import NoticeState
from services.notify.policy.model import NoticeKind
from shared.events.envelope import Event
from shared.events.progress import ProgressChanged
from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    INDICATORS,
    LAC_DUONG,
    NAMES,
    PARK,
    agency_registered,
    at,
    plan_published,
    progress_changed,
)
from tests.unit.services.notify.policy_run import PolicyRun

REFERENCE: tuple[Event[Any], ...] = (*map(agency_registered, NAMES), plan_published())
NOW = at("2014-04-08 09:00")
LAGGING = {EMAIL: Standing.LAGGING}
IN_ORDER = {Standing.MET, Standing.ON_TRACK, Standing.NOT_ASSESSABLE}
JUDGED = [Standing.MET, Standing.AT_RISK, Standing.LAGGING, Standing.MISSING]


def run_of(*batch: Event[Any]) -> PolicyRun:
    """Return a run that knows plan and agencies, and took in the batch."""
    run = PolicyRun()
    run.handle_events(*REFERENCE, now=NOW)
    run.handle_events(*batch, now=NOW)
    return run


def told_after(*batches: Sequence[Event[Any]]) -> list[NoticeKind]:
    """Return the kinds of notices sent where each batch is sent before the next one comes."""
    run = run_of()
    for batch in batches:
        run.handle_events(*batch, now=NOW)
        run.send_all()
    return [sent.due.kind for sent in run.sent()]


def test_many_events_of_an_agency_in_one_batch_make_one_notice_at_most() -> None:
    events = [progress_changed(period=f"2014-{month:02}", standings=LAGGING) for month in range(1, 6)]
    assert told_after(events) == [NoticeKind.LAG]


def test_lag_and_recovery_within_one_batch_are_no_news() -> None:
    assert told_after([progress_changed(standings=LAGGING), progress_changed(sequence=2)]) == []


def test_silence_then_lag_then_recovery_are_three_notices() -> None:
    assert told_after(
        [progress_changed(is_filed=False)],
        [progress_changed(sequence=2, standings=LAGGING)],
        [progress_changed(period="2014-04")],
    ) == [NoticeKind.OVERDUE, NoticeKind.LAG, NoticeKind.RECOVERED]


def test_an_older_event_of_scoring_changes_nothing() -> None:
    assert told_after([progress_changed(sequence=2)], [progress_changed(sequence=1, standings=LAGGING)]) == []


def test_a_correction_of_an_older_period_mails_nobody() -> None:
    assert told_after([progress_changed(period="2014-04")], [progress_changed(standings=LAGGING)]) == []


def test_progress_waits_for_its_plan() -> None:
    run = PolicyRun()
    run.handle_events(progress_changed(standings=LAGGING), now=NOW)
    assert run.notices == {}
    run.handle_events(*REFERENCE, now=NOW)
    assert [notice.due.kind for notice in run.notices.values()] == [NoticeKind.LAG]


def test_a_new_plan_version_tells_nobody_again() -> None:
    versions = [plan_published(version=2)]
    assert told_after([progress_changed(standings=LAGGING)], versions) == [NoticeKind.LAG]


@some.composite
def histories(draw: some.DrawFn) -> list[ProgressChanged]:
    """Return what scoring may announce: for two agencies and three periods, up to three events on each."""
    events = []
    for agency in (LAC_DUONG, DA_LAT):
        for period in ("2014-01", "2014-02", "2014-03"):
            for sequence in range(1, draw(some.integers(0, 3)) + 1):
                is_filed = draw(some.booleans())
                standings = {each: draw(some.sampled_from(JUDGED)) for each in INDICATORS} if is_filed else None
                events.append(
                    progress_changed(agency, period, sequence=sequence, standings=standings, is_filed=is_filed)
                )
    return events


@given(history=histories(), choices=some.data())
@settings(max_examples=60, deadline=None)
def test_replaying_any_of_it_in_any_order_any_number_of_times_tells_nobody_anything(
    history: list[ProgressChanged], choices: some.DataObject
) -> None:
    run = run_of()
    for event in choices.draw(some.permutations(history)):
        run.handle_events(event, now=NOW)
        if choices.draw(some.booleans()):
            run.send_all()
    run.send_all()
    before = dict(run.notices)
    again = choices.draw(some.lists(some.sampled_from(history), max_size=20)) if history else []
    run.handle_events(*again, now=NOW)
    run.handle_events(*REFERENCE, *reversed(history), now=NOW)
    assert run.notices == before


@given(history=histories(), choices=some.data())
@settings(max_examples=60, deadline=None)
def test_no_agency_is_told_of_the_same_lag_of_a_period_twice(
    history: list[ProgressChanged], choices: some.DataObject
) -> None:
    run = run_of()
    told: set[tuple[str, str, str]] = set()  # agency, period and indicator: told, and not in order since
    for event in choices.draw(some.permutations(history)):
        run.handle_events(event, now=NOW)
        told -= {each for each in told if standing(run, *each) in IN_ORDER}
        waiting = [notice.due.agency for notice in run.notices.values() if notice.state is NoticeState.QUEUED]
        assert len(waiting) == len(set(waiting))
        if choices.draw(some.booleans()):
            before = [sent.due for sent in run.sent()]
            run.send_all()
            for due in (sent.due for sent in run.sent() if sent.due not in before):
                news = {(due.agency, due.period, indicator) for indicator in due.indicators}
                assert due.kind is not NoticeKind.LAG or not news <= told
                if due.kind is NoticeKind.RECOVERED:
                    told = {each for each in told if each[0] != due.agency}
                told |= news if due.kind is NoticeKind.LAG else set()
    for agency in (LAC_DUONG, DA_LAT):
        overdue = [sent.due.period for sent in run.sent(NoticeKind.OVERDUE) if sent.due.agency == agency]
        assert len(overdue) == len(set(overdue))


def standing(run: PolicyRun, agency: str, period: str, indicator: str) -> Standing | None:
    """Return how an indicator stands where the period is the agency's newest."""
    rows = [row for row in run.progress.values() if row.agency == agency]
    newest = max(rows, key=lambda row: row.period_starts_on)
    if newest.period != period:
        return None
    return next(each.standing for each in newest.judgements if each.indicator == indicator)


def test_what_a_lag_notice_says_is_what_was_judged() -> None:
    run = run_of(progress_changed(standings={EMAIL: Standing.LAGGING, PARK: Standing.MISSING}))
    (notice,) = run.notices.values()
    assert notice.contents.about.agency_name.vi == NAMES[LAC_DUONG]
    assert notice.due.indicators == (EMAIL,)
