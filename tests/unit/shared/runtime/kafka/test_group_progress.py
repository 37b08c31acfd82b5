"""What waits for a group, and since when it has not moved."""

from aiokafka import TopicPartition

from shared.runtime.kafka.group_progress import GroupProgress, PartitionOffsets

FIRST, SECOND = TopicPartition("submissions", 0), TopicPartition("submissions", 1)


LONGEST_SECONDS = 30


def offsets(committed: int | None, *, begin: int = 0, end: int = 10) -> PartitionOffsets:
    return PartitionOffsets(begin=begin, end=end, committed=committed)


def note(progress: GroupProgress, found: dict[TopicPartition, PartitionOffsets], *, now: float) -> None:
    progress.note(found, now=now, longest_seconds=LONGEST_SECONDS)


def test_what_waits_is_what_was_not_committed() -> None:
    assert offsets(4).lag == 6
    assert offsets(None).lag == 10
    assert offsets(10).lag == 0


def test_what_retention_removed_before_it_was_read_waits_no_more() -> None:
    assert offsets(4, begin=8).lag == 2
    assert offsets(4, begin=10).lag == 0
    assert offsets(None, begin=7).lag == 3


def test_a_topic_that_was_made_again_has_nothing_less_than_nothing() -> None:
    assert offsets(100, end=3).lag == 0


def test_a_group_stands_still_from_when_records_wait_until_it_commits() -> None:
    progress = GroupProgress("group")
    note(progress, {FIRST: offsets(4)}, now=100)
    note(progress, {FIRST: offsets(4, end=20)}, now=140)
    assert progress.stalled_seconds(now=150) == 50
    assert progress.fault() == "group group stands still for 0 s: 16 records of submissions/0 wait"
    note(progress, {FIRST: offsets(5, end=20)}, now=150)
    assert progress.stalled_seconds(now=150) == 0
    assert progress.fault() is None


def test_one_partition_that_nobody_reads_is_seen_beside_others_that_move() -> None:
    progress = GroupProgress("group")
    for number in range(5):
        note(progress, {FIRST: offsets(number), SECOND: offsets(None)}, now=number * 10)
    assert "10 records of submissions/1 wait" in (progress.fault() or "")
    assert progress.stalled_seconds(now=40) == 40


def test_where_nothing_waits_nothing_stands_still() -> None:
    progress = GroupProgress("group")
    note(progress, {FIRST: offsets(10)}, now=0)
    note(progress, {FIRST: offsets(10)}, now=1_000)
    assert progress.stalled_seconds(now=1_000) == 0


def test_what_could_not_be_asked_about_for_a_while_begins_anew() -> None:
    progress = GroupProgress("group")
    note(progress, {FIRST: offsets(4)}, now=0)
    progress.forget()
    note(progress, {FIRST: offsets(4)}, now=100)
    assert progress.stalled_seconds(now=110) == 10
