"""The map of topics: one row each with its key, events, producer, consumers, partitions, retention and compaction."""

from dataclasses import dataclass
from typing import Any, Final

from shared.events.adjustments import OutlookChanged, ProposalChanged
from shared.events.envelope import Event
from shared.events.keys import KeyChanged
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.progress import ProgressChanged
from shared.events.rollups import RollUpChanged
from shared.events.submissions import SubmissionAccepted, SubmissionReturned, SubmissionWithdrawn

AnyEvent = Event[Any]
"""An event of any topic."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""How large a batch of records may be, and so a record."""

DEAD_LETTER_MOST_BYTES: Final = MOST_BYTES + 64 * 1024
"""The same of dead letters, which are the record with headers more."""

_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic: who writes it, who reads it, and how the broker keeps it."""

    name: str
    key: str
    events: tuple[type[Event], ...]  # type: ignore[type-arg]  # events of any data
    producer: str
    consumers: tuple[str, ...]
    partitions: int
    retention_ms: int  # -1 keeps records for ever
    is_compacted: bool

    @property
    def dead_letters(self) -> str:
        """Return the name of the topic that takes what a consumer could not read here."""
        return f"{self.name}-dlq"

    @property
    def config(self) -> dict[str, str]:
        """Return the broker's settings for this topic."""
        return {
            "cleanup.policy": "compact" if self.is_compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(MOST_BYTES),
        }


REFERENCE: Final = Topic(
    name="reference",
    key="plan id and version, or agency id",
    events=(PlanPublished, AgencyRegistered),
    producer="ingest",
    consumers=("scoring", "notify"),
    partitions=1,  # a plan is published after its agencies and must be read after them
    retention_ms=-1,
    is_compacted=True,
)
KEYS: Final = Topic(
    name="keys",
    key="public part of an API key",
    events=(KeyChanged,),
    producer="ingest",
    consumers=("scoring", "notify"),  # ingest checks keys in the table that it issues them into
    partitions=1,
    retention_ms=-1,
    is_compacted=True,
)
SUBMISSIONS: Final = Topic(
    name="submissions",
    key="agency id",
    events=(SubmissionAccepted, SubmissionWithdrawn, SubmissionReturned),
    producer="ingest",
    consumers=("scoring",),
    partitions=6,
    retention_ms=400 * _DAY_MS,
    is_compacted=False,
)
PROGRESS: Final = Topic(
    name="progress",
    key="agency id",
    events=(ProgressChanged,),
    producer="scoring",
    consumers=("notify",),
    partitions=6,
    retention_ms=400 * _DAY_MS,
    is_compacted=False,
)
ROLLUPS: Final = Topic(
    name="rollups",
    key="plan id",
    events=(RollUpChanged, OutlookChanged, ProposalChanged),
    producer="scoring",
    consumers=("notify",),
    partitions=1,  # a plan's roll-ups are few, and read in the order in which they were made
    retention_ms=400 * _DAY_MS,
    is_compacted=False,
)
ALL: Final = (REFERENCE, KEYS, SUBMISSIONS, PROGRESS, ROLLUPS)
DEAD_LETTER_PARTITIONS: Final = 1
DEAD_LETTER_RETENTION_MS: Final = 400 * _DAY_MS
