"""Two processes of ours that share the work: a second one joins the first, on the same database and topics."""

from collections.abc import Callable

from bench.scoring import sides
from bench.scoring.live import PROVINCES, Scene, warm_up
from bench.scoring.sides import Side
from bench.scoring.turn import Turn, one_turn


async def turns(scene: Scene, *, rounds: int, told: Callable[[str, Turn], None]) -> list[Turn]:
    """Return what two processes came to in so many turns."""
    found = []
    prefix = scene.ours.prefix
    async with sides.ours(kafka=scene.kafka, database_url=scene.database_url, prefix=prefix, number=2) as second:
        pair = Side(name="two of ours", programs=[*scene.ours.programs, second], prefix=prefix)
        await warm_up(pair, scene.filed_by(2), traffic=scene.traffic)  # by then each has its partitions
        for _ in range(rounds):
            found.append(await one_turn(pair, scene.filed_by(PROVINCES), traffic=scene.traffic))
            told(pair.name, found[-1])
    return found
