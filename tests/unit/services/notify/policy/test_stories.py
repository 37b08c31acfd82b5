"""Who is told what and when: stories of one agency and its notices, as the table of the domain rules has them.

March is due on Monday 7 April, and locked from 7 May on; a lag notice settles for four working hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from shared.events.vocabulary import Standing
from tests.unit.services.notify.factories import (
    EMAIL,
    LAC_DUONG,
    NAMES,
    PARK,
    PLAN,
    SOFTWARE,
    agency_registered,
    at,
    judgement_data,
    plan_published,
    progress_changed,
)
from tests.unit.services.notify.policy_run import PolicyRun

A, B = EMAIL, PARK
LAG, RISK, OK, MISSING, NOTHING = (
    Standing.LAGGING,
    Standing.AT_RISK,
    Standing.ON_TRACK,
    Standing.MISSING,
    Standing.NOT_ASSESSABLE,
)
SETTLING = timedelta(hours=4)


@dataclass(frozen=True)
class Files:
    """The agency files, or is judged again where nothing is filed anew; what is not named is on track."""

    standings: Mapping[str, Standing]
    period: str = "2014-03"
    is_anew: bool = True
    owed: Sequence[str] = (A, B, SOFTWARE)


@dataclass(frozen=True)
class Closes:
    """A period's due date passed without a submission."""

    period: str = "2014-03"


@dataclass(frozen=True)
class Ceases:
    """The registry says that the agency had ceased before a period's last day, so that it owes nothing for it."""

    period: str = "2014-03"


@dataclass(frozen=True)
class Passes:
    """Only time passes."""


Step = Files | Closes | Ceases | Passes


def notices_of(steps: Sequence[tuple[str, Step]], *, until: str) -> list[str]:
    """Return the notices that were sent by `until`, each with moment, kind, period and indicators."""
    run = PolicyRun(settling=SETTLING)
    revision = 0
    run.handle_events(*map(agency_registered, NAMES), plan_published(), now=at("2014-01-01 08:00"))
    for number, (when, step) in enumerate(steps, start=1):
        now = at(when)
        run.send_due(now=now)
        if isinstance(step, Passes):
            run.decide_notices([(PLAN, LAC_DUONG)], now=now)
            continue
        if isinstance(step, Closes):
            event = progress_changed(period=step.period, sequence=number, is_filed=False, time=now)
        elif isinstance(step, Ceases):
            event = progress_changed(period=step.period, sequence=number, is_filed=False, judgements=[], time=now)
        else:
            revision += step.is_anew
            judged = [judgement_data(each, step.standings.get(each, OK)) for each in step.owed]
            event = progress_changed(
                period=step.period, sequence=number, judgements=judged, revision=revision, is_closed=False, time=now
            )
        run.handle_events(event, now=now)
    run.send_due(now=at(until))
    return [
        f"{sent.sent_at:%d/%m %H:%M} {sent.due.kind} {sent.due.period} {' '.join(sorted(sent.due.indicators))}".strip()
        for sent in sorted(run.sent(), key=lambda sent: str(sent.sent_at))
    ]


