"""What becomes of a notice after an attempt to send it."""

from datetime import timedelta

import pytest

from services.notify.mail.rules import Outcome, is_attempt, retry_pause, state_after
from services.notify.notices.model import NoticeState
from services.notify.policy.model import UnsentReason


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome.ACCEPTED, NoticeState.ACCEPTED, None),
        (Outcome.REFUSED, NoticeState.FAILED, UnsentReason.REFUSED),
        (Outcome.UNANSWERED, NoticeState.UNKNOWN, UnsentReason.ANSWER_LOST),
        (Outcome.DEFERRED, NoticeState.QUEUED, None),
        (Outcome.UNREACHABLE, NoticeState.QUEUED, None),
        (Outcome.CHANNEL_REFUSED, NoticeState.QUEUED, None),
    ],
)
def test_every_outcome_leads_to_one_state(outcome: Outcome, state: NoticeState, reason: UnsentReason | None) -> None:
    assert state_after(outcome, is_too_old=False) == (state, reason)


def test_after_a_day_a_deferred_notice_fails_and_one_nobody_takes_is_held() -> None:
    assert state_after(Outcome.DEFERRED, is_too_old=True) == (NoticeState.FAILED, UnsentReason.GAVE_UP)
    for outcome in (Outcome.UNREACHABLE, Outcome.CHANNEL_REFUSED):
        assert state_after(outcome, is_too_old=True) == (NoticeState.HELD, UnsentReason.CHANNEL_CLOSED)


def test_only_a_mail_that_was_offered_is_an_attempt() -> None:
    assert {each for each in Outcome if not is_attempt(each)} == {Outcome.UNREACHABLE, Outcome.CHANNEL_REFUSED}


def test_pauses_between_attempts_grow_and_have_an_end() -> None:
    pauses = [retry_pause(attempts, first=timedelta(seconds=300)).total_seconds() for attempts in (1, 2, 3, 100)]
    assert pauses == pytest.approx([300, 390, 507, 4 * 3600])
