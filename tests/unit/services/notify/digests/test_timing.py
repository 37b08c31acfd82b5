"""When a digest is due."""

from services.notify.digests.timing import (
    digest_cause,
    digest_slot,
    due_digest,
    due_digests,
    is_what_was_counted,
    may_go_out,
)
from services.notify.progress.model import Progress
from shared.events.progress import ProgressChanged
from shared.events.rollups import RollUpChangedData
from shared.events.vocabulary import Standing
from shared.runtime.clock import TIMEZONE
from tests.unit.services.notify.factories import (
    DA_LAT,
    LAC_DUONG,
    LEAD,
    NOI_VU,
    PLAN,
    at,
    plan,
    progress_changed,
    rollup,
)


def test_a_digest_goes_out_at_eight_on_the_first_working_day_after_the_due_date() -> None:
    period = plan().periods[2].model_copy(update={"due_on": at("2014-04-04 00:00").date()})  # a Friday
    assert digest_slot(period, plan=plan(), timezone=TIMEZONE) == at("2014-04-07 08:00")


def test_a_digest_is_due_from_eight_on_the_first_working_day_after_the_due_date() -> None:
    # March's reports were due on Monday 7 April.
    given = {"plan": plan(), "known_since": at("2014-04-01 08:00"), "decided": frozenset[str]()}
    assert due_digests(**given, now=at("2014-04-08 07:59")) == ()  # type: ignore[arg-type]  # as written above
    assert due_digests(**given, now=at("2014-04-08 08:00")) == (plan().periods[2],)  # type: ignore[arg-type]  # the same


def test_a_digest_missed_by_downtime_is_still_due_and_one_decided_is_not() -> None:
    found = due_digests(
        plan=plan(), known_since=at("2014-01-02 08:00"), decided=frozenset({"2014-01"}), now=at("2014-05-20 11:00")
    )
    assert [period.id for period in found] == ["2014-02", "2014-03", "2014-04"]


def test_slots_that_passed_before_the_plan_was_known_are_nobodys_to_keep() -> None:
    assert (
        due_digests(plan=plan(), known_since=at("2026-01-02 08:00"), decided=frozenset(), now=at("2026-02-02 08:00"))
        == ()
    )


def test_a_digest_has_one_cause_a_plan_and_period() -> None:
    assert digest_cause(plan=PLAN, period="2014-03") == f"digest:{PLAN}:2014-03"


def test_a_digest_waits_a_day_for_the_period_to_be_closed_and_for_ever_for_a_roll_up() -> None:
    def may(rolled_up: RollUpChangedData | None, now: str) -> bool:
        return may_go_out(plan().periods[2], plan=plan(), rollup=rolled_up, now=at(now))

    assert may(rollup(), "2014-04-08 08:00")
    assert not may(rollup(is_closed=False), "2014-04-09 07:59")
    assert may(rollup(is_closed=False), "2014-04-09 08:00")
    assert not may(None, "2014-05-09 08:00")


def test_a_digest_goes_out_with_the_progress_that_its_roll_up_counted() -> None:
    def is_counted(*known: ProgressChanged, filed: int = 2) -> bool:
        told = rollup(as_of=at("2014-04-08 00:05"), agencies={Standing.ON_TRACK: 2, Standing.MISSING: 1})
        counted = told.model_copy(update={"filed": filed})
        return is_what_was_counted(map(Progress.of, known), rollup=counted)

    filed, silent = [progress_changed(LEAD), progress_changed(DA_LAT)], progress_changed(NOI_VU, is_filed=False)
    assert is_counted(*filed, silent, progress_changed(NOI_VU, "2014-02"))
    assert is_counted(*filed, silent, progress_changed(LAC_DUONG, judgements=())), "who owes nothing is not counted"
    assert not is_counted(*filed), "one is on its way"
    assert not is_counted(*filed, silent, filed=3)
    assert not is_counted(filed[0], progress_changed(DA_LAT, sequence=2, time=at("2014-04-08 00:06")), silent)


def test_a_digest_is_due_to_the_lead_agency_within_working_hours() -> None:
    found = due_digest(plan(), plan().periods[2], now=at("2014-04-08 18:00"))
    assert (found.agency, found.period, found.due_at) == (LEAD, "2014-03", at("2014-04-09 07:30"))
