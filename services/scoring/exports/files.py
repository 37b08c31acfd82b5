"""Tables as files, CSV or XLSX.

Figures stand with a decimal point in every CSV, in Vietnamese too: a file says the same to every program that reads it.
A spreadsheet set to Vietnamese may take 1.5 for a day, so who works in one takes the XLSX, in which figures are numbers
and the reader's own program writes the commas; the explanations have them in every form.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from services.scoring.exports.columns import progress_table
from services.scoring.exports.figures import progress_tidy
from services.scoring.exports.lines import Document
from services.scoring.exports.sheets import xlsx_of
from services.scoring.exports.tables import Table, text_of
from shared.events.vocabulary import Language
from shared.runtime.http.negotiation import Form

_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)  # by which a workbook was made, so that the same content is one file
_BOM: Final = "\ufeff"  # by which a spreadsheet knows UTF-8
_STARTS_A_FORMULA: Final = "=+\\-@\0＝＋－＠﹢﹣﹦﹫−"
_UNSEEN: Final = " \u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"  # a spreadsheet may pass over these at a cell's start
# Where Vietnamese is set, Excel splits lines at semicolons, within quotes too; what is pasted, at tabs and line breaks.
_FORMULA: Final = re.compile(
    f'^(?=[{_UNSEEN}]*[{_STARTS_A_FORMULA}\t\r\n])|(?<=[;\t\r\n])(?=[{_UNSEEN}"]*[{_STARTS_A_FORMULA}])'
)


def progress_file(documents: Iterable[Document], *, form: Form, language: Language, made_at: datetime | None) -> bytes:
    """Return progress as a file; `made_at` is when the latest of it was decided."""
    written = progress_tidy if form is Form.TIDY else progress_table
    return table_file(written(documents, language), form=form, language=language, made_at=made_at)


def table_file(table: Table, *, form: Form, language: Language, made_at: datetime | None = None) -> bytes:
    """Return a table as a file: XLSX, else CSV in UTF-8 with BOM and CRLF."""
    if form is Form.XLSX:
        return xlsx_of(table, language=language, made_at=made_at or _NO_TIME)
    file = io.StringIO(_BOM, newline="")
    file.seek(0, io.SEEK_END)
    writer = csv.writer(file)
    writer.writerow([head.title for head in table.heads])
    for row in table.rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else text_of(cell) for cell in row])
    return file.getvalue().encode(errors="replace")


def _harmless(text: str) -> str:
    """Return the text, with an apostrophe wherever a spreadsheet would take what follows for a formula.

    Source: OWASP ASVS 5, 1.2.10; full-width signs and separators within a text are our additions.
    """
    return _FORMULA.sub("'", text)
