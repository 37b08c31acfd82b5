"""When a submission may be withdrawn, verified or returned."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from services.ingest.plans.model import FilingKey
from services.ingest.reviews.rules import repeated, review_faults, withdrawal_faults
from services.ingest.submissions.model import Decision, SubmissionState, Verdict
from shared.events.submissions import SubmissionAcceptedData
from shared.runtime.clock import TIMEZONE
from tests.support.ingest_examples import COMMUNE, DEPARTMENT, DISTRICT, MARCH, OPEN_DAY, PLAN, REGISTRY, changed

AT = datetime(2014, 4, 3, 9, tzinfo=TIMEZONE)
WITHDRAWN = Decision(Verdict.WITHDRAWN, "nhầm kỳ", DEPARTMENT.agency, AT)
RETURNED = Decision(Verdict.RETURNED, "sai mẫu số", "so-thong-tin-va-truyen-thong", AT)
VERIFIED = Decision(Verdict.VERIFIED, None, "so-thong-tin-va-truyen-thong", AT)
STATE = SubmissionState(
    accepted=SubmissionAcceptedData(
        submission=UUID(int=1),
        plan=PLAN.plan,
        plan_version=1,
        agency=DEPARTMENT.agency,
        period=MARCH.id,
        revision=2,
        filed_at=AT,
        filed_by=DEPARTMENT.agency,
        observations=(),
    ),
    latest_revision=2,
)


def of(**changes: str) -> SubmissionState:
    return replace(STATE, accepted=changed(STATE.accepted, **changes))


def withdrawing(state: SubmissionState, *, today: date = OPEN_DAY) -> list[str]:
    return [fault.code for fault in withdrawal_faults(state, registry=REGISTRY, today=today)]


def reviewing(state: SubmissionState, verdict: Verdict = Verdict.RETURNED) -> list[str]:
    return [fault.code for fault in review_faults(state, verdict=verdict)]


def decided(*decisions: Decision) -> SubmissionState:
    return replace(STATE, decisions=decisions)


def test_the_latest_revision_may_be_withdrawn_verified_and_returned() -> None:
    assert withdrawing(STATE) == reviewing(STATE) == reviewing(STATE, Verdict.VERIFIED) == []


def test_a_revision_that_was_replaced_counts_no_more_and_cannot_end() -> None:
    replaced = replace(STATE, latest_revision=3)
    assert withdrawing(replaced) == reviewing(replaced) == ["not-latest-revision"]


@pytest.mark.parametrize(("ended", "code"), [(WITHDRAWN, "already-withdrawn"), (RETURNED, "already-returned")])
def test_what_has_ended_does_not_end_again(ended: Decision, code: str) -> None:
    assert withdrawing(decided(ended)) == reviewing(decided(VERIFIED, ended)) == [code]
    assert reviewing(decided(ended), Verdict.VERIFIED) == [code]


def test_what_was_verified_may_still_be_returned_and_withdrawn() -> None:
    verified = decided(VERIFIED)
    assert withdrawing(verified) == reviewing(verified) == []
    assert reviewing(verified, Verdict.VERIFIED) == ["already-verified"]


def test_a_withdrawal_is_taken_as_long_as_a_correction_is() -> None:
    assert withdrawing(STATE, today=date(2014, 5, 6)) == []
    (fault,) = withdrawal_faults(STATE, registry=REGISTRY, today=date(2014, 5, 7))
    assert (fault.code, fault.pointer, fault.status) == ("period-locked", "", 409)


def test_a_period_that_was_reopened_takes_withdrawals_again() -> None:
    reopened = replace(REGISTRY, reopened={FilingKey(PLAN.plan, DEPARTMENT.agency, MARCH.id): date(2014, 6, 30)})
    for today, expected in ((date(2014, 6, 30), []), (date(2014, 7, 1), ["period-locked"])):
        found = withdrawal_faults(STATE, registry=reopened, today=today)
        assert [fault.code for fault in found] == expected


def test_a_period_that_a_later_plan_version_dropped_is_locked_on_no_day() -> None:
    assert withdrawing(of(period="2013-12"), today=date(2014, 12, 1)) == []


def test_a_decision_said_again_by_the_same_agency_for_the_same_reason_is_the_same_decision() -> None:
    again = replace(WITHDRAWN, decided_at=AT.replace(hour=10))
    assert repeated(decided(VERIFIED, WITHDRAWN), again) is WITHDRAWN
    assert repeated(decided(WITHDRAWN), replace(again, reason="khác")) is None
    assert repeated(decided(WITHDRAWN), replace(again, decided_by=DISTRICT.agency)) is None
    assert repeated(decided(VERIFIED), again) is None


def test_a_submission_is_of_its_agency_and_of_who_filed_it_for_them() -> None:
    filed_for = of(agency=COMMUNE.agency, filed_by=DISTRICT.agency)
    assert filed_for.is_of(COMMUNE.agency)
    assert filed_for.is_of(DISTRICT.agency)
    assert not filed_for.is_of(DEPARTMENT.agency)
