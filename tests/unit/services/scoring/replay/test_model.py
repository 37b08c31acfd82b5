"""What a replay is asked to do, and how far it has come."""

from services.scoring.replay.model import Order, Replay, State
from tests.unit.services.scoring.examples import CAUSE, KEY


def test_a_replay_that_is_asked_for_has_judged_nothing_yet() -> None:
    asked = Replay("r", Order(KEY.plan, first="2014-Q1", last="2014-Q2"), started_at=CAUSE.decided_at)
    assert (asked.state, asked.through, asked.judged, asked.announced) == (State.JUDGING, "", 0, 0)
    assert asked.order.agencies == (), "all of them"
