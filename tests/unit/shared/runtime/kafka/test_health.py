"""How the watch over Kafka ends."""

import asyncio
import contextlib

from shared.runtime.kafka.health import KafkaHealth


async def test_a_cancellation_ends_it_at_whatever_step_it_comes() -> None:
    for steps in range(60):
        health = KafkaHealth(service="test", bootstrap_servers="127.0.0.1:9", names=(), groups={})
        running = asyncio.create_task(health.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(running, 2)
        assert running.cancelled(), steps
