"""All tables of ingest's database, and the migration that makes them."""

from typing import Final

from services.ingest.exceptions.tables import DecisionCountRow, ReopeningRow
from services.ingest.metadata import Table
from services.ingest.persons.tables import ApiKeyRow
from services.ingest.plans.tables import AgencyRow, PlanVersionRow
from services.ingest.register.tables import RefusedAttemptRow
from services.ingest.submissions.tables import DecisionRow, FilingHeadRow, IdempotencyRow, SubmissionRow
from shared.runtime.schema import Schema

ROWS: Final = (
    AgencyRow,
    ApiKeyRow,
    DecisionCountRow,
    DecisionRow,
    FilingHeadRow,
    IdempotencyRow,
    PlanVersionRow,
    RefusedAttemptRow,
    ReopeningRow,
    SubmissionRow,
)
"""Imported so that the metadata hold them."""

metadata: Final = Table.metadata
SCHEMA: Final = Schema(service="ingest", revision="ingest_0100", tables=metadata)
"""What a database of ingest holds; a new migration's number goes here."""
