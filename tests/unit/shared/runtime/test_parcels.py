"""Events leave a parcel as they came: a few as lines, many of one partition as Kafka's own batches."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from shared.events.topics import PROGRESS, REFERENCE, Topic
from shared.runtime.batches import Batch, Record, batches_of, records_of
from shared.runtime.kafka import partition_of
from shared.runtime.parcels import MANY_BYTES, Announcement, Parcel, opened, pack, parcels_of, records_in

KIND = "progress.changed.v1"


@st.composite
def announced(draw: st.DrawFn) -> list[Announcement]:
    """Draw events of several topics and keys, some of them so large that they fill batches."""
    sizes = st.sampled_from([0, 1, 1_000, MANY_BYTES // 3, MANY_BYTES])
    drawn = draw(
        st.lists(st.tuples(st.sampled_from([PROGRESS, REFERENCE]), st.sampled_from("abcđ"), sizes), max_size=20)
    )
    return [
        Announcement(topic, key, KIND, b'{"number":%d,"text":"%s"}' % (number, b"x" * size))
        for number, (topic, key, size) in enumerate(drawn)
    ]


@given(announced())
def test_whatever_is_packed_comes_out_again_those_of_a_key_in_their_order(announcements: list[Announcement]) -> None:
    parcels = parcels_of(announcements)
    records = [record for parcel in parcels for record in records_in(opened(parcel.packed))]
    assert by_key(records) == by_key(asked(announcements))
    assert [opened(parcel.packed) for parcel in parcels] == [Parcel(p.packed, list(p.contents)) for p in parcels]
    assert sum(parcel.events for parcel in parcels) == len(announcements)


@given(announced())
def test_a_batch_holds_one_partition_and_says_of_how_many(announcements: list[Announcement]) -> None:
    for batch in batches_in(parcels_of(announcements)):
        topic = {each.name: each for each in (PROGRESS, REFERENCE)}[batch.topic]
        assert batch.partitions == topic.partitions
        assert batch.events == len(records_of(batch))
        assert {partition_of(each.key, count=topic.partitions) for each in records_of(batch)} == {batch.partition}


def test_a_few_events_wait_as_lines_so_that_the_relay_can_put_them_together() -> None:
    (parcel,) = parcels_of(many(PROGRESS, bytes_together=MANY_BYTES - 1))
    assert {type(each) for each in parcel.contents} == {Record}


def test_many_events_of_one_partition_wait_as_batches() -> None:
    (parcel,) = parcels_of(many(PROGRESS, bytes_together=MANY_BYTES))
    assert {type(each) for each in parcel.contents} == {Batch}
    assert len(parcel.packed) < MANY_BYTES / 20


def test_what_is_more_than_a_broker_surely_takes_is_several_batches() -> None:
    records = [Record("progress", b"a", b"x" * 400_000, KIND, (("name", b"value"),)) for _ in range(5)]
    batches = batches_of(records, topic="progress", partition=3, partitions=6)
    assert [each.events for each in batches] == [2, 2, 1]
    assert [record for each in batches for record in records_of(each)] == records


def test_a_single_event_larger_than_a_batch_has_one_of_its_own() -> None:
    (parcel,) = parcels_of([Announcement(PROGRESS, "a", KIND, b"x" * 3_000_000)])
    assert [each.value for each in records_in(opened(parcel.packed))] == [b"x" * 3_000_000]


def test_lines_of_earlier_versions_are_still_opened() -> None:
    announcements = many(PROGRESS, bytes_together=MANY_BYTES)
    assert records_in(opened(pack(announcements))) == asked(announcements)


def many(topic: Topic, *, bytes_together: int) -> list[Announcement]:
    """Return 16 events of one key that are so large together."""
    share, rest = divmod(bytes_together, 16)
    return [Announcement(topic, "a", KIND, b"x" * (share + (rest if number == 0 else 0))) for number in range(16)]


def asked(announcements: Iterable[Announcement]) -> list[Record]:
    return [Record(each.topic.name, each.key.encode(), each.body, each.event_type) for each in announcements]


def by_key(records: Sequence[Record]) -> dict[tuple[str, bytes | None], list[Record]]:
    found: defaultdict[tuple[str, bytes | None], list[Record]] = defaultdict(list)
    for each in records:
        found[each.topic, each.key].append(each)
    return found


def batches_in(parcels: Iterable[Parcel]) -> list[Batch]:
    return [each for parcel in parcels for each in parcel.contents if isinstance(each, Batch)]
