"""Tells the DIC in one sentence, in Vietnamese and in English, how a target looks over all agencies."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.events.adjustments import TargetOutlookData
from shared.events.vocabulary import Adjustment, Comparison, Language, Measure, Reach
from shared.wording.phrases import Phrases
from shared.wording.rounding import number

_ZERO: Final = Decimal(0)
_POINTS_MEASURES: Final = frozenset({Measure.SHARE, Measure.PERCENT})


class _Words(NamedTuple):
    """What one language says of an outlook."""

    adjustments: Mapping[Adjustment | None, str]
    foreseen: str
    reached: str
    partly_seen: str
    answered: str
    nothing_known: str
    misses: str
    too_few: str
    pooled: str
    median: str
    ample_rising: str
    ample_falling: str
    points: str


_WORDS: Final[Mapping[Language, _Words]] = MappingProxyType(
    {
        Language.VI: _Words(
            adjustments={
                Adjustment.OUT_OF_REACH: "{target}: khó đạt; ",
                Adjustment.LONG_EXCEEDED: "{target}: đã vượt từ lâu; ",
                None: "{target}: ",
            },
            foreseen="theo nhịp độ hiện nay, {yes} trong {known} cơ quan có dự báo sẽ đạt đúng hạn",
            reached="đến hạn, {yes} trong {known} cơ quan có số liệu đã đạt",
            partly_seen="đến hạn, {yes} trong {known} cơ quan đạt theo số liệu của {seen}, dự báo của {unseen} cơ quan",
            answered="{yes} trong {owed} cơ quan trả lời “có”",
            nothing_known="chưa cơ quan nào đủ {least} số liệu để dự báo",
            misses=", {no} không đạt: cách mục tiêu {median} (trung vị), xa nhất {worst}",
            too_few="; chưa đủ số liệu: {few} cơ quan",
            pooled="; giá trị gộp trong kỳ {level}",
            median="; trung vị trong kỳ {level}",
            ample_rising="; {periods} kỳ liên tiếp, mọi cơ quan có báo cáo đều đạt từ {ample} trở lên",
            ample_falling="; {periods} kỳ liên tiếp, mọi cơ quan có báo cáo đều ở mức {ample} trở xuống",
            points="{amount} điểm phần trăm",
        ),
        Language.EN: _Words(
            adjustments={
                Adjustment.OUT_OF_REACH: "{target}: out of reach; ",
                Adjustment.LONG_EXCEEDED: "{target}: long exceeded; ",
                None: "{target}: ",
            },
            foreseen="at the present pace {yes} of {known} agencies with a forecast reach it in time",
            reached="when it was due, {yes} of {known} agencies with a figure had reached it",
            partly_seen="when due, {yes} of {known} agencies reach it, by figures of {seen} and forecasts of {unseen}",
            answered="{yes} of {owed} agencies say yes",
            nothing_known="no agency has the {least} observations that a forecast needs",
            misses="; missing it: {no}, by {median} (median), {worst} at worst",
            too_few="; too few observations: {few} agencies",
            pooled="; pooled value in the period {level}",
            median="; median in the period {level}",
            ample_rising="; for {periods} periods in a row all agencies that reported had {ample} or more",
            ample_falling="; for {periods} periods in a row all agencies that reported had {ample} or less",
            points="{amount} percentage points",
        ),
    }
)


def sentence(
    outlook: TargetOutlookData, *, least_observations: int, language: Language, unit: str, measure: Measure
) -> str:
    """Return the sentence, with the counts and figures that a finding rests on.

    `least_observations` is what a forecast needs, by the rules of the outlook.
    """
    words = _WORDS[language]
    told = Phrases.of(language, unit=unit, measure=measure)
    start = words.adjustments[outlook.adjustment].format(target=told.target(outlook.target, basis=outlook.basis))
    return start + "".join(
        (
            _answers(outlook, words=words, is_yes_no=told.is_yes_no, least=least_observations),
            _misses(outlook, words=words, told=told, is_pct=measure in _POINTS_MEASURES),
            _too_few(outlook, words=words),
            _level(outlook, words=words, told=told),
            _ample(outlook, words=words, told=told),
        )
    )


def _answers(outlook: TargetOutlookData, *, words: _Words, is_yes_no: bool, least: int) -> str:
    yes = outlook.reaches[Reach.YES]
    known = yes + outlook.reaches[Reach.NO]
    if is_yes_no:
        return words.answered.format(yes=yes, owed=sum(outlook.reaches.values()))
    if not known:
        return words.nothing_known.format(least=least)
    # What nobody has seen when it was due is never told as what came of it.
    seen = outlook.observed
    way = words.foreseen if not seen else words.reached if seen == known else words.partly_seen
    return way.format(yes=yes, known=known, seen=seen, unseen=known - seen)


def _misses(outlook: TargetOutlookData, *, words: _Words, told: Phrases, is_pct: bool) -> str:
    if outlook.worst is None or outlook.median_shortfall is None:
        return ""

    def amount(shortfall: str) -> str:
        return words.points.format(amount=told.localised(shortfall)) if is_pct else told.amount(shortfall)

    return words.misses.format(
        no=outlook.reaches[Reach.NO],
        median=amount(number(outlook.median_shortfall, beside=_ZERO)),
        worst=amount(number(outlook.worst.shortfall, beside=_ZERO)),
    )


def _too_few(outlook: TargetOutlookData, *, words: _Words) -> str:
    few = outlook.reaches[Reach.TOO_FEW_OBSERVATIONS]
    return words.too_few.format(few=few) if few else ""


def _level(outlook: TargetOutlookData, *, words: _Words, told: Phrases) -> str:
    if outlook.level is None:
        return ""
    level = told.amount(number(outlook.level.value, beside=outlook.target.value))
    return (words.pooled if outlook.level.is_pooled else words.median).format(level=level)


def _ample(outlook: TargetOutlookData, *, words: _Words, told: Phrases) -> str:
    if outlook.adjustment is not Adjustment.LONG_EXCEEDED or outlook.ample is None:
        return ""
    way = words.ample_rising if outlook.ample.comparison is Comparison.AT_LEAST else words.ample_falling
    return way.format(periods=outlook.ample_periods, ample=told.amount(number(outlook.ample.value)))
