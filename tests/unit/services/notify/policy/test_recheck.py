"""Whether a notice is still true just before it is sent."""

import pytest

from services.notify.policy.model import NoticeKind, Postpone, Send, Skip, UnsentReason
from services.notify.policy.recheck import recheck
from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import EMAIL, PARK, at, plan, progress

LAGGING = {EMAIL: Standing.LAGGING}


def check(kind: NoticeKind, given: object, *, period: str = "2014-03", now: str = "2014-04-07 09:00") -> object:
    return recheck(kind=kind, period=period, indicators=[EMAIL], plan=plan(), newest=given, unfiled=[], now=at(now))  # type: ignore[arg-type]  # a Progress or None


def test_what_is_still_true_within_working_hours_is_sent() -> None:
    assert check(NoticeKind.LAG, progress(standings=LAGGING)) == Send()
    assert check(NoticeKind.OVERDUE, progress(is_filed=False)) == Send()
    assert check(NoticeKind.RECOVERED, progress()) == Send()
    assert check(NoticeKind.DIGEST, None) == Send()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (NoticeKind.LAG, None),
        (NoticeKind.LAG, progress()),
        (NoticeKind.LAG, progress(standings={PARK: Standing.LAGGING})),
        (NoticeKind.LAG, progress(period="2014-04", standings=LAGGING)),
        (NoticeKind.OVERDUE, progress()),
        (NoticeKind.OVERDUE, progress(is_filed=False, is_closed=False)),
        (NoticeKind.RECOVERED, progress(standings={EMAIL: Standing.AT_RISK})),
        (NoticeKind.RECOVERED, progress(standings={EMAIL: Standing.MISSING})),
        (NoticeKind.RECOVERED, progress(standings=LAGGING)),
        (NoticeKind.RECOVERED, progress(is_filed=False)),
    ],
)
def test_what_is_no_longer_true_is_dropped_before_it_is_sent(kind: NoticeKind, given: object) -> None:
    assert check(kind, given) == Skip(UnsentReason.NO_LONGER_TRUE)


def test_what_is_true_after_hours_waits() -> None:
    assert check(NoticeKind.DIGEST, None, now="2014-04-07 17:00") == Postpone(at("2014-04-08 07:30"))
