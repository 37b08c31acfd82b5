"""Whether a notice is still true just before it is sent."""

import pytest

from services.notify.policy.model import NoticeKind
from services.notify.policy.recheck import is_true
from services.notify.progress.model import Progress
from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import EMAIL, PARK, at, plan, progress

LAGGING = {EMAIL: Standing.LAGGING}


def check(kind: NoticeKind, given: Progress | None) -> bool:
    now = at("2014-04-07 09:00")
    return is_true(kind, period="2014-03", indicators=[EMAIL], plan=plan(), newest=given, unfiled=[], now=now)


def test_what_is_still_true_is_sent() -> None:
    assert check(NoticeKind.LAG, progress(standings=LAGGING))
    assert check(NoticeKind.OVERDUE, progress(is_filed=False))
    assert check(NoticeKind.RECOVERED, progress())
    assert check(NoticeKind.DIGEST, None)


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
def test_what_is_no_longer_true_is_dropped_before_it_is_sent(kind: NoticeKind, given: Progress | None) -> None:
    assert not check(kind, given)
