"""An accepted submission that is to be withdrawn, verified or returned."""

from dataclasses import dataclass
from uuid import UUID

from services.ingest.submissions.model import Decision, Verdict


@dataclass(frozen=True)
class Submitted:
    """An accepted submission, the highest revision of its agency and period, and what was decided so far."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_by: str
    latest_revision: int
    decisions: tuple[Decision, ...] = ()

    def decision(self, *verdicts: Verdict) -> Decision | None:
        """Return the first decision with one of these verdicts, None where there is none."""
        return next((each for each in self.decisions if each.verdict in verdicts), None)

    def is_of(self, agency: str) -> bool:
        """Return whether an agency filed this, or had it filed."""
        return agency in {self.agency, self.filed_by}
