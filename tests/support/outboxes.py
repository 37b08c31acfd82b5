"""What waits in an outbox, as it will travel."""

from typing import Any

from shared.runtime.kafka import Record
from shared.runtime.outbox import unpack


async def waiting(connection: Any) -> list[Record]:
    """Return the records that wait in the outbox, in their order."""
    rows = await connection.fetch("select events, parcel from outbox order by id")
    parcels = [unpack(row["parcel"]) for row in rows]
    assert [len(parcel) for parcel in parcels] == [row["events"] for row in rows]
    return [record for parcel in parcels for record in parcel]
