"""Submissions that are read fast are what the models read, and are left to the models where they are not."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import attributes
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData
from shared.events.swift import SwiftAccepted, SwiftAcceptedData, SwiftObservation, accepted_of
from shared.events.topics import SUBMISSIONS
from shared.runtime.decoding import Decoder

FIGURES = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OBSERVATIONS = st.builds(
    ObservationData,
    indicator=TEXTS,
    numerator=FIGURES,
    denominator=FIGURES,
    value=FIGURES,
    yes=st.none() | st.booleans(),
    note=st.none() | TEXTS,
)
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  the offset comes with `timezones`
    timezones=st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)


@st.composite
def events(draw: st.DrawFn) -> SubmissionAccepted:
    return SubmissionAccepted(
        **attributes(
            kind="submission.accepted.v1",
            source="/ingest",
            subject=draw(TEXTS),
            time=draw(MOMENTS),
            identity=draw(st.uuids()),
            correlation=draw(TEXTS),
            causation=draw(st.none() | TEXTS),
        ),
        data=SubmissionAcceptedData(
            submission=draw(st.uuids()),
            plan=draw(TEXTS),
            plan_version=draw(st.integers(1, 2**31)),
            agency=draw(TEXTS),
            period=draw(TEXTS),
            revision=draw(st.integers(1, 2**31)),
            filed_at=draw(MOMENTS),
            filed_by=draw(TEXTS),
            is_synthetic=draw(st.booleans()),
            observations=tuple(draw(st.lists(OBSERVATIONS, max_size=4))),
            note=draw(st.none() | TEXTS),
        ),
    )


def told(event: Any) -> Any:
    """Return an event as plain values."""
    if isinstance(event, msgspec.Struct):
        return {name: told(getattr(event, name)) for name in event.__struct_encode_fields__}
    if isinstance(event, tuple):
        return [told(each) for each in event]
    return {name: told(getattr(event, name)) for name in type(event).model_fields} if is_model(event) else event


def is_model(event: object) -> bool:
    return hasattr(type(event), "model_fields")


@given(events())
def test_an_event_is_read_as_its_model_reads_it(event: SubmissionAccepted) -> None:
    swift = accepted_of(event.to_bytes())
    assert swift is not None
    assert told(swift) == told(SubmissionAccepted.model_validate_json(event.to_bytes()))
    assert SubmissionAccepted.model_validate_json(swift.to_bytes()) == event


@pytest.mark.parametrize(
    ("swift", "model"),
    [
        (SwiftAccepted, SubmissionAccepted),
        (SwiftAcceptedData, SubmissionAcceptedData),
        (SwiftObservation, ObservationData),
    ],
)
def test_a_field_that_a_model_gains_is_not_forgotten(swift: type[msgspec.Struct], model: Any) -> None:
    assert swift.__struct_encode_fields__ == tuple(model.model_fields)


def changed(**data: Any) -> bytes:
    event = {
        "id": "8a0883e4-7702-5bde-8711-96eee68e25a7",
        "source": "/ingest",
        "type": "submission.accepted.v1",
        "time": "2014-04-03T09:12:40+07:00",
        "subject": "x",
        "dataschema": "tiendo:submission.accepted.v1",
        "correlationid": "c",
        "data": {
            "submission": "8a0883e4-7702-5bde-8711-96eee68e25a7",
            "plan": "lam-dong-2014",
            "plan_version": 1,
            "agency": "so-noi-vu",
            "period": "2014-03",
            "revision": 1,
            "filed_at": "2014-04-03T09:12:40+07:00",
            "filed_by": "so-noi-vu",
            "observations": [{"indicator": "edoc-exchange", "numerator": "1", "denominator": 2}],
        }
        | data,
    }
    return json.dumps(event).encode()


def test_what_is_not_told_is_as_usual_and_a_number_is_as_good_as_its_digits() -> None:
    swift = accepted_of(changed(told_by_a_later_version="x"))
    assert swift is not None
    assert swift.data.observations == (SwiftObservation("edoc-exchange", Decimal(1), Decimal(2)),)
    assert (swift.data.is_synthetic, swift.data.note, swift.causationid) == (False, None, None)


@pytest.mark.parametrize(
    "data",
    [
        {"revision": "first"},
        {"filed_at": "2014-04-03T09:00:00"},
        {"submission": "no id"},
        {"observations": [{"indicator": "x", "value": "NaN"}]},
        {"observations": [{"indicator": "x", "numerator": "Infinity", "denominator": "1"}]},
        {"observations": [{"indicator": "x", "denominator": "-sNaN"}]},
        {"observations": [{"value": "1"}]},
        {"observations": None},
    ],
)
def test_what_the_models_refuse_is_left_to_them(data: dict[str, Any]) -> None:
    assert accepted_of(changed(**data)) is None


@pytest.mark.parametrize("value", [b"", b"\xff", b"[]", b"{}", b'"x"'])
def test_what_is_no_event_is_left_to_the_models(value: bytes) -> None:
    assert accepted_of(value) is None


NESTED = changed(note="x").replace(
    b'"x", "dataschema"', b'"x", "more": ' + b"[" * 1_000 + b"]" * 1_000 + b', "dataschema"'
)
NO_TEXT = changed(note="not UTF-8").replace(b"not UTF-8", b"\xff\xfe")


@pytest.mark.parametrize("value", [NESTED, NO_TEXT], ids=["nested", "no text"])
def test_what_breaks_reading_is_left_to_the_models_which_say_why(value: bytes) -> None:
    assert accepted_of(value) is None
    with pytest.raises(ValueError, match=r"not a valid submission\.accepted\.v1|not JSON"):
        Decoder([SUBMISSIONS]).read(value)
