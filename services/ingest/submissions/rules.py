"""Judges a draft: everything that is wrong with it, at once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from services.ingest.exceptions.rules import locked_since, was_in_force
from services.ingest.plans.calendar import length_of
from services.ingest.plans.model import Agency, FilingKey, Indicator, Period, Plan, Registry
from services.ingest.submissions import faults
from services.ingest.submissions.faults import Fault
from services.ingest.submissions.model import Draft, Observation
from shared.events.vocabulary import AgencyKind, Measure
from shared.wording.ambiguity import readings_of

_FILES_FOR_CHILDREN: Final = frozenset({AgencyKind.DISTRICT, AgencyKind.CITY})
_LISTED: Final = 20
_NEAREST: Final = 5
NOTHING: Final[frozenset[str]] = frozenset()
_FIGURES: Final = ("numerator", "denominator", "value")
_NAMES: Final = (*_FIGURES, "yes")
_COUNTED: Final = frozenset({Measure.SHARE, Measure.COUNT})
_FULL_PCT: Final = Decimal(100)
_PARTS: Final = {
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


def judge_draft(
    draft: Draft, *, registry: Registry, filer: str, today: date, unread: frozenset[str] = NOTHING
) -> list[Fault]:
    """Return every fault of a draft; none means that it may be accepted.

    What stands at the pointers `unread` could not be read: nothing is said of it, and the rest is judged.
    """
    if not unread.isdisjoint({"", "/plan"}):  # the whole of it, or its plan
        return []
    plan = registry.plans.get(draft.plan)
    if plan is None:
        return [faults.unknown_plan(draft.plan, known=_listed(registry.plans, near=draft.plan))]
    found: list[Fault] = []
    is_named = "/agency" not in unread
    agency = registry.agencies.get(draft.agency) if is_named and draft.agency in plan.agencies else None
    if not is_named:
        pass
    elif not may_file(agency_id=draft.agency, agency=agency, filer=filer, registry=registry):
        found.append(faults.not_your_agency(draft.agency, filer=filer))
    elif agency is None:
        found.append(_no_such_agency(draft.agency, registry=registry, today=today))
    period = plan.periods.get(draft.period)
    if "/period" in unread:
        pass
    elif period is None:
        found.append(_no_such_period(draft.period, plan=plan))
    else:
        found.extend(_period_faults(period, plan=plan, agency=agency, registry=registry, today=today))
    found.extend(_observation_faults(draft, plan=plan, agency=agency, unread=unread))
    return found


def may_file(*, agency_id: str, agency: Agency | None, filer: str, registry: Registry) -> bool:
    """Return whether the agency `filer` may file for another: itself, or a district or city for its communes."""
    if agency_id == filer:
        return True
    superior = registry.agencies.get(filer)
    return (
        agency is not None and superior is not None and superior.kind in _FILES_FOR_CHILDREN and agency.parent == filer
    )


def reports(indicator: Indicator, *, agency: Agency) -> bool:
    """Return whether an agency reports an indicator."""
    return agency.kind in indicator.reported_by_kinds or agency.id in indicator.reported_by_agencies


def owed_by(agency: Agency, *, plan: Plan) -> frozenset[str]:
    """Return the indicators that a plan asks of an agency."""
    return frozenset(each.id for each in plan.indicators.values() if reports(each, agency=agency))


def _no_such_period(period: str, *, plan: Plan) -> Fault:
    known = f"{min(plan.periods)} … {max(plan.periods)}"
    length = length_of(period)
    if length is None or length is plan.reporting:
        return faults.unknown_period(period, known=known)
    return faults.other_length(period, length=length, wanted=plan.reporting, known=known)


def lock_faults(period: Period, *, plan: Plan, agency_id: str, registry: Registry, today: date) -> Iterator[Fault]:
    """Yield that a period is locked for an agency, where it is and was not reopened."""
    locked_on = locked_since(period, reopened_until=registry.reopened.get(FilingKey(plan.id, agency_id, period.id)))
    if today >= locked_on:
        lead = registry.agencies[plan.lead_agency]
        yield faults.period_locked(
            period.id, locked_on=locked_on, agency=agency_id, ask_vi=lead.name_vi, ask_en=lead.name_en
        )


def _period_faults(
    period: Period, *, plan: Plan, agency: Agency | None, registry: Registry, today: date
) -> Iterator[Fault]:
    if today < period.ends_on:
        yield faults.period_not_over(period.id, opens_on=period.ends_on)
    if agency is None:
        return
    yield from lock_faults(period, plan=plan, agency_id=agency.id, registry=registry, today=today)
    if agency.valid_from >= period.ends_on:
        yield faults.agency_not_yet_in_force(agency.id, period=period.id, begins_on=agency.valid_from)
    elif not was_in_force(agency, period=period) and agency.valid_to is not None:
        successor = _successor(agency, registry=registry, today=today)
        yield faults.agency_ceased(agency.id, ended_on=agency.valid_to, successor=successor)


def _no_such_agency(agency_id: str, *, registry: Registry, today: date) -> Fault:
    """Return that the plan has no such agency; who has ceased before the plan began is told so."""
    agency = registry.agencies.get(agency_id)
    if agency is None or agency.valid_to is None or agency.valid_to > today:
        return faults.unknown_agency(agency_id)
    successor = _successor(agency, registry=registry, today=today)
    return faults.agency_ceased(agency_id, ended_on=agency.valid_to, successor=successor)


def _successor(agency: Agency, *, registry: Registry, today: date) -> faults.Named | None:
    """Return who has taken an agency's place by today; None where nobody is named."""
    followed = {agency.id}
    found = None
    following = registry.agencies.get(agency.succeeded_by or "")
    while following is not None and following.id not in followed:
        followed.add(following.id)
        found = faults.Named(following.id, following.name_vi, following.name_en)
        if following.valid_to is None or following.valid_to > today:
            break
        following = registry.agencies.get(following.succeeded_by or "")
    return found


