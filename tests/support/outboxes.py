"""What waits in an outbox, as it will travel."""

from typing import Any

from shared.runtime.batches import Record
from shared.runtime.parcels import opened, records_in


async def waiting(connection: Any) -> list[Record]:
    """Return the records that wait in the outbox, in their order."""
    rows = await connection.fetch("select events, parcel from outbox order by id")
    parcels = [records_in(opened(row["parcel"])) for row in rows]
    assert [len(parcel) for parcel in parcels] == [row["events"] for row in rows]
    return [record for parcel in parcels for record in parcel]
