"""Observations as they travelled: most are judged as they are, and read by nobody."""

from collections.abc import Callable, Sequence
from typing import overload

from services.scoring.model import Observation


class Travelled(Sequence[Observation]):
    """Observations as they travelled, read when somebody looks at one: most are judged as they are."""

    __slots__ = ("_observations", "_read", "json")

    def __init__(self, json: memoryview, *, read: Callable[[], tuple[Observation, ...]]) -> None:
        self.json = json
        self._read = read
        self._observations: tuple[Observation, ...] | None = None

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Return what they are."""
        if self._observations is None:
            self._observations = self._read()
        return self._observations

    @overload
    def __getitem__(self, index: int) -> Observation: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Observation, ...]: ...

    def __getitem__(self, index: int | slice) -> Observation | tuple[Observation, ...]:
        """Return one of them, or some."""
        return self.observations[index]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.observations)

    def __eq__(self, other: object) -> bool:
        """Return whether others are the same, however they came."""
        return self.observations == (other.observations if isinstance(other, Travelled) else other)

    def __hash__(self) -> int:
        """Return what the same observations have in common."""
        return hash(self.observations)