def _listed(known: Iterable[str], *, near: str) -> str:
    """Return what would be accepted, or where that is much, what is nearest to what was sent."""
    names = list(known)
    if len(names) > _LISTED:
        names = [*get_close_matches(near, names, n=_NEAREST, cutoff=0.0), "…"]
    return ", ".join(names) or "–"


def _observation_faults(draft: Draft, *, plan: Plan, agency: Agency | None, unread: frozenset[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, observation in enumerate(draft.observations):
        pointer = f"/observations/{position}"
        if not unread.isdisjoint({pointer, f"{pointer}/indicator"}):
            continue
        indicator = plan.indicators.get(observation.indicator)
        if indicator is None:
            asked = [each.id for each in plan.indicators.values() if agency is None or reports(each, agency=agency)]
            known = _listed(asked, near=observation.indicator)
            yield faults.unknown_indicator(f"{pointer}/indicator", indicator=observation.indicator, known=known)
            continue
        if observation.indicator in seen:
            yield faults.repeated_indicator(f"{pointer}/indicator", indicator=observation.indicator)
        seen.add(observation.indicator)
        if agency is not None and not reports(indicator, agency=agency):
            yield faults.not_reported_by(f"{pointer}/indicator", indicator=indicator.id, agency=agency.id)
        yield from _value_faults(
            observation, indicator=indicator, pointer=pointer, unread=unread, written=draft.written
        )


def _value_faults(
    observation: Observation,
    *,
    indicator: Indicator,
    pointer: str,
    unread: frozenset[str],
    written: Mapping[str, str],
) -> Iterator[Fault]:
    measure = indicator.measure
    is_whole = measure is Measure.COUNT or (measure is Measure.SHARE and indicator.is_whole)
    wanted, wanted_vi, wanted_en = _PARTS[measure]
    given = {name for name in _NAMES if getattr(observation, name) is not None or f"{pointer}/{name}" in unread}
    if given != wanted:
        yield faults.wrong_parts(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
    clear: dict[str, Decimal] = {}  # the figures of which it is known what they are
    for name in _FIGURES:
        figure: Decimal | None = getattr(observation, name)
        if name not in wanted:
            continue
        text = written.get(f"{pointer}/{name}") if written else None
        readings = readings_of(text, measure=measure, is_whole=is_whole) if text else None
        if text and readings:
            yield faults.ambiguous_number(f"{pointer}/{name}", text, readings=readings, is_whole=is_whole)
        elif figure is not None:
            clear[name] = figure
            if is_whole and figure != figure.to_integral_value():
                yield faults.not_whole(f"{pointer}/{name}")
    yield from _range_faults(clear, measure=measure, pointer=pointer)


def _range_faults(figures: Mapping[str, Decimal], *, measure: Measure, pointer: str) -> Iterator[Fault]:
    for name, figure in figures.items():
        if measure is Measure.PERCENT and not 0 <= figure <= _FULL_PCT:
            yield faults.out_of_range(f"{pointer}/{name}", wanted_vi="từ 0 đến 100", wanted_en="from 0 to 100")
        if measure in _COUNTED and figure < 0:
            yield faults.out_of_range(f"{pointer}/{name}", wanted_vi="không âm", wanted_en="not negative")
    numerator, denominator = figures.get("numerator"), figures.get("denominator")
    if numerator is not None and denominator is not None and numerator > denominator:
        yield faults.out_of_range(
            f"{pointer}/numerator",
            wanted_vi=f"không lớn hơn mẫu số {denominator}",
            wanted_en=f"no greater than the denominator {denominator}",
        )
