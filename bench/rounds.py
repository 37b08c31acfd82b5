"""Rounds: the same load on two servers in turn, so that what else the machine does falls on both alike."""

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

from bench.load import Order, Outcome
from bench.parts import FOLDER
from bench.programs import Server, run_to_end
from shared.runtime.errors import StartFailure

CONNECTIONS: Final = 64
WARM_UP_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Side:
    """One of the two servers: how it is loaded, and how long it takes to settle what it has accepted."""

    server: Server
    requests: Path
    settle: Callable[[], Awaitable[float]]  # seconds until all that was accepted is in Kafka


@dataclass(frozen=True)
class Round:
    """One round on one server."""

    outcome: Outcome
    settled_after_seconds: float
    cpu_seconds: float | None

    @property
    def settled_per_second(self) -> float:
        """Return what was accepted a second, where the time until the last of it is in Kafka counts too."""
        seconds = self.outcome.measured_seconds
        return self.outcome.per_second * seconds / (seconds + self.settled_after_seconds)

    @property
    def cpu_us(self) -> float | None:
        """Return the microseconds of processor time that the server's process used for each it accepted."""
        return None if self.cpu_seconds is None else 1e6 * self.cpu_seconds / self.outcome.accepted


async def one_round(side: Side, *, seconds: float, told: set[UUID]) -> Round:
    """Load a server for a while and add the ids of the receipts it gave to `told`.

    Raises:
        StartFailure: it refused a request, broke a connection, or gave one id twice; no figure counts then.
    """
    answers = FOLDER / f"{side.server.name}.answers"
    order = Order(
        port=side.server.port,
        path="/v1/submissions",
        connections=CONNECTIONS,
        warm_up_seconds=WARM_UP_SECONDS,
        seconds=seconds,
        requests=side.requests,
        answers=answers,
    )
    before = side.server.cpu_seconds()
    printed = await run_to_end(sys.executable, "-m", "bench.load", order.model_dump_json())
    outcome = Outcome.model_validate_json(printed)
    settled_after_seconds = await side.settle()
    after = side.server.cpu_seconds()
    if outcome.refused or outcome.broken:
        raise StartFailure(f"{side.server.name}: refused {outcome.refused}, broke {outcome.broken} connections")
    receipts = {UUID(json.loads(line)["submission"]) for line in answers.read_bytes().splitlines()}
    answers.unlink()
    if len(receipts) != outcome.accepted or receipts & told:
        raise StartFailure(f"{side.server.name} gave {outcome.accepted} receipts with {len(receipts)} ids")
    told |= receipts
    spent = None if before is None or after is None else after - before
    return Round(outcome=outcome, settled_after_seconds=settled_after_seconds, cpu_seconds=spent)


def median_of(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float:
    """Return the median of a figure over the rounds, in the figure's unit."""
    return median(figure(each) for each in rounds)
