"""The texts of a chart in Vietnamese and in English: as they stand in it, and whole for those who cannot see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from shared.charts.model import Chart, IndicatorBar, PeriodColumn
from shared.events.vocabulary import Basis, Language, LocalizedText, Measure, Standing
from shared.wording.judgement_terms import WORDS
from shared.wording.kinds import verdict
from shared.wording.phrases import Phrases
from shared.wording.rounding import number
from shared.wording.terms import SHORT_BASES

NOTHING: Final = "–"
"""What stands where a figure is unknown or a target is not there."""

TITLE: Final = LocalizedText(vi="{plan}: kỳ {period}", en="{plan}: period {period}")
SUBTITLE: Final = LocalizedText(
    vi="Kỳ báo cáo {first_on} – {last_on} · phiên bản kế hoạch {version} · {as_of}",
    en="Reporting period {first_on} – {last_on} · plan version {version} · {as_of}",
)
AS_OF: Final = LocalizedText(vi="số liệu tính đến {at:%H:%M ngày %d/%m/%Y}", en="data as of {at:%Y-%m-%d %H:%M}")
NO_DATA_YET: Final = LocalizedText(vi="chưa có số liệu", en="no data yet")
NO_DATA: Final = LocalizedText(vi="không có số liệu", en="no data")
SYNTHETIC: Final = LocalizedText(vi="SỐ LIỆU MÔ PHỎNG (synthetic)", en="SYNTHETIC FIGURES (số liệu mô phỏng)")
REHEARSAL: Final = LocalizedText(vi="DIỄN TẬP (rehearsal)", en="REHEARSAL (diễn tập)")
ATTAINED: Final = LocalizedText(
    vi="Gộp các cơ quan: mức đạt so với mục tiêu", en="All agencies together: attainment against target"
)
SHARES: Final = LocalizedText(
    vi="Từng chỉ tiêu: tỷ lệ cơ quan theo xếp loại", en="Each indicator: share of agencies by standing"
)
OVER_TIME: Final = LocalizedText(vi="Xếp loại tiến độ theo kỳ, số cơ quan", en="Standings over time, in agencies")
ATTAINMENT: Final = LocalizedText(vi="mức đạt, xếp loại", en="attainment, standing")
TOGETHER: Final = LocalizedText(vi="kết quả chung", en="all together")
VALUE: Final = LocalizedText(vi="giá trị", en="value")
TARGET: Final = LocalizedText(vi="mục tiêu", en="target")
AGENCIES: Final = LocalizedText(vi="cơ quan", en="agencies")
REPORTED: Final = LocalizedText(vi="đã báo cáo", en="reported")
COUNTED: Final = LocalizedText(vi="trong ngoặc: số cơ quan trong kỳ", en="in brackets: agencies in the period")
TARGETS: Final[Mapping[Basis, LocalizedText]] = {
    Basis.STATED: LocalizedText(vi="mục tiêu quyết định nêu", en="target, stated"),
    Basis.ASSUMED: LocalizedText(vi="mục tiêu giả định", en="target, assumed"),
}
EXPECTATIONS: Final[Mapping[Basis, LocalizedText]] = {
    Basis.STATED: LocalizedText(vi="mức cần đạt cuối kỳ, quyết định nêu", en="expected at the period's end, stated"),
    Basis.ASSUMED: LocalizedText(vi="mức cần đạt cuối kỳ, giả định", en="expected at the period's end, assumed"),
}
_PERCENT_OF_AGENCIES: Final = LocalizedText(vi="% cơ quan", en="% of agencies")
_PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class BarTexts:
    """The texts beside a bar; a remark stands under its figure."""

    attained: tuple[str, ...]
    value: str
    target: tuple[str, ...]
    reported: str


def title_of(chart: Chart) -> str:
    """Return the chart's title: plan and period."""
    return TITLE.of(chart.language).format(plan=chart.plan, period=chart.period)


def subtitle_of(chart: Chart) -> str:
    """Return the line under the title: the period's days, the plan's version, and the moment of the data."""
    language, days = chart.language, WORDS[chart.language].date_format
    return SUBTITLE.of(language).format(
        first_on=chart.first_on.strftime(days),
        last_on=chart.last_on.strftime(days),
        version=chart.plan_version,
        as_of=AS_OF.of(language).format(at=chart.as_of) if chart.as_of else NO_DATA_YET.of(language),
    )


def marks_of(chart: Chart) -> tuple[str, ...]:
    """Return what a reader must not overlook: made-up figures, a rehearsal."""
    marks = (SYNTHETIC,) * chart.is_synthetic + (REHEARSAL,) * chart.is_rehearsal
    return tuple(mark.of(chart.language) for mark in marks)


def texts_of(bar: IndicatorBar, language: Language) -> BarTexts:
    """Return the texts beside a bar."""
    phrases = Phrases.of(language, unit=bar.unit, measure=bar.measure)
    if bar.measure is Measure.YES_NO:
        phrases = Phrases.of(language, unit=_PERCENT_OF_AGENCIES.of(language), measure=Measure.PERCENT)
    value, target = NOTHING, [NOTHING]
    if bar.value is not None:
        value = phrases.amount(number(bar.value, beside=bar.target.value if bar.target else None))
    if bar.target:
        due = phrases.by_when(bar.target, basis=bar.basis)
        target = [phrases.compared(bar.target), f"{SHORT_BASES[bar.basis].of(language)}{due}"]
    return BarTexts(_attained(bar, phrases, language), value, tuple(target), f"{bar.reported}/{bar.owed}")


def _attained(bar: IndicatorBar, phrases: Phrases, language: Language) -> tuple[str, ...]:
    """Return the attainment in percent, never rounded onto 100, over the standing; or the verdict."""
    if bar.agencies:
        if bar.verdict is None:
            return (NOTHING,)
        counted = verdict(
            bar.verdict, is_incomplete=bar.is_incomplete, reported=bar.reported, owed=bar.owed, language=language
        )
        return (counted,)
    attainment = NOTHING
    if bar.attainment is not None:
        attainment = f"{phrases.localised(number(bar.attainment * _PERCENT, beside=_PERCENT))} %"
    return (attainment, phrases.words.standings[bar.standing]) if bar.standing else (attainment,)


def description_of(chart: Chart) -> list[str]:
    """Return the chart in words, a sentence each, for those who cannot see it; also the alternative text of a mail."""
    return [
        subtitle_of(chart),
        *marks_of(chart),
        *(_described(bar, chart.language) for bar in chart.bars),
        *(_counted(column, chart.language) for column in chart.columns),
    ]


def _described(bar: IndicatorBar, language: Language) -> str:
    texts = texts_of(bar, language)
    shares = [_agencies(bar.agencies, language)] if bar.agencies else []
    return f"{bar.name}: {texts.value} / {texts.target[0]}, {', '.join([texts.attained[-1], *shares])}"


def _counted(column: PeriodColumn, language: Language) -> str:
    return f"{column.period}: {_agencies(column.agencies, language) or NO_DATA.of(language)}"


def _agencies(agencies: Mapping[Standing, int], language: Language) -> str:
    names = WORDS[language].standings
    return ", ".join(f"{names[each]} {agencies[each]}" for each in Standing if agencies.get(each))
