"""What a replay is asked to do, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Order(NamedTuple):
    """What is judged again: periods of a plan, from the first to the last, of these agencies or, where none, of all.

    By the version that judged before, or at least by `version`.
    """

    plan: str
    first: str
    last: str = ""  # empty, until that is looked up, for the plan's last
    version: int | None = None
    agencies: tuple[str, ...] = ()


class State(StrEnum):
    """How far a replay has come."""

    JUDGING = "judging"
    JUDGED = "judged"
    ANNOUNCING = "announcing"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay; `through` is the agency up to which, by name, its state has come."""

    id: str
    order: Order
    started_at: datetime
    state: State = State.JUDGING
    through: str = ""
    judged: int = 0  # periods of agencies
    observations: int = 0
    announced: int = 0
    otherwise: int = 0  # announced other than shown, or not at all: something was filed meanwhile
