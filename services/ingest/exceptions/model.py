"""The DIC's exceptions to the lock of a period."""

from dataclasses import dataclass
from datetime import date, datetime

from services.ingest.plans.model import FilingKey


@dataclass(frozen=True)
class Reopening:
    """An exception: a locked period takes corrections of one agency again, up to and on `last_on`."""

    plan: str
    agency: str
    period: str
    last_on: date
    reason: str
    granted_by: str
    granted_at: datetime

    @property
    def filing_key(self) -> FilingKey:
        """Return what it reopens."""
        return FilingKey(self.plan, self.agency, self.period)
