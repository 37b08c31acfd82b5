"""What a run came to, as figures for machines: var/demo/summary.json."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Summary:
    """The run in figures; every submission in it is synthetic."""

    plan: str
    agencies: int
    submissions_accepted: int
    submissions_refused: int
    submissions_repeated: int  # sent again under the same Idempotency-Key and told the same
    refused_for: dict[str, int]  # by the code of the fault
    progress_events: int
    notices: dict[str, int]  # by kind, whatever became of them
    notice_outcomes: dict[str, int]
    mails: int
    mails_by_kind: dict[str, int]
    duplicate_mails: int
    unaccounted: int
    surprises: int  # answers that a client had no reason to expect
    seconds: float
    first_mail_seconds: float | None  # from the command to the first mail in the mailbox
    is_synthetic: bool
    seed: int
    standings: dict[str, dict[str, int]]  # by period and standing
    statuses: dict[str, str]  # by series that is judged by its growth
    scores: dict[str, float | None]  # by series, −5 to 5
    ratios: dict[str, float | None]  # by series, actual ÷ required growth

    @property
    def notices_unsent(self) -> int:
        """Return how many notices were decided and not sent, each for a reason that notify keeps."""
        return sum(count for state, count in self.notice_outcomes.items() if state != "accepted")

    def write(self, file: Path) -> None:
        """Write the summary as JSON; whoever reads the file never sees half of it."""
        being_written = file.with_suffix(".new")
        being_written.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        being_written.replace(file)
