"""What waits in an outbox, as it will travel."""

from typing import Any

from shared.runtime.kafka.producer import Record


async def waiting(connection: Any) -> list[Record]:
    """Return the records that wait in the outbox, in their order."""
    rows = await connection.fetch("select topic, key, value, event_type from outgoing order by id")
    return [Record(row["topic"], row["key"].encode(), row["value"], row["event_type"]) for row in rows]
