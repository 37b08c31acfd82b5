"""An event says the same thing in the same way every time."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.events.envelope import Event, EventData, attributes, event_id


class Told(EventData):
    what: str


SEVEN_HOURS = timezone(timedelta(hours=7))
ATTRIBUTES = attributes(
    kind="something.told.v1",
    source="/test",
    subject="so-noi-vu",
    time=datetime(2014, 4, 3, 9, 0, tzinfo=SEVEN_HOURS),
    identity=UUID(int=1),
    correlation="c-1",
)


def told(**changed: object) -> Event[Told]:
    return Event[Told].model_validate({**ATTRIBUTES, "data": {"what": "đạt"}, **changed})


def test_the_same_fact_always_has_the_same_id() -> None:
    assert event_id("plan", "lam-dong-2014", 1) == event_id("plan", "lam-dong-2014", 1)


def test_two_facts_have_two_ids_however_their_parts_are_cut() -> None:
    assert event_id("plan", "a", "bc") != event_id("plan", "ab", "c")
    assert event_id("plan", "a", 1) != event_id("plan", "a", 2)


def test_a_moment_travels_with_the_offset_it_was_given() -> None:
    assert json.loads(told().to_bytes())["time"] == "2014-04-03T09:00:00+07:00"


def test_a_moment_without_an_offset_is_no_moment() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        told(time="2014-04-03T09:00:00")


def test_vietnamese_travels_as_itself() -> None:
    assert "đạt".encode() in told().to_bytes()


def test_what_was_written_is_read_again() -> None:
    assert Event[Told].model_validate_json(told().to_bytes()) == told()


def test_unknown_attributes_and_fields_are_passed_over() -> None:
    assert told(traceparent="00-1", data={"what": "đạt", "colour": "red"}) == told()


def test_an_event_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        told().subject = "another"  # type: ignore[misc]  # what must fail
    with pytest.raises(ValidationError, match="frozen"):
        told().data.what = "another"  # type: ignore[misc]  # what must fail


def test_an_event_that_follows_from_another_names_it() -> None:
    named = attributes(
        kind="something.told.v1",
        source="/test",
        subject="so-noi-vu",
        time=datetime(2014, 4, 3, tzinfo=UTC),
        identity=UUID(int=2),
        correlation="c-1",
        causation=str(UUID(int=1)),
    )
    assert (named["correlationid"], named["causationid"]) == ("c-1", str(UUID(int=1)))
    assert ATTRIBUTES["causationid"] is None


def test_its_type_names_its_schema() -> None:
    assert ATTRIBUTES["dataschema"] == "tiendo:something.told.v1"
