"""Live scoring: ours, the peers and the limit in turn, each on what it has not seen before."""

import math
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final

from rich.progress import Progress, TaskID

from bench.parts import FOLDER, Part
from bench.peers import raw_consume
from bench.programs import run_to_end
from bench.scoring import sides
from bench.scoring.found import Found
from bench.scoring.material import PER_PROVINCE, Filed, Material
from bench.scoring.sides import Side
from bench.scoring.traffic import Traffic, topics, traffic
from bench.scoring.turn import Turn, one_turn
from shared.events.plans import PlanPublished
from shared.events.topics import REFERENCE, SUBMISSIONS

PROVINCES: Final = 64  # whose year is filed in each turn: seconds of work, beside which beginning and end are small
SLOW_SUBMISSIONS: Final = 192  # in a turn of the side that writes them row by row
WARM_UP_PROVINCES: Final = 3  # the same one for each side, two for the pair
_SIDES: Final = (sides.OURS, sides.FASTSTREAM, sides.QUIX)
_SLOW_WARM_UP: Final = 32  # submissions
_WARM_UP_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Scene:
    """The sides, running and warm, and the means to load them."""

    kafka: Part
    material: Material
    traffic: Traffic
    provinces: Iterator[int]  # those that have filed nothing yet
    ours: Side
    database_url: str  # of ours
    faststream: Side
    quix: Side

    def filed_by(self, provinces: int) -> list[Filed]:
        """Return what so many provinces file that have filed nothing yet."""
        return self.material.year_of([next(self.provinces) for _ in range(provinces)])

    def filed(self, count: int) -> list[Filed]:
        """Return so many submissions of provinces that have filed nothing yet."""
        return self.filed_by(math.ceil(count / PER_PROVINCE))[:count]


@asynccontextmanager
async def scene(*, kafka: Part, postgres: Part, rounds: int, besides: int) -> AsyncIterator[Scene]:
    """Lend the sides once each has answered its first submissions; enough may file for the rounds and so many more."""
    in_rounds = (rounds + 1) * (4 * PROVINCES + 1)  # a turn of ours, of the pair, of them held back, and the slow one
    material = Material(provinces=WARM_UP_PROVINCES + in_rounds + math.ceil(besides / PER_PROVINCE))
    reference = FOLDER / "scoring.reference"
    material.write_reference(reference)
    async with (
        topics(kafka.where, _SIDES) as prefixes,
        traffic(kafka.where) as made,
        sides.database(postgres, sides.OURS) as our_url,
        sides.database(postgres, sides.FASTSTREAM) as their_url,
        sides.ours(kafka=kafka, database_url=our_url, prefix=prefixes[sides.OURS]) as server,
        sides.faststream(
            kafka=kafka, database_url=their_url, prefix=prefixes[sides.FASTSTREAM], reference=reference
        ) as faststream,
        sides.quix(kafka=kafka, prefix=prefixes[sides.QUIX], reference=reference) as quix,
    ):
        ours = Side(name=sides.OURS, programs=[server], prefix=prefixes[sides.OURS])
        await made.load(ours.prefix + REFERENCE.name, _reference_records(material))
        first = material.year_of([0])
        for side in (ours, quix):
            await warm_up(side, first, traffic=made)
        await warm_up(faststream, first[:_SLOW_WARM_UP], traffic=made)
        yield Scene(
            kafka=kafka,
            material=material,
            traffic=made,
            provinces=count(1),
            ours=ours,
            database_url=our_url,
            faststream=faststream,
            quix=quix,
        )


async def warm_up(side: Side, records: list[Filed], *, traffic: Traffic) -> None:
    """Return when a side has answered these submissions.

    Raises:
        StartFailure: it has not after a minute.
    """
    since = await traffic.ends(side.progress, partitions=SUBMISSIONS.partitions)
    await traffic.load(side.submissions, records)
    await traffic.until(len(records), since=since, within_seconds=_WARM_UP_SECONDS, of=side.name)


async def one_round(scene: Scene, found: Found, *, told: Callable[[str, Turn], None]) -> None:
    """Give every side one turn and add what it came to."""
    filed = scene.filed_by(PROVINCES)
    begins = await scene.traffic.ends(scene.ours.submissions, partitions=SUBMISSIONS.partitions)
    for side, turns in ((scene.ours, found.ours), (scene.quix, found.quix)):
        turns.append(await one_turn(side, filed, traffic=scene.traffic))
        told(side.name, turns[-1])
    order = raw_consume.Order(
        bootstrap_servers=scene.kafka.where,
        topic=scene.ours.submissions,
        offsets={each.partition: offset for each, offset in begins.items()},
        count=len(filed),
    )
    printed = await run_to_end(sys.executable, "-m", raw_consume.__name__, order.model_dump_json())
    outcome = raw_consume.Outcome.model_validate_json(printed)
    found.raw.append(Turn(judged=outcome.decoded, repeated=0, seconds=outcome.seconds, cpu_seconds=None))
    told("raw", found.raw[-1])
    found.faststream.append(await one_turn(scene.faststream, scene.filed(SLOW_SUBMISSIONS), traffic=scene.traffic))
    told(sides.FASTSTREAM, found.faststream[-1])
    ours, quix = scene.ours.peak_mib(), scene.quix.peak_mib()
    found.peaks_mib = None if ours is None or quix is None else (ours, quix)


def teller(progress: Progress, task: TaskID) -> Callable[[str, Turn], None]:
    """Return what tells of a turn at the terminal."""

    def told(side: str, turn: Turn) -> None:
        progress.console.print(f"  {side:>13}: {turn.judged:,} in {turn.seconds:.2f} s, {turn.per_second:,.0f}/s")
        progress.advance(task)

    return told


def _reference_records(material: Material) -> list[Filed]:
    def key(event: object) -> str:
        if isinstance(event, PlanPublished):
            return f"{event.data.plan}:{event.data.version}"
        return event.subject  # type: ignore[attr-defined,no-any-return]

    return [Filed(event.id, key(event).encode(), event.to_bytes()) for event in material.reference()]
