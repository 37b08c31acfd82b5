"""Which plan version judges, as far as it is known."""

from dataclasses import replace

from services.scoring.bearings import Bearings, ClosedPeriod, PlanVersion, versions_of
from services.scoring.replays import Order, Replay, State
from tests.unit.services.scoring.examples import CAUSE, DISTRICT, KEY, filing, indicator, plan

FIRST = plan(indicator())
SECOND = replace(FIRST, version=FIRST.version + 1)
PLANS = {PlanVersion(each.id, each.version): each for each in (FIRST, SECOND)}
REPLAYED = {ClosedPeriod(KEY.plan, KEY.period): SECOND.version}
KNOWN = Bearings(plans=PLANS, agencies={DISTRICT.id: DISTRICT}, closed=[], least=REPLAYED)


def test_a_period_that_was_replayed_is_judged_by_at_least_that_version() -> None:
    assert versions_of(REPLAYED) == {PlanVersion(KEY.plan, SECOND.version)}
    assert KNOWN.plan_for(KEY, version=FIRST.version) is SECOND
    assert KNOWN.plan_for(KEY._replace(period="2014-Q4"), version=FIRST.version) is FIRST


def test_what_is_not_known_yet_cannot_be_judged() -> None:
    filed = filing()
    assert KNOWN.can_judge(filed)
    assert not KNOWN._replace(agencies={}).can_judge(filed)
    assert not KNOWN.can_judge(filed._replace(plan_version=9))


def test_a_replay_that_is_asked_for_has_judged_nothing_yet() -> None:
    asked = Replay("r", Order(KEY.plan, first="2014-Q1", last="2014-Q2"), started_at=CAUSE.decided_at)
    assert (asked.state, asked.through, asked.judged, asked.announced) == (State.JUDGING, "", 0, 0)
    assert asked.order.agencies == (), "all of them"
