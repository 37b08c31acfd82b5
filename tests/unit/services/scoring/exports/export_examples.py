"""Progress as readers get it, in which a test names only what its sentence is about, and exports of it read back."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import openpyxl

from services.scoring.exports.files import progress_file
from services.scoring.exports.lines import Document
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Indicator, Observation, Plan
from services.scoring.progress.events import data_of
from shared.events.vocabulary import Basis, Language, Measure
from shared.runtime.http.negotiation import Form
from shared.wording.sentences import sentence
from tests.unit.services.scoring.examples import CAUSE, DISTRICT, KEY, above, filing, indicator, plan, share
from tests.unit.services.scoring.lived import after_closing, after_filing

NAMES = {
    "edoc-exchange": {"indicator_name": "Văn bản điện tử", "unit": "%"},
    "posts": {"indicator_name": "Bài viết", "unit": "bài"},
    "done": {"indicator_name": "Đã làm", "unit": ""},
}
POSTS = indicator("posts", measure=Measure.NUMBER, basis=Basis.ASSUMED, target=above(90))
MADE_AT = datetime(2014, 4, 9, 8, tzinfo=UTC)


def document(*indicators: Indicator, filed: tuple[Observation, ...] = ()) -> Document:
    whole = plan(*indicators)
    made = after_filing(before=None, filing=filing(*filed), plan=whole, agency=DISTRICT, is_closed=True, cause=CAUSE)
    return _listed(made, whole)


def silent(*indicators: Indicator) -> Document:
    whole = plan(*indicators)
    found = after_closing(before=None, key=KEY, plan=whole, agency=DISTRICT, cause=CAUSE)
    assert found is not None
    return _listed(found, whole)


def noted(note: str | None) -> Document:
    return document(indicator(), filed=(share(912, 1000)._replace(note=note),))


def exported(*documents: Document, form: Form, language: Language = Language.EN) -> bytes:
    return progress_file(documents, form=form, language=language, made_at=MADE_AT)


def _read(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def wide(*documents: Document, language: Language = Language.EN) -> list[dict[str, str]]:
    return _read(exported(*documents, form=Form.CSV, language=language))


def long(*documents: Document, language: Language = Language.EN) -> list[dict[str, str]]:
    return _read(exported(*documents, form=Form.TIDY, language=language))


def sheet(*documents: Document, language: Language = Language.EN) -> list[dict[str, Any]]:
    content = exported(*documents, form=Form.XLSX, language=language)
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    titles = [cell.value for cell in next(rows)]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def _listed(progress: Progress, whole: Plan) -> Document:
    """Return a progress as readers get it."""
    data = data_of(progress, plan=whole)
    judgements = [
        each.model_dump(mode="json")
        | {f"sentence_{at}": sentence(each, progress=data, unit="%", language=at) for at in Language}
        | NAMES[each.indicator]
        for each in data.judgements
    ]
    return data.model_dump(mode="json") | {"judgements": judgements, "agency_name": "UBND huyện Lạc Dương"}
