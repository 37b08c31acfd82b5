"""Validates a draft against the plan in force, the registry and the calendar, and returns every fault at once."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from services.ingest.exceptions.rules import is_in_force, locked_since
from services.ingest.plans.calendar import length_of
from services.ingest.plans.model import FilingKey, Plan, Registry, is_reported_by
from services.ingest.submissions import faults
from services.ingest.submissions.model import Draft
from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import AgencyKind, Measure, PeriodLength
from shared.wording.ambiguity import readings_of
from shared.wording.faults import Fault

_FILES_FOR_CHILDREN: Final = frozenset({AgencyKind.DISTRICT, AgencyKind.CITY})
_MOST_NAMED: Final = 20
_NEAREST: Final = 5
_FIGURES: Final = ("numerator", "denominator", "value")
_PARTS: Final = (*_FIGURES, "yes")
_COUNTED: Final = frozenset({Measure.SHARE, Measure.COUNT})
_FULL_PCT: Final = Decimal(100)
_PARTS_OF: Final = {
    Measure.SHARE: (
        {"numerator", "denominator"},
        "tử số và mẫu số (numerator, denominator)",
        "numerator and denominator",
    ),
    Measure.PERCENT: ({"value"}, "tỷ lệ % (value)", "a percentage (value)"),
    Measure.COUNT: ({"value"}, "số lượng (value)", "a count (value)"),
    Measure.NUMBER: ({"value"}, "một số (value)", "a number (value)"),
    Measure.YES_NO: ({"yes"}, "có hoặc không (yes: true/false)", "yes: true or false"),
}
_LENGTHS: Final = {
    PeriodLength.MONTH: ("tháng", "month"),
    PeriodLength.QUARTER: ("quý", "quarter"),
    PeriodLength.HALF_YEAR: ("6 tháng", "half-year"),
    PeriodLength.NINE_MONTHS: ("9 tháng", "nine-months"),
    PeriodLength.YEAR: ("năm", "year"),
}


def draft_faults(
    draft: Draft, *, registry: Registry, filer: str, today: date, unreadable: AbstractSet[str] = frozenset()
) -> list[Fault]:
    """Return every fault of a draft; none means that it may be accepted.

    `filer` is the agency whose key files it. Values at the pointers `unreadable` are not judged, the rest is.
    """
    if not unreadable.isdisjoint({"", "/plan"}):
        return []
    plan = registry.plans.get(draft.plan)
    if plan is None:
        return [faults.UNKNOWN_PLAN(plan=draft.plan, known=_listed(registry.plans, near=draft.plan))]
    found: list[Fault] = []
    agency = None
    if "/agency" not in unreadable:
        agency = registry.agencies.get(draft.agency) if draft.agency in plan.agencies else None
        if not may_file(agency_id=draft.agency, agency=agency, filer=filer, registry=registry):
            found.append(faults.NOT_YOUR_AGENCY(agency=draft.agency, filer=filer))
        elif agency is None:
            found.append(_unknown_agency(draft.agency, registry=registry, today=today))
    if "/period" not in unreadable:
        found.extend(_period_faults(draft.period, plan=plan, agency=agency, registry=registry, today=today))
    found.extend(_observation_faults(draft, plan=plan, agency=agency, unreadable=unreadable))
    return found


def may_file(*, agency_id: str, agency: AgencyRegisteredData | None, filer: str, registry: Registry) -> bool:
    """Return whether the agency `filer` may file for another: itself, or a district or city for its communes."""
    if agency_id == filer:
        return True
    superior = registry.agencies.get(filer)
    return (
        agency is not None and superior is not None and superior.kind in _FILES_FOR_CHILDREN and agency.parent == filer
    )


def owed_by(agency: AgencyRegisteredData, *, plan: Plan) -> frozenset[str]:
    """Return the indicators that a plan asks of an agency."""
    return frozenset(each.id for each in plan.indicators if is_reported_by(each, agency=agency))


def lock_faults(period: PeriodData, *, plan: Plan, agency_id: str, registry: Registry, today: date) -> Iterator[Fault]:
    """Yield a fault where a period is locked and was not reopened for an agency."""
    locked_on = locked_since(period, reopened_until=registry.reopened.get(FilingKey(plan.plan, agency_id, period.id)))
    if today >= locked_on:
        lead = registry.agencies[plan.lead_agency]
        yield faults.PERIOD_LOCKED(
            period=period.id, locked_on=locked_on, agency=agency_id, ask_vi=lead.name_vi, ask_en=lead.name_en
        )


def _period_faults(
    period_id: str, *, plan: Plan, agency: AgencyRegisteredData | None, registry: Registry, today: date
) -> Iterator[Fault]:
    period = plan.period_by_id.get(period_id)
    if period is None:
        yield _unknown_period(period_id, plan=plan)
        return
    if today < period.ends_on:
        yield faults.PERIOD_NOT_OVER(period=period.id, opens_on=period.ends_on)
    if agency is None:
        return
    yield from lock_faults(period, plan=plan, agency_id=agency.agency, registry=registry, today=today)
    if agency.valid_from >= period.ends_on:
        yield faults.AGENCY_NOT_YET_IN_FORCE(agency=agency.agency, period=period.id, begins_on=agency.valid_from)
    elif not is_in_force(agency, period=period):
        yield _agency_ceased(agency, registry=registry, today=today)


def _unknown_period(period: str, *, plan: Plan) -> Fault:
    known = f"{min(plan.period_by_id)} … {max(plan.period_by_id)}"
    length = length_of(period)
    if length is None or length is plan.reporting:
        return faults.UNKNOWN_PERIOD(period=period, known=known)
    (length_vi, length_en), (wanted_vi, wanted_en) = _LENGTHS[length], _LENGTHS[plan.reporting]
    return faults.OTHER_LENGTH(
        period=period,
        length_vi=length_vi,
        length_en=length_en,
        wanted_vi=wanted_vi,
        wanted_en=wanted_en,
        known=known,
    )


def _unknown_agency(agency_id: str, *, registry: Registry, today: date) -> Fault:
    """Return that the plan has no such agency, or that it had ceased before the plan began."""
    agency = registry.agencies.get(agency_id)
    if agency is None or agency.valid_to is None or agency.valid_to > today:
        return faults.UNKNOWN_AGENCY(agency=agency_id)
    return _agency_ceased(agency, registry=registry, today=today)


def _agency_ceased(agency: AgencyRegisteredData, *, registry: Registry, today: date) -> Fault:
    successor = _successor(agency, registry=registry, today=today)
    if successor is None:
        return faults.AGENCY_CEASED(agency=agency.agency, ended_on=agency.valid_to)
    return faults.AGENCY_SUCCEEDED(
        agency=agency.agency,
        ended_on=agency.valid_to,
        successor=successor.agency,
        successor_vi=successor.name_vi,
        successor_en=successor.name_en,
    )


def _successor(agency: AgencyRegisteredData, *, registry: Registry, today: date) -> AgencyRegisteredData | None:
    """Return the agency that has succeeded another by today; None where none is named."""
    seen = {agency.agency}
    found = None
    following = registry.agencies.get(agency.succeeded_by or "")
    while following is not None and following.agency not in seen:
        seen.add(following.agency)
        found = following
        if following.valid_to is None or following.valid_to > today:
            break
        following = registry.agencies.get(following.succeeded_by or "")
    return found


def _listed(known: Iterable[str], *, near: str) -> str:
    """Return the ids that would be accepted, or those nearest to what was sent where they are many."""
    names = list(known)
    if len(names) > _MOST_NAMED:
        names = [*get_close_matches(near, names, n=_NEAREST, cutoff=0.0), "…"]
    return ", ".join(names) or "–"


def _observation_faults(
    draft: Draft, *, plan: Plan, agency: AgencyRegisteredData | None, unreadable: AbstractSet[str]
) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, observation in enumerate(draft.observations):
        pointer = f"/observations/{position}"
        at_indicator = f"{pointer}/indicator"
        if not unreadable.isdisjoint({pointer, at_indicator}):
            continue
        name = observation.indicator
        indicator = plan.indicator_by_id.get(name)
        if indicator is None:
            asked = [each.id for each in plan.indicators if agency is None or is_reported_by(each, agency=agency)]
            yield faults.UNKNOWN_INDICATOR(at_indicator, indicator=name, known=_listed(asked, near=name))
            continue
        if name in seen:
            yield faults.REPEATED_INDICATOR(at_indicator, indicator=name)
        seen.add(name)
        if agency is not None and not is_reported_by(indicator, agency=agency):
            yield faults.NOT_REPORTED_BY_AGENCY(at_indicator, indicator=name, agency=agency.agency)
        yield from _value_faults(
            observation, indicator=indicator, pointer=pointer, unreadable=unreadable, written=draft.written
        )


def _value_faults(
    observation: ObservationData,
    *,
    indicator: IndicatorData,
    pointer: str,
    unreadable: AbstractSet[str],
    written: Mapping[str, str],
) -> Iterator[Fault]:
    measure = indicator.measure
    is_whole = measure is Measure.COUNT or (measure is Measure.SHARE and indicator.is_whole)
    wanted, wanted_vi, wanted_en = _PARTS_OF[measure]
    given = {name for name in _PARTS if getattr(observation, name) is not None or f"{pointer}/{name}" in unreadable}
    if given != wanted:
        yield faults.WRONG_PARTS(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
    unambiguous: dict[str, Decimal] = {}
    for name in _FIGURES:
        if name not in wanted:
            continue
        at = f"{pointer}/{name}"
        figure: Decimal | None = getattr(observation, name)
        text = written.get(at)
        readings = readings_of(text, measure=measure, is_whole=is_whole) if text else None
        if text and readings:
            told = readings.told(text, is_whole=is_whole)
            yield faults.AMBIGUOUS_NUMBER(at, vi=told.vi, en=told.en)
        elif figure is not None:
            unambiguous[name] = figure
            if is_whole and figure != figure.to_integral_value():
                yield faults.NOT_WHOLE(at)
    yield from _range_faults(unambiguous, measure=measure, pointer=pointer)


def _range_faults(figures: Mapping[str, Decimal], *, measure: Measure, pointer: str) -> Iterator[Fault]:
    for name, figure in figures.items():
        if measure is Measure.PERCENT and not 0 <= figure <= _FULL_PCT:
            yield faults.OUT_OF_RANGE(f"{pointer}/{name}", wanted_vi="từ 0 đến 100", wanted_en="from 0 to 100")
        if measure in _COUNTED and figure < 0:
            yield faults.OUT_OF_RANGE(f"{pointer}/{name}", wanted_vi="không âm", wanted_en="not negative")
    numerator, denominator = figures.get("numerator"), figures.get("denominator")
    if numerator is not None and denominator is not None and numerator > denominator:
        yield faults.OUT_OF_RANGE(
            f"{pointer}/numerator",
            wanted_vi=f"không lớn hơn mẫu số {denominator}",
            wanted_en=f"no greater than the denominator {denominator}",
        )