@pytest.mark.parametrize(
    ("steps", "notices"),
    [
        pytest.param(
            [("2014-04-02 09:00", Files({A: LAG, B: LAG}))],
            [f"02/04 13:00 lag 2014-03 {B} {A}"],
            id="becomes lagging: one letter after the settling time, with every lagging indicator",
        ),
        pytest.param(
            [("2014-04-02 15:00", Files({A: LAG}))],
            [f"03/04 09:30 lag 2014-03 {A}"],
            id="the settling time counts working hours only",
        ),
        pytest.param(
            [("2014-04-02 09:00", Files({A: LAG})), ("2014-04-02 12:00", Files({}))],
            [],
            id="a correction within the settling time: nothing was wrong, nothing is told",
        ),
        pytest.param(
            [("2014-04-02 09:00", Files({A: LAG})), ("2014-04-02 12:00", Files({A: LAG, B: LAG}))],
            [f"02/04 13:00 lag 2014-03 {B} {A}"],
            id="a correction within the settling time replaces the letter and does not start it again",
        ),
        pytest.param(
            [
                ("2014-04-02 09:00", Files({A: LAG})),
                ("2014-04-02 10:00", Files({})),
                ("2014-04-02 11:00", Files({A: LAG})),
            ],
            [f"02/04 13:00 lag 2014-03 {A}"],
            id="lag, none and lag again within the settling time is one letter",
        ),
        pytest.param(
            [("2014-04-02 09:00", Files({})), ("2014-04-04 08:00", Files({A: LAG}, is_anew=False))],
            [f"04/04 12:00 lag 2014-03 {A}"],
            id="judged lagging without a new filing: the settling time counts from the judgement",
        ),
        pytest.param(
            [
                ("2014-04-02 09:00", Files({A: LAG, B: LAG})),
                ("2014-04-03 09:00", Files({B: LAG})),
                ("2014-04-04 09:00", Files({A: LAG, B: LAG})),
            ],
            [f"02/04 13:00 lag 2014-03 {B} {A}", f"04/04 13:00 lag 2014-03 {B} {A}"],
            id="told, recovered and lagging again beside another that lags all the time: told again",
        ),
        pytest.param(
            [
                ("2014-04-02 09:00", Files({A: LAG, B: LAG})),
                ("2014-04-03 09:00", Files({A: RISK, B: LAG})),
                ("2014-04-04 09:00", Files({A: LAG, B: LAG})),
            ],
            [f"02/04 13:00 lag 2014-03 {B} {A}"],
            id="at risk is not recovered, so lagging again is no news",
        ),
        pytest.param(
            [("2014-04-02 09:00", Files({A: LAG})), ("2014-05-05 09:00", Files({A: LAG}, "2014-04"))],
            [f"02/04 13:00 lag 2014-03 {A}", f"05/05 13:00 lag 2014-04 {A}"],
            id="lagging in the next period too: told of that period",
        ),
        pytest.param(
            [("2014-04-02 09:00", Files({A: LAG, B: LAG})), ("2014-05-05 09:00", Files({B: RISK}, "2014-04"))],
            [f"02/04 13:00 lag 2014-03 {B} {A}"],
            id="one of two is at risk: not recovered",
        ),
        pytest.param(
            [
                ("2014-04-02 09:00", Files({A: LAG})),
                ("2014-05-05 09:00", Files({B: RISK, SOFTWARE: MISSING}, "2014-04")),
            ],
            [f"02/04 13:00 lag 2014-03 {A}", f"05/05 09:00 recovered 2014-04 {A}"],
            id="what was told is in order: recovered, whatever stands beside it",
        ),
        pytest.param(
            [
                ("2014-04-02 09:00", Files({A: LAG, B: LAG})),
                ("2014-05-05 09:00", Files({A: NOTHING}, "2014-04", owed=[A])),
            ],
            [f"02/04 13:00 lag 2014-03 {B} {A}", f"05/05 09:00 recovered 2014-04 {B} {A}"],
            id="not assessable, and no longer owed: recovered",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes())],
            ["08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email"],
            id="nothing filed by the due date: overdue, and not lagging as well",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-04-08 07:00", Files({}))],
            [],
            id="filed before the letter went out: nothing is told",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-04-09 09:00", Files({B: RISK}))],
            [
                "08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email",
                "09/04 09:00 recovered 2014-03",
            ],
            id="overdue and then filed: told that the report arrived and nothing lags",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-04-09 09:00", Files({B: MISSING}))],
            ["08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email"],
            id="overdue and then filed in part: what was asked for is still missing",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-05-07 00:05", Passes()), ("2014-05-08 00:05", Passes())],
            [
                "08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email",
                "07/05 07:30 overdue 2014-03",
            ],
            id="overdue until the lock: one last letter says so",
        ),
        pytest.param(
            [
                ("2014-04-08 00:05", Closes()),
                ("2014-05-05 09:00", Files({}, "2014-04")),
                ("2014-05-07 00:05", Passes()),
            ],
            [
                "08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email",
                "05/05 09:00 recovered 2014-04",
                "07/05 07:30 overdue 2014-03",
            ],
            id="overdue until the lock, the next period filed: the last letter still says so",
        ),
        pytest.param(
            [
                ("2014-04-08 00:05", Closes()),
                ("2014-05-07 00:05", Closes("2014-04")),
                ("2014-05-07 09:00", Passes()),
            ],
            [
                "08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email",
                "07/05 07:30 overdue 2014-04 doc-management enterprise-support official-email",
            ],
            id="the next period is overdue on the day of the lock: one letter names both",
        ),
        pytest.param(
            [("2014-05-20 09:00", Closes())],
            [],
            id="known only after the lock: nothing can be filed, so nothing is asked for",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-04-08 07:00", Ceases()), ("2014-05-07 00:05", Passes())],
            [],
            id="ceased before the letter went out: nothing is owed, so nothing is asked for",
        ),
        pytest.param(
            [("2014-04-08 00:05", Ceases()), ("2014-05-07 00:05", Passes())],
            [],
            id="ceased: nothing is asked for",
        ),
        pytest.param(
            [("2014-04-08 00:05", Closes()), ("2014-04-09 09:00", Ceases()), ("2014-05-07 00:05", Passes())],
            ["08/04 07:30 overdue 2014-03 doc-management enterprise-support official-email"],
            id="known to have ceased after the letter: the letters end, also the one at the lock",
        ),
        pytest.param(
            [
                ("2014-03-10 00:05", Closes("2014-02")),
                ("2014-04-08 00:05", Ceases()),
                ("2014-04-10 09:00", Passes()),
            ],
            [
                "10/03 07:30 overdue 2014-02 doc-management enterprise-support official-email",
                "08/04 07:30 overdue 2014-02",
            ],
            id="ceased in the next period: what was owed before is still told to be locked",
        ),
    ],
)
def test_an_agency_is_told(steps: Sequence[tuple[str, Step]], notices: list[str]) -> None:
    assert notices_of(steps, until="2014-06-30 17:00") == notices
