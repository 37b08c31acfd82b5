"""Gives resources as files: progress by its own columns, everything else as a table."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from services.scoring.exports.lines import Labels, Table
from services.scoring.exports.progress_files import figures_csv, progress_csv, progress_xlsx, table_csv, table_xlsx
from shared.events.vocabulary import Language
from shared.runtime.http.negotiation import Form

_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)  # by which a workbook was made, so that the same content is one file


def progress_file(
    documents: Iterable[dict[str, Any]], *, form: Form, labels: Labels, language: Language, made_at: datetime | None
) -> bytes:
    """Return progress as a file; `made_at` is when the latest of it was decided."""
    if form is Form.XLSX:
        return progress_xlsx(documents, labels=labels, language=language, made_at=made_at or _NO_TIME)
    write = figures_csv if form is Form.TIDY else progress_csv
    return b"".join(write(documents, labels=labels, language=language))


def table_file(table: Table, *, form: Form, language: Language) -> bytes:
    """Return a table as a file."""
    if form is Form.XLSX:
        return table_xlsx(table, language=language, made_at=_NO_TIME)
    return b"".join(table_csv(table))
