"""Proposals to change a plan (đề xuất điều chỉnh): why, by whom, what was decided, which version carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from services.scoring.judging.model import Plan
from services.scoring.what_if.changes import Change, is_carried_by
from services.scoring.what_if.rules import Counts
from shared.events.vocabulary import ProposalOutcome, ProposalState

_MAY_FOLLOW: Final[Mapping[ProposalState, frozenset[ProposalOutcome]]] = MappingProxyType(
    {ProposalState.PROPOSED: frozenset(ProposalOutcome), ProposalState.APPROVED: frozenset({ProposalOutcome.WITHDRAWN})}
)


class Author(NamedTuple):
    """Who said something: the agency of a key, and the key's public part."""

    agency: str
    key: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a proposal, and why."""

    outcome: ProposalOutcome
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
    in_force_at: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """Return when it was made, decided on or put in force, whichever came last."""
        return self.in_force_at or (self.decisions[-1].at if self.decisions else self.at)

    @property
    def state(self) -> ProposalState:
        """Return what has become of it."""
        if self.in_force_version is not None:
            return ProposalState.IN_FORCE
        return ProposalState(self.decisions[-1].outcome) if self.decisions else ProposalState.PROPOSED


def accepted_outcomes(state: ProposalState) -> tuple[ProposalOutcome, ...]:
    """Return what may be decided in this state; nothing where all is decided (our rule)."""
    return tuple(outcome for outcome in ProposalOutcome if outcome in _MAY_FOLLOW.get(state, ()))


def first_to_carry(proposal: Proposal, *, versions: Iterable[Plan]) -> int | None:
    """Return the first plan version after the one it was proposed on that carries it, None where none does."""
    later = (each for each in versions if each.id == proposal.plan and each.version > proposal.plan_version)
    return min((each.version for each in later if is_carried_by(proposal.change, each)), default=None)
