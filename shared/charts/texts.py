"""The texts of a chart in Vietnamese and in English: as they stand in it, and whole for those who cannot see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from shared.charts.model import Bar, Chart, Column
from shared.events.vocabulary import Basis, Language, Measure, Standing
from shared.wording.judgement_terms import WORDS
from shared.wording.kinds import verdict
from shared.wording.phrases import Phrases
from shared.wording.rounding import number

NOTHING: Final = "–"
"""What stands where a figure is unknown or a target is not there."""

_PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What one language calls what a chart shows."""

    title: str
    subtitle: str
    as_of: str
    no_data_yet: str
    synthetic: str
    rehearsal: str
    of_agencies: str  # the unit of a yes-no over agencies
    attained: str
    shares: str
    over_time: str
    attainment: str
    standing: str
    value: str
    target: str
    reported: tuple[str, str]
    counted: str
    no_data: str
    bases: Mapping[Basis, str]
    targets: Mapping[Basis, str]
    expectations: Mapping[Basis, str]
    moment_format: str


CHART_WORDS: Final[Mapping[Language, ChartWords]] = MappingProxyType(
    {
        Language.VI: ChartWords(
            title="{plan}: kỳ {period}",
            subtitle="Kỳ báo cáo {first_on} – {last_on} · phiên bản kế hoạch {version} · {as_of}",
            as_of="số liệu tính đến {at}",
            no_data_yet="chưa có số liệu",
            synthetic="SỐ LIỆU MÔ PHỎNG (synthetic)",
            rehearsal="DIỄN TẬP (rehearsal)",
            of_agencies="% cơ quan",
            attained="Gộp các cơ quan: mức đạt so với mục tiêu",
            shares="Từng chỉ tiêu: tỷ lệ cơ quan theo xếp loại",
            over_time="Xếp loại tiến độ theo kỳ, số cơ quan",
            attainment="mức đạt, xếp loại",
            standing="kết quả chung",
            value="giá trị",
            target="mục tiêu",
            reported=("cơ quan", "đã báo cáo"),
            counted="trong ngoặc: số cơ quan trong kỳ",
            no_data="không có số liệu",
            bases={Basis.STATED: "quyết định nêu", Basis.ASSUMED: "giả định"},
            targets={Basis.STATED: "mục tiêu quyết định nêu", Basis.ASSUMED: "mục tiêu giả định"},
            expectations={
                Basis.STATED: "mức cần đạt cuối kỳ, quyết định nêu",
                Basis.ASSUMED: "mức cần đạt cuối kỳ, giả định",
            },
            moment_format="%H:%M ngày %d/%m/%Y",
        ),
        Language.EN: ChartWords(
            title="{plan}: period {period}",
            subtitle="Reporting period {first_on} – {last_on} · plan version {version} · {as_of}",
            as_of="data as of {at}",
            no_data_yet="no data yet",
            synthetic="SYNTHETIC FIGURES (số liệu mô phỏng)",
            rehearsal="REHEARSAL (diễn tập)",
            of_agencies="% of agencies",
            attained="All agencies together: attainment against target",
            shares="Each indicator: share of agencies by standing",
            over_time="Standings over time, in agencies",
            attainment="attainment, standing",
            standing="all together",
            value="value",
            target="target",
            reported=("agencies", "reported"),
            counted="in brackets: agencies in the period",
            no_data="no data",
            bases={Basis.STATED: "stated", Basis.ASSUMED: "assumed"},
            targets={Basis.STATED: "target, stated", Basis.ASSUMED: "target, assumed"},
            expectations={
                Basis.STATED: "expected at the period's end, stated",
                Basis.ASSUMED: "expected at the period's end, assumed",
            },
            moment_format="%Y-%m-%d %H:%M",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class BarTexts:
    """The texts beside a bar; a remark stands under its figure."""

    attained: tuple[str, ...]
    value: str
    target: tuple[str, ...]
    reported: str


def title_of(chart: Chart) -> str:
    """Return the chart's title: plan and period."""
    return CHART_WORDS[chart.language].title.format(plan=chart.plan, period=chart.period)


def subtitle_of(chart: Chart) -> str:
    """Return the line under the title: the period's days, the plan's version, and the moment of the data."""
    words, days = CHART_WORDS[chart.language], WORDS[chart.language].date_format
    as_of = words.as_of.format(at=chart.as_of.strftime(words.moment_format)) if chart.as_of else words.no_data_yet
    return words.subtitle.format(
        first_on=chart.first_on.strftime(days),
        last_on=chart.last_on.strftime(days),
        version=chart.plan_version,
        as_of=as_of,
    )


def marks_of(chart: Chart) -> tuple[str, ...]:
    """Return what a reader must not overlook: made-up figures, a rehearsal."""
    words = CHART_WORDS[chart.language]
    return (words.synthetic,) * chart.is_synthetic + (words.rehearsal,) * chart.is_rehearsal


def texts_of(bar: Bar, language: Language) -> BarTexts:
    """Return the texts beside a bar."""
    words, terms = CHART_WORDS[language], WORDS[language]
    if bar.measure is Measure.YES_NO:
        phrases = Phrases.of(language, unit=words.of_agencies, measure=Measure.PERCENT)
    else:
        phrases = Phrases.of(language, unit=bar.unit, measure=bar.measure)
    target: tuple[str, ...] = (NOTHING,)
    if bar.target:
        due = phrases.by_when(bar.target, basis=bar.basis)
        target = (phrases.compared(bar.target), f"{words.bases[bar.basis]}{due}")
    value = NOTHING
    if bar.value is not None:
        value = phrases.amount(number(bar.value, beside=bar.target.value if bar.target else None))
    attained: list[str] = []
    if not bar.agencies:
        # Never rounded onto 100 %, which would say that the target is met.
        attained.append(
            NOTHING
            if bar.attainment is None
            else f"{phrases.localised(number(bar.attainment * _PERCENT, beside=_PERCENT))} %"
        )
    if bar.standing:
        attained.append(terms.standings[bar.standing])
    elif bar.verdict:
        attained.append(
            verdict(
                bar.verdict,
                is_incomplete=bar.is_incomplete,
                reported=bar.reported,
                owed=bar.owed,
                language=language,
            )
        )
    return BarTexts(tuple(attained) or (NOTHING,), value, target, f"{bar.reported}/{bar.owed}")


def description_of(chart: Chart) -> list[str]:
    """Return the chart in words, a sentence each, for those who cannot see it; also the alternative text of a mail."""
    return [
        subtitle_of(chart),
        *marks_of(chart),
        *(_described(bar, chart.language) for bar in chart.bars),
        *(_counted(column, chart.language) for column in chart.columns),
    ]


def _described(bar: Bar, language: Language) -> str:
    texts = texts_of(bar, language)
    shares = [_agencies(bar.agencies, language)] if bar.agencies else []
    return f"{bar.name}: {texts.value} / {texts.target[0]}, {', '.join([texts.attained[-1], *shares])}"


def _counted(column: Column, language: Language) -> str:
    return f"{column.period}: {_agencies(column.agencies, language) or CHART_WORDS[language].no_data}"


def _agencies(agencies: Mapping[Standing, int], language: Language) -> str:
    names = WORDS[language].standings
    return ", ".join(f"{names[each]} {agencies[each]}" for each in Standing if agencies.get(each))
