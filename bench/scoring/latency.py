"""How long a submission takes from Kafka back to Kafka while they come evenly."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from bench.load import quantile_ms
from bench.scoring.material import Filed
from bench.scoring.sides import Side
from bench.scoring.traffic import Traffic
from shared.events.topics import PROGRESS

PER_SECOND: Final = 200
GOAL_MS: Final = 250.0  # for 99 of 100
SHARES: Final = (0.50, 0.95, 0.99)
_WITHIN_SECONDS: Final = 60.0


async def latencies(side: Side, filed: Sequence[Filed], *, traffic: Traffic) -> list[float]:
    """Return the milliseconds that so large a share of the submissions stay within, for each of `SHARES`.

    Raises:
        StartFailure: a submission has no progress event a minute after the last was sent.
    """
    since = await traffic.ends(side.progress, partitions=PROGRESS.partitions)
    sent_at = await _send_evenly(filed, topic=side.submissions, traffic=traffic)
    to = await traffic.until(len(filed), since=since, within_seconds=_WITHIN_SECONDS, of=side.name)
    arrivals = await traffic.arrivals(since=since, to=to)
    arrivals.demand(set(sent_at), of=side.name)
    # The broker stamps whole milliseconds, rounded down.
    waited = sorted(max(arrivals.first_at[each] - at, 0.0) + 0.0005 for each, at in sent_at.items())
    return [quantile_ms(waited, share) for share in SHARES]


async def _send_evenly(filed: Sequence[Filed], *, topic: str, traffic: Traffic) -> dict[UUID, float]:
    """Return when each was given to Kafka, in seconds since the epoch."""
    sent_at: dict[UUID, float] = {}
    under_way = []
    began_at = time.perf_counter()
    for number, each in enumerate(filed):
        await asyncio.sleep(began_at + number / PER_SECOND - time.perf_counter())
        sent_at[each.id] = time.time()
        under_way.append(await traffic.producer.send(topic, each.value, key=each.key))
    await asyncio.gather(*under_way)
    return sent_at
