"""Progress as a table for people: a row an agency, period and indicator, with all that its standing rests on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from services.scoring.exports.lines import Document, at, lines
from services.scoring.exports.tables import Cell, Table, Title, basis_word, table
from shared.events.vocabulary import Language, Standing
from shared.wording.judgement_terms import WORDS

_NAMES: Final = {Language.VI: "Tiến độ", Language.EN: "Progress"}
_USUAL_WEIGHT: Final = 1  # which documents leave out


def _as_it_is(found: Cell, _: Language) -> Cell:
    return found


def _figure(found: str | None, _: Language) -> Cell:
    return None if found is None else Decimal(found)


def _weight(found: str | None, _: Language) -> Cell:
    return Decimal(_USUAL_WEIGHT if found is None else found)


def _day(found: str | None, _: Language) -> Cell:
    return None if found is None else date.fromisoformat(found)


def _moment(found: str | None, _: Language) -> Cell:
    return None if found is None else datetime.fromisoformat(found)


def _standing(found: str, language: Language) -> Cell:
    return WORDS[language].standings[Standing(found)]


@dataclass(frozen=True, slots=True)
class Column(Title):
    """A column: where a line has what stands in it, and how that is read; `{language}` in a path is the reader's."""

    path: str = ""
    read: Callable[[Any, Language], Cell] = _as_it_is


COLUMNS: Final = (
    Column("Kế hoạch", "Plan", 16, "progress.plan"),
    Column("Phiên bản kế hoạch", "Plan version", 9, "progress.plan_version"),
    Column("Kỳ báo cáo", "Period", 10, "progress.period"),
    Column("Từ ngày", "First day", 12, "progress.period_starts_on", _day),
    Column("Đến hết ngày", "Last day", 12, "last_on"),
    Column("Hạn nộp", "Due on", 12, "progress.due_on", _day),
    Column("Đã quá hạn nộp", "Due date has passed", 9, "progress.is_closed"),
    Column("Mã cơ quan", "Agency", 24, "progress.agency"),
    Column("Cơ quan", "Agency name", 32, "progress.agency_name"),
    Column("Loại cơ quan", "Kind", 14, "progress.kind"),
    Column("Xếp loại cơ quan", "Agency standing", 16, "progress.standing", _standing),
    Column("Điểm tổng hợp (0 … 100)", "Composite score (0 … 100)", 13, "progress.composite_score", _figure),
    Column("Phần đánh giá được (tỷ số)", "Coverage (ratio)", 13, "progress.coverage_ratio", _figure),
    Column("Thứ hạng trong loại cơ quan", "Rank within its kind", 9, "progress.rank.place"),
    Column("Trong số cơ quan cùng loại", "Of how many of its kind", 9, "progress.rank.of"),
    Column("Xếp hạng lẫn phiên bản", "Rank mixes plan versions", 9, "progress.rank.is_mixed"),
    Column("Mã chỉ tiêu", "Indicator", 20, "indicator"),
    Column("Chỉ tiêu", "Indicator name", 44, "indicator_name"),
    Column("Loại số liệu", "Measure", 10, "measure"),
    Column("Chiều tốt", "Direction", 11, "direction"),
    Column("Phương pháp", "Method", 13, "method"),
    Column("Đơn vị tính", "Unit", 11, "unit"),
    Column("Giá trị", "Value", 13, "observed.value", _figure),
    Column("Tử số", "Numerator", 13, "observed.numerator", _figure),
    Column("Mẫu số", "Denominator", 13, "observed.denominator", _figure),
    Column("So sánh với mục tiêu", "Target comparison", 10, "target.comparison"),
    Column("Mục tiêu", "Target", 13, "target.value", _figure),
    Column("Hạn của mục tiêu", "Target due on", 12, "target.on", _day),
    Column("Căn cứ của mục tiêu", "Basis of the target", 14, "basis", basis_word),
    Column("Giá trị cần đạt cuối kỳ", "Expected value", 13, "expected_value", _figure),
    Column("Căn cứ của mức cần đạt", "Basis of the expectation", 14, "expected_basis", basis_word),
    Column("Mức đạt (tỷ số)", "Attainment (ratio)", 13, "attainment_ratio", _figure),
    Column("Mức cần đạt (tỷ số)", "Expected attainment (ratio)", 13, "expected_ratio", _figure),
    Column("Nhịp độ (tỷ số)", "Pace (ratio)", 13, "pace_ratio", _figure),
    Column("Độ trễ (điểm phần trăm)", "Lag (percentage points)", 13, "lag_points", _figure),
    Column("Độ trễ (theo đơn vị)", "Lag (in the unit)", 13, "lag_value", _figure),
    Column("Chênh cho phép: đúng tiến độ", "Tolerance: on track", 13, "tolerance.on_track", _figure),
    Column("Chênh cho phép: có nguy cơ", "Tolerance: at risk", 13, "tolerance.at_risk", _figure),
    Column("Giá trị cần có kỳ sau", "Needed next period", 13, "needed_value", _figure),
    Column("Tử số cần có kỳ sau", "Needed numerator", 13, "needed_numerator", _figure),
    Column("Điểm tối đa", "Weight", 9, "weight", _weight),
    Column("Điểm", "Points", 13, "points", _figure),
    Column("Xếp loại", "Standing", 16, "standing", _standing),
    Column("Lý do", "Reason", 16, "reason"),
    Column("Giải thích", "Explanation", 60, "sentence_{language}"),
    Column("Ngày của số liệu gốc", "Base on", 12, "base.on", _day),
    Column("Số liệu gốc", "Base", 13, "base.value", _figure),
    Column("Tăng trưởng (tỷ số)", "Growth (ratio)", 13, "progress_ratio", _figure),
    Column("Điểm tiến triển (−5 … 5)", "Progress score (−5 … 5)", 13, "score", _figure),
    Column("Tiến triển", "Progress status", 18, "status"),
    Column("Ghi chú của cơ quan", "Agency's note", 40, "observed.note"),
    Column("Mã báo cáo", "Submission", 36, "progress.filing.submission"),
    Column("Lần nộp", "Revision", 8, "progress.filing.revision"),
    Column("Nộp lúc", "Filed at", 18, "progress.filing.filed_at", _moment),
    Column("Nộp đúng hạn", "Filed in time", 9, "progress.filing.is_timely"),
    Column("Đã rút hoặc bị trả lại", "Withdrawn or returned", 12, "progress.ended.ending"),
    Column("Lý do rút hoặc trả lại", "Why withdrawn or returned", 40, "progress.ended.reason"),
    Column("Số liệu mô phỏng", "Synthetic", 10, "progress.filing.is_synthetic"),
)
"""In the order in which they stand."""


def progress_table(documents: Iterable[Document], language: Language) -> Table:
    """Return progress as a table for people."""
    wanted = [(column.path.format(language=language), column.read) for column in COLUMNS]
    rows = ([read(at(line, path), language) for path, read in wanted] for line in lines(documents))
    return table(_NAMES[language], COLUMNS, rows, language)
