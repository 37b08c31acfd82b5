"""All tables of notify's database, and the migration that the service expects."""

from typing import Final

from services.notify.metadata import Table
from services.notify.notices.tables import ContactRow, NoticeRow
from services.notify.progress.tables import (
    AgencyRow,
    OutlookRow,
    PlanVersionRow,
    ProgressRow,
    ProposalRow,
    RollUpRow,
)
from shared.runtime.schema import Schema

__all__ = [
    "SCHEMA",
    "AgencyRow",
    "ContactRow",
    "NoticeRow",
    "OutlookRow",
    "PlanVersionRow",
    "ProgressRow",
    "ProposalRow",
    "RollUpRow",
    "metadata",
]

metadata: Final = Table.metadata
SCHEMA: Final = Schema(service="notify", revision="notify_0100", tables=metadata)
"""What a database of notify holds; a new migration's number goes here."""
