"""What was found, before it becomes rows."""

from dataclasses import dataclass, field

from pydantic import BaseModel

from bench.scoring.turn import Turn


class RulesAlone(BaseModel):
    """Judgements a second and core."""

    ours: float
    pandas: float


@dataclass
class Found:
    """The turns of each side, and the rest of it."""

    ours: list[Turn] = field(default_factory=list)
    faststream: list[Turn] = field(default_factory=list)
    quix: list[Turn] = field(default_factory=list)
    raw: list[Turn] = field(default_factory=list)
    pair: list[Turn] = field(default_factory=list)  # two processes of ours
    one_held: list[Turn] = field(default_factory=list)  # one of ours, held back
    pair_held: list[Turn] = field(default_factory=list)  # two, each held back as much
    peaks_mib: tuple[float, float] | None = None  # of memory: one process of ours and Quix Streams
    latencies_ms: list[float] = field(default_factory=list)
    rules: RulesAlone | None = None
