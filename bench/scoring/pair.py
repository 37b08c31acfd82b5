"""Two processes of ours that share the work: a second one joins the first, on the same database and topics."""

from collections.abc import Callable
from typing import Final

from bench.held import held_back
from bench.scoring import sides
from bench.scoring.found import Found
from bench.scoring.live import PROVINCES, Scene, warm_up
from bench.scoring.sides import Side
from bench.scoring.turn import Turn, one_turn

CORES_HELD: Final = 0.4
"""Of a core, for each process where they are held back: two then leave the machine's cores to database and broker."""

_PROVINCES_HELD: Final = PROVINCES


async def turns(scene: Scene, found: Found, *, rounds: int, told: Callable[[str, Turn], None]) -> None:
    """Add what two processes came to in so many turns, and what one and two came to that were held back."""
    await _held(scene, scene.ours, found.one_held, rounds=rounds, told=told)
    prefix = scene.ours.prefix
    async with sides.ours(kafka=scene.kafka, database_url=scene.database_url, prefix=prefix, number=2) as second:
        pair = Side(name="two of ours", programs=[*scene.ours.programs, second], prefix=prefix)
        await warm_up(pair, scene.filed_by(2), traffic=scene.traffic)  # by then each has its partitions
        for _ in range(rounds):
            found.pair.append(await one_turn(pair, scene.filed_by(PROVINCES), traffic=scene.traffic))
            told(pair.name, found.pair[-1])
        await _held(scene, pair, found.pair_held, rounds=rounds, told=told)


async def _held(scene: Scene, side: Side, turns: list[Turn], *, rounds: int, told: Callable[[str, Turn], None]) -> None:
    with held_back([each.process for each in side.programs], cores=CORES_HELD) as is_held:
        for _ in range(rounds if is_held else 0):
            turns.append(await one_turn(side, scene.filed_by(_PROVINCES_HELD), traffic=scene.traffic))
            told(f"{side.name}, held", turns[-1])
