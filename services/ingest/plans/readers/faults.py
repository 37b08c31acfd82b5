"""What is wrong with a plan's files: every fault with its file, line and what would be accepted."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class PlanFault:
    """One thing that is wrong; `line` counts from 1, and is 0 where the whole file is meant."""

    file: str
    line: int
    code: str
    message: str
    accepted: str


class PlanFaults(Exception):
    """A plan's files cannot be loaded, for these reasons."""

    def __init__(self, faults: Iterable[PlanFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(render(self.faults))


@dataclass
class Findings:
    """Collects faults while the files are read, so that all of them are shown at once."""

    faults: list[PlanFault] = field(default_factory=list)

    def add(self, *, file: str, line: int, code: str, message: str, accepted: str) -> None:
        """Remember one fault."""
        self.faults.append(PlanFault(file=file, line=line, code=code, message=message, accepted=accepted))

    def __len__(self) -> int:
        """Return how many faults were found so far."""
        return len(self.faults)

    def raise_if_any(self) -> None:
        """Raise what was found, by file and line, each fault once.

        Raises: PlanFaults where anything was found.
        """
        if self.faults:
            raise PlanFaults(sorted(set(self.faults)))


def render(faults: Iterable[PlanFault]) -> str:
    """Return one line per fault, as a person reads it in a terminal."""
    return "\n".join(
        f"{fault.file}{f':{fault.line}' if fault.line else ''}: {fault.message} — accepted: {fault.accepted}"
        for fault in faults
    )
