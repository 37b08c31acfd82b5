"""What a reader should know of each benchmark before its figures."""

from typing import Final

from pydantic import BaseModel, ConfigDict


class Story(BaseModel):
    """A benchmark's title and text, as they stand in docs/performance.md."""

    model_config = ConfigDict(frozen=True)

    title: str
    text: str


STORIES: Final = {
    "ingest": Story(
        title="Accepting submissions",
        text="""\
Ours is `python -m services.ingest` as it runs in production: the key is checked, every fault of the draft is looked
for, submission and event are committed to PostgreSQL together, and only then comes the 202; the relay in the same
process carries the events to Kafka meanwhile. The peer (`bench/peers/fastapi_aiokafka.py`) checks only the form and
answers when Kafka has acknowledged the record (`send_and_wait`, acks=all); it keeps nothing else. Each is one process
and gets the same bytes. Afterwards the ids that clients were told are compared with the database and the topics.

- *accept*: answers 202 a second, while the relay works beside it.
- *accept and have in Kafka*: the same, but the clock runs on until the last event is in Kafka.
- *processor time*: of the service's process only, relaying included; PostgreSQL's and Kafka's are not in it.
""",
    ),
    "replay": Story(
        title="Judging again",
        text="""\
Ours is `python -m services.scoring replay` as an operator types it, one process, on a database in which so many
observations were filed (8 a submission, 12 submissions an agency). There is no peer: beside it stand the goals. The
rate is that of judging, from the first page to the last; the start of the program, about a second, is not in it. Peak
memory is the most that the process had resident.

- *1M beside 10k*: a ratio of 1 or more says that the time grows no faster than the number of observations.
- *all change*: by a second version of the plan, in which every weight is another; each difference is kept to be shown.
- *announce*: from typing the command until every agency's new progress, the sums of its roll-ups and its event are
  committed, with everything judged once more.
""",
    ),
    "scoring": Story(
        title="Judging what was filed",
        text="""\
Ours is `python -m services.scoring` as it runs in production: every event once (inbox), what is judged and how in
PostgreSQL, the progress event in the outbox of the same transaction, the relay in the same process. A turn holds the
program (SIGSTOP), fills its topic, lets it go, and ends when the broker has stamped the last progress event. Every side
judges by our rules and publishes the same event. Each side's events are counted.

- *faststream-sqlmodel* (`bench/peers/faststream_sqlmodel.py`): FastStream's typed subscriber and SQLModel, one message
  one transaction, observations and standings merged row by row, the event published before the next message.
- *quixstreams* (`bench/peers/quix_streams.py`): JSON documents in and out, what is known of an agency in its RocksDB
  state, with the changelog topic that is its default. It has no database, so nobody could read progress by HTTP, and
  after a crash it publishes some events again.
- *raw-consume* (`bench/peers/raw_consume.py`): aiokafka's `getmany` and decoding alone. It judges, keeps and publishes
  nothing: the limit.
- *two processes vs one*: two processes of ours share the topic's partitions and one database. On two cores these are
  the limit and not the database: one process keeps a core to itself, PostgreSQL and Kafka work for it on the other, and
  what they leave (*cores busy*, below) is the most that a second process can gain. *Each held*: the same where the
  cores are not the limit, because each process is given only a part of one (a control group's quota).
- *processor time*, *memory*: of the service's process only; PostgreSQL's and Kafka's are not in it.
- *accepted to progress*: from giving the submission's event to Kafka until the broker has stamped its progress event.
  There is no peer: beside it stands the goal, 250 ms for 99 of 100.
- *rules alone*: `judge_agency` in `Decimal`, on one core, without the sentences. pandas computes attainment and
  standing only, a million rows at once in binary floating point, and comes to the same standings: it is there for
  scale.
""",
    ),
}
