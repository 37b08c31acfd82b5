"""What a digest must show, from what scoring answers as of the moment that the digest states."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from shared.events.plans import AgencyRegisteredData, IndicatorData, PlanPublishedData, TargetData
from shared.events.vocabulary import Basis, Language, LocalizedText, RollUp, Standing, Verdict
from shared.runtime.clock import TIMEZONE
from shared.wording import dates, kinds, terms
from shared.wording.figures import Figures

_AS_OF: Final = {
    Language.VI: re.compile(r"Số liệu tính đến (\d\d:\d\d(?::\d\d)?) ngày (\d\d/\d\d/\d{4})\."),
    Language.EN: re.compile(r"Figures as known at (\d\d:\d\d(?::\d\d)?), (\d+ \w+ \d{4})\."),
}
_DAY: Final = {Language.VI: "%d/%m/%Y", Language.EN: "%d %B %Y"}
_COUNTS: Final = {
    Language.VI: re.compile(r"^(\d+)/(\d+) cơ quan đã báo cáo\..*chưa báo cáo: (\d+)\.$", re.MULTILINE),
    Language.EN: re.compile(r"^(\d+) of (\d+) agencies reported\..*not filed: (\d+)\.$", re.MULTILINE),
}
_FIGURES: Final = {
    Language.VI: ("KẾT QUẢ TOÀN TỈNH THEO CHỈ TIÊU\n", "\nTỷ lệ: "),
    Language.EN: ("WHAT THE PROVINCE REACHED, BY INDICATOR\n", "\nShares are pooled"),
}
_STANDINGS: Final = {
    Language.VI: ("CÁC CƠ QUAN THEO XẾP LOẠI\n", "\nKỳ trước (", "\nMỚI CHẬM TIẾN ĐỘ"),
    Language.EN: ("AGENCIES BY STANDING\n", "\nBefore (", "\nNEWLY LAGGING"),
}
_EXPECTED: Final = {Language.VI: "Cần có đến hết", Language.EN: "Expected by"}

_Known = tuple[Sequence[Mapping[str, Any]], date]  # the progress of a period, and its last day

Ask = Callable[..., Sequence[Mapping[str, Any]]]
"""Asks a resource of scoring with a query."""


@dataclass(frozen=True)
class Digest:
    """What a digest shows: the moment of its figures, and each figure as it reads."""

    as_of: datetime
    filed: int
    owed: int
    not_filed: int
    standings: list[int]  # of those that any agency has, in the order of the vocabulary
    standings_before: list[int]
    indicators: list[str]  # the lines


def read(text: str, *, language: Language) -> Digest:
    """Return what the text of a digest shows."""
    stated, counts = _AS_OF[language].search(text), _COUNTS[language].search(text)
    assert stated is not None
    assert counts is not None
    day = datetime.strptime(stated[2], _DAY[language]).date()  # noqa: DTZ007  a day
    filed, owed, not_filed = map(int, counts.groups())
    begins, ends = _FIGURES[language]
    first, before, last = _STANDINGS[language]
    now, _, then = _between(text, first, last).partition(before)
    return Digest(
        as_of=datetime.fromisoformat(f"{day}T{stated[1]}").replace(tzinfo=TIMEZONE),
        filed=filed,
        owed=owed,
        not_filed=not_filed,
        standings=_counted(now),
        standings_before=_counted(then),
        indicators=[line.strip() for line in _between(text, begins, ends).splitlines() if line.strip()],
    )


def _between(text: str, begins: str, ends: str) -> str:
    return text.partition(begins)[2].partition(ends)[0]


def _counted(text: str) -> list[int]:
    return [int(count) for count in re.findall(r"^- .*: (\d+)$", text, re.MULTILINE)]


def expected(
    ask: Ask,
    *,
    plan: PlanPublishedData,
    registry: Mapping[str, AgencyRegisteredData],
    period: str,
    as_of: datetime,
    language: Language,
) -> Digest:
    """Return what a digest of the period must show by what scoring answers as of the moment."""
    in_time = sorted(plan.periods, key=lambda each: (each.ends_on, each.id))
    place = [each.id for each in in_time].index(period)
    last_on = {each.id: each.ends_on - timedelta(days=1) for each in in_time}

    def asked(path: str, period: str, **query: str) -> Sequence[Mapping[str, Any]]:
        found = ask(path, plan=plan.plan, period=period, as_of=as_of.isoformat(), language=language.value, **query)
        assert all(datetime.fromisoformat(each["as_of"]) == as_of for each in found)
        return found

    (whole,) = asked("/v1/rollups", period, level="province")
    before = in_time[place - 1].id if place else None
    whole_before = asked("/v1/rollups", before, level="province") if before else []
    progress = asked("/v1/progress", period, limit="500")
    progress_before = asked("/v1/progress", before, limit="500") if before else []
    return Digest(
        as_of=as_of,
        filed=sum(each["filing"] is not None for each in progress),
        owed=sum(whole["agencies"].values()),
        not_filed=sum(each["filing"] is None for each in progress),
        standings=_standings([whole]),
        standings_before=_standings(whole_before),
        indicators=[
            line
            for each in whole["indicators"]
            for indicator in plan.indicators
            if indicator.id == each["indicator"]
            for line in _lines(
                each,
                indicator=indicator,
                change=_change(
                    indicator, registry, now=(progress, last_on[period]), then=(progress_before, last_on[before])
                )
                if before
                else None,
                last_on=last_on[period],
                language=language,
            )
        ],
    )


def _standings(found: Iterable[Mapping[str, Any]]) -> list[int]:
    return [each["agencies"][standing] for each in found for standing in Standing if each["agencies"][standing]]


def _lines(
    each: Mapping[str, Any],
    *,
    indicator: IndicatorData,
    change: tuple[int, Decimal, Decimal] | None,
    last_on: date,
    language: Language,
) -> Iterator[str]:
    target = TargetData.model_validate(each["target"]) if each["target"] else None
    unit = LocalizedText(indicator.unit_vi, indicator.unit_en)
    figures = Figures(indicator.measure, unit, target, language=language)
    is_vi = language is Language.VI
    value = f"- {each['name']}: {figures.pooled(_decimal(each['value']))}"
    if each["verdict"]:
        told = {name: each[name] for name in ("is_incomplete", "reported", "owed")}
        value += f" – {kinds.verdict(Verdict(each['verdict']), language=language, **told)}"
    yield value
    if change:
        same, was, now = change
        agencies = f"{same} cơ quan" if is_vi else f"{same} {'agency' if same == 1 else 'agencies'}"
        label = "Kỳ trước → kỳ này, cùng cơ quan" if is_vi else "Period before → this one, same agencies"
        yield f"{label}: {figures.pooled_change(was, now)} ({agencies})"
    parts = [f"{'Mục tiêu' if is_vi else 'Target'}: {figures.pooled_goal()} ({_basis(each['basis'], language)})"]
    if each["expected_value"] is not None:
        wanted = figures.pooled(_decimal(each["expected_value"]))
        basis = f" ({_basis(each['expected_basis'], language)})" if each["expected_basis"] else ""
        parts.append(f"{_EXPECTED[language]} {dates.day(last_on, language=language)}: {wanted}{basis}")
    parts.append(
        f"Báo cáo: {each['reported']}/{each['owed']} cơ quan"
        if is_vi
        else f"Reported: {each['reported']}/{each['owed']}"
    )
    if unknown := each["unknown_staff"]:
        agencies = "agency" if unknown == 1 else "agencies"
        parts.append(
            f"không tính {unknown} cơ quan chưa rõ số cán bộ"
            if is_vi
            else f"without {unknown} {agencies} of unknown staff"
        )
    yield " · ".join(parts)


def _basis(basis: str, language: Language) -> str:
    return terms.BASES[Basis(basis)].of(language)


def _decimal(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)


def _change(
    indicator: IndicatorData, registry: Mapping[str, AgencyRegisteredData], *, now: _Known, then: _Known
) -> tuple[int, Decimal, Decimal] | None:
    """Return an indicator over the agencies that reported it in both periods: how many, the value then and now."""
    reported = [(_observed(progress, indicator.id), last_on) for progress, last_on in (then, now)]
    same = reported[0][0].keys() & reported[1][0].keys()
    was, found = (
        _pooled(indicator.roll_up, [(observed[agency], _staff(registry[agency], on=on)) for agency in same])
        for observed, on in reported
    )
    return None if was is None or found is None else (len(same), was, found)


def _observed(progress: Iterable[Mapping[str, Any]], name: str) -> dict[str, Mapping[str, Any]]:
    return {
        each["agency"]: judgement["observed"]
        for each in progress
        for judgement in each["judgements"]
        if judgement["indicator"] == name and judgement["observed"]
    }


def _staff(agency: AgencyRegisteredData, *, on: date) -> int | None:
    return next((each.staff for each in agency.earlier_staff if on < each.until), agency.staff)


def _pooled(rule: RollUp, observed: Sequence[tuple[Mapping[str, Any], int | None]]) -> Decimal | None:
    """Return the value over agencies by the rules of domain section 5, reckoned on its own."""
    valued = [(each, staff) for each, staff in observed if each["value"] is not None]
    if rule is RollUp.SUM:
        return sum((Decimal(each["value"]) for each, _ in valued), Decimal()) if valued else None
    if rule is RollUp.POOLED:
        parts = [(Decimal(each["numerator"]), Decimal(each["denominator"])) for each, _ in valued]
    elif rule is RollUp.SHARE_OF_YES:
        parts = [(Decimal(each["value"]), Decimal(1)) for each, _ in valued]
    elif rule is RollUp.VALUE:  # of the one agency that reports it
        return Decimal(valued[0][0]["value"]) if len(valued) == 1 else None
    else:
        parts = [(Decimal(each["value"]) * staff / 100, Decimal(staff)) for each, staff in valued if staff]
    whole = sum((of for _, of in parts), Decimal())
    return sum((part for part, _ in parts), Decimal()) * 100 / whole if whole else None
