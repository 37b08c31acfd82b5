"""The columns of an export for people: a row an agency, period and indicator, with all that its standing rests on."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from services.scoring.exports.lines import Cell, Line, day, moment
from shared.events.vocabulary import Basis, Language, Standing
from shared.wording.judgement_terms import WORDS


class Column(NamedTuple):
    """A column: its titles, how wide it stands in a sheet (letters), and what a line says in it."""

    vi: str
    en: str
    width: int
    read: Callable[[Line, Language], Cell]

    def title(self, language: Language) -> str:
        """Return the title in this language."""
        return self.vi if language is Language.VI else self.en


BASES: Final[Mapping[Language, Mapping[Basis, str]]] = MappingProxyType(
    {
        Language.VI: {Basis.STATED: "quyết định nêu", Basis.ASSUMED: "giả định"},
        Language.EN: {Basis.STATED: "stated", Basis.ASSUMED: "assumed"},
    }
)


def _basis(basis: Basis | str | None, language: Language) -> str:
    return BASES[language][Basis(basis)] if basis else ""


def _standing(standing: str, language: Language) -> str:
    return WORDS[language].standings[Standing(standing)]


def _of_document(vi: str, en: str, width: int, name: str) -> Column:
    return Column(vi, en, width, lambda line, _: line.document[name])


def _word(vi: str, en: str, width: int, name: str, of: str | None = None) -> Column:
    return Column(vi, en, width, lambda line, _: (line.part(name, of) if of else line.said(name)) or "")


def _figure(vi: str, en: str, name: str, of: str | None = None) -> Column:
    return Column(vi, en, 13, lambda line, _: line.figure(name, of))


def _day_of(vi: str, en: str, name: str, of: str) -> Column:
    def read(line: Line, _: Language) -> Cell:
        found = line.part(name, of)
        return day(found) if found else None

    return Column(vi, en, 12, read)


COLUMNS: Final = (
    _of_document("Kế hoạch", "Plan", 16, "plan"),
    _of_document("Phiên bản kế hoạch", "Plan version", 9, "plan_version"),
    _of_document("Kỳ báo cáo", "Period", 10, "period"),
    Column("Từ ngày", "First day", 12, lambda line, _: line.day("period_starts_on")),
    Column("Đến hết ngày", "Last day", 12, lambda line, _: line.last_on),
    Column("Hạn nộp", "Due on", 12, lambda line, _: line.day("due_on")),
    _of_document("Đã quá hạn nộp", "Due date has passed", 9, "is_closed"),
    _of_document("Mã cơ quan", "Agency", 24, "agency"),
    Column("Cơ quan", "Agency name", 32, lambda line, _: line.agency_name),
    Column("Loại cơ quan", "Kind", 14, lambda line, _: line.document.get("kind")),
    Column("Xếp loại cơ quan", "Agency standing", 16, lambda line, at: _standing(line.document["standing"], at)),
    Column("Điểm tổng hợp (0 … 100)", "Composite score (0 … 100)", 13, lambda line, _: line.whole("composite_score")),
    Column("Phần đánh giá được (tỷ số)", "Coverage (ratio)", 13, lambda line, _: line.whole("coverage_ratio")),
    Column("Thứ hạng trong loại cơ quan", "Rank within its kind", 9, lambda line, _: line.ranked("place")),
    Column("Trong số cơ quan cùng loại", "Of how many of its kind", 9, lambda line, _: line.ranked("of")),
    Column("Xếp hạng lẫn phiên bản", "Rank mixes plan versions", 9, lambda line, _: line.ranked("is_mixed")),
    _word("Mã chỉ tiêu", "Indicator", 20, "indicator"),
    Column("Chỉ tiêu", "Indicator name", 44, lambda line, _: line.indicator.name),
    _word("Loại số liệu", "Measure", 10, "measure"),
    _word("Chiều tốt", "Direction", 11, "direction"),
    _word("Phương pháp", "Method", 13, "method"),
    Column("Đơn vị tính", "Unit", 11, lambda line, _: line.indicator.unit),
    _figure("Giá trị", "Value", "observed", "value"),
    _figure("Tử số", "Numerator", "observed", "numerator"),
    _figure("Mẫu số", "Denominator", "observed", "denominator"),
    _word("So sánh với mục tiêu", "Target comparison", 10, "target", "comparison"),
    _figure("Mục tiêu", "Target", "target", "value"),
    _day_of("Hạn của mục tiêu", "Target due on", "target", "on"),
    Column("Căn cứ của mục tiêu", "Basis of the target", 14, lambda line, at: _basis(line.said("basis"), at)),
    _figure("Giá trị cần đạt cuối kỳ", "Expected value", "expected_value"),
    Column("Căn cứ của mức cần đạt", "Basis of the expectation", 14, lambda line, at: _basis(line.expected_basis, at)),
    _figure("Mức đạt (tỷ số)", "Attainment (ratio)", "attainment_ratio"),
    _figure("Mức cần đạt (tỷ số)", "Expected attainment (ratio)", "expected_ratio"),
    _figure("Nhịp độ (tỷ số)", "Pace (ratio)", "pace_ratio"),
    _figure("Độ trễ (điểm phần trăm)", "Lag (percentage points)", "lag_points"),
    _figure("Độ trễ (theo đơn vị)", "Lag (in the unit)", "lag_value"),
    _figure("Chênh cho phép: đúng tiến độ", "Tolerance: on track", "tolerance", "on_track"),
    _figure("Chênh cho phép: có nguy cơ", "Tolerance: at risk", "tolerance", "at_risk"),
    _figure("Giá trị cần có kỳ sau", "Needed next period", "needed_value"),
    _figure("Tử số cần có kỳ sau", "Needed numerator", "needed_numerator"),
    Column("Điểm tối đa", "Weight", 9, lambda line, _: line.weight),
    _figure("Điểm", "Points", "points"),
    Column("Xếp loại", "Standing", 16, lambda line, at: _standing(line.said("standing"), at)),
    _word("Lý do", "Reason", 16, "reason"),
    Column("Giải thích", "Explanation", 60, lambda line, at: line.said(f"sentence_{at.value}")),
    _day_of("Ngày của số liệu gốc", "Base on", "base", "on"),
    _figure("Số liệu gốc", "Base", "base", "value"),
    _figure("Tăng trưởng (tỷ số)", "Growth (ratio)", "progress_ratio"),
    _figure("Điểm tiến triển (−5 … 5)", "Progress score (−5 … 5)", "score"),
    _word("Tiến triển", "Progress status", 18, "status"),
    _word("Ghi chú của cơ quan", "Agency's note", 40, "observed", "note"),
    Column("Mã báo cáo", "Submission", 36, lambda line, _: line.filed("submission")),
    Column("Lần nộp", "Revision", 8, lambda line, _: line.filed("revision")),
    Column("Nộp lúc", "Filed at", 18, lambda line, _: moment(line.filed("filed_at"))),
    Column("Nộp đúng hạn", "Filed in time", 9, lambda line, _: line.filed("is_timely")),
    Column("Đã rút hoặc bị trả lại", "Withdrawn or returned", 12, lambda line, _: line.ended("ending")),
    Column("Lý do rút hoặc trả lại", "Why withdrawn or returned", 40, lambda line, _: line.ended("reason")),
    Column("Số liệu mô phỏng", "Synthetic", 10, lambda line, _: line.filed("is_synthetic")),
)
"""In the order in which they stand."""
