"""Proposals to change a plan (đề xuất điều chỉnh): why, by whom, what was decided, which version carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from services.scoring.judging.model import Plan
from services.scoring.what_if.changes import Change, is_carried_by
from services.scoring.what_if.rules import Counts


class Outcome(StrEnum):
    """What is decided on a proposal."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """What has become of a proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # and no plan version carries it yet
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"


_MAY_FOLLOW: Final[Mapping[State, frozenset[Outcome]]] = MappingProxyType(
    {State.PROPOSED: frozenset(Outcome), State.APPROVED: frozenset({Outcome.WITHDRAWN})}
)


class Author(NamedTuple):
    """Who said something: the agency of a key, and the key's public part."""

    agency: str
    key: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a proposal, and why."""

    outcome: Outcome
    reason: str
    by: Author
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a plan version that was proposed, with how it would have changed standings at that time."""

    id: int
    plan: str
    plan_version: int
    change: Change
    reason: str
    by: Author
    at: datetime
    counts: Counts
    periods: tuple[str, ...]  # those that were counted
    decisions: tuple[Decision, ...] = ()
    in_force_version: int | None = None

    @property
    def state(self) -> State:
        """Return what has become of it."""
        if self.in_force_version is not None:
            return State.IN_FORCE
        return State(self.decisions[-1].outcome) if self.decisions else State.PROPOSED


def accepted_outcomes(state: State) -> tuple[Outcome, ...]:
    """Return what may be decided in this state; nothing where all is decided (our rule)."""
    return tuple(outcome for outcome in Outcome if outcome in _MAY_FOLLOW.get(state, ()))


def first_to_carry(proposal: Proposal, *, versions: Iterable[Plan]) -> int | None:
    """Return the first plan version after the one it was proposed on that carries it, None where none does."""
    later = (each for each in versions if each.id == proposal.plan and each.version > proposal.plan_version)
    return min((each.version for each in later if is_carried_by(proposal.change, each)), default=None)
