"""The trace of a submission tells what ran for it from what ticks by itself."""

from decimal import Decimal

from shared.events.vocabulary import Language
from shared.wording.numbers import number
from tools.trace_submission import Calls, Function, Way, noting

RELAY, LOOK, SEND = (Function("shared/runtime/outbox.py", name) for name in ("Relay._relay", "Relay._look", "_send"))
PRODUCER = Function("shared/runtime/kafka/producer.py", "Producer.send_all")
PROBE = Function("shared/runtime/process/probe.py", "Probe.run")
TICKING = dict.fromkeys([(None, RELAY), (RELAY, LOOK), (None, PROBE)])


def test_both_ends_of_a_call_that_no_idle_system_makes_are_on_the_way() -> None:
    way = Way(idle=TICKING, submission=TICKING | dict.fromkeys([(RELAY, SEND), (SEND, PRODUCER)]))
    assert way.on_the_way() == {
        "shared/runtime/outbox.py": ["Relay._relay", "_send"],
        "shared/runtime/kafka/producer.py": ["Producer.send_all"],
    }
    assert way.besides() == {"shared/runtime/process/probe.py": ["Probe.run"]}


def test_nothing_is_on_the_way_of_a_submission_that_calls_what_ticks() -> None:
    assert Way(idle=TICKING, submission=TICKING).on_the_way() == {}


def test_a_call_is_noted_with_who_makes_it_and_no_library_between_them() -> None:
    numbers = "shared/wording/numbers.py"
    calls: Calls = {}
    with noting(calls):
        number(Decimal("1.5"), language=Language.EN)
    assert list(calls)[:2] == [
        (None, Function(numbers, "number")),
        (Function(numbers, "number"), Function(numbers, "shown")),
    ]
    assert {function.file for _, function in calls} == {numbers}
