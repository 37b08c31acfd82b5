"""The topics job asks the brokers for what the map says, dead letters beside each topic."""

import pytest

from shared.events.topics import ALL
from shared.runtime.kafka.topics import main, new_topics


def test_every_topic_of_the_map_is_made_with_its_dead_letters() -> None:
    wanted = {each.name: each for each in new_topics(prefix="", replication_factor=1)}
    assert set(wanted) == {name for topic in ALL for name in (topic.name, topic.dead_letters)}
    for topic in ALL:
        assert wanted[topic.name].num_partitions == topic.partitions
        assert wanted[topic.name].topic_configs == topic.config


def test_several_systems_share_one_broker_by_their_prefixes() -> None:
    assert all(each.name.startswith("try-1.") for each in new_topics(prefix="try-1.", replication_factor=1))


def test_production_keeps_three_copies_of_everything() -> None:
    assert {each.replication_factor for each in new_topics(prefix="", replication_factor=3)} == {3}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["delete"], "usage: python -m shared.runtime.kafka.topics create | dump TOPIC FILE"),
        (["dump", "progress"], "usage: python -m shared.runtime.kafka.topics create | dump TOPIC FILE"),
        (
            ["dump", "progres", "-"],
            (
                "there is no topic progres; those that can be dumped: "
                "reference, reference-dlq, keys, keys-dlq, submissions, submissions-dlq, progress, progress-dlq, "
                "rollups, rollups-dlq"
            ),
        ),
        (
            ["dump", "progress", "/nowhere/progress.jsonl"],
            "cannot write /nowhere/progress.jsonl: No such file or directory",
        ),
    ],
)
def test_a_command_that_cannot_be_done_is_one_line(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["topics", *arguments])
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"tiendo: {told}\n"
