"""Reads `plan.yaml` into the plan that is published, and checks it against the registry."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from services.ingest.plans import calendar
from services.ingest.plans.files.days import DayKind, days_off
from services.ingest.plans.files.indicator_checks import check_weights
from services.ingest.plans.files.indicator_fields import KEYS as INDICATOR_KEYS
from services.ingest.plans.files.indicator_fields import IndicatorFields, PlanContext
from services.ingest.plans.files.indicators import read_indicator
from services.ingest.plans.files.plan_sections import (
    KEYS,
    Reporting,
    dates_of,
    read_head,
    read_programmes,
    read_reporting,
    read_thresholds,
)
from services.ingest.plans.files.registry_file import RegistryFile, check_superiors
from services.ingest.plans.files.yaml_sections import Section, read_section
from services.ingest.plans.model import is_reported_by
from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData, PlanPublishedData
from shared.events.vocabulary import PeriodLength
from shared.runtime.clock import TIMEZONE
from shared.runtime.files.fields import Findings
from shared.runtime.files.lines import read_lines
from shared.runtime.files.values import shown

_MONTHS_AFTER_END: Final = 2  # how long after its end a plan has days off: its last corrections fall into that time


def read_plan(
    findings: Findings, folder: Path, *, registry: RegistryFile | None, overrides: Mapping[date, DayKind]
) -> PlanPublishedData | None:
    """Return the plan as version 1 without a hash, or None where anything is faulty; faults go to `findings`."""
    plan = read_section(findings, folder / "plan.yaml", KEYS)
    if plan is None:
        return None
    head = read_head(plan, folder_name=folder.resolve().name)
    dates = dates_of(plan, head)
    reporting = read_reporting(plan)
    thresholds = read_thresholds(plan)
    programmes = read_programmes(plan)
    in_force = (
        registry.in_force(starts_on=dates[0], ends_on=dates[1]) if dates and registry and registry.is_whole else None
    )
    if dates and registry:
        check_superiors(registry, starts_on=dates[0], ends_on=dates[1])
    context = PlanContext(
        programmes=frozenset(programmes),
        starts_on=dates[0] if dates else None,
        ends_on=dates[1] if dates else None,
        registry=registry,
        in_force=in_force,
        source_text=_source_text(findings, plan, folder, head.get("source_text")),
    )
    indicators, used = _indicators(plan, context)
    _check_lead_agency(plan, registry, in_force)
    _check_programmes(plan, {key: line for key, (_, line) in programmes.items()}, used)
    if dates is None or reporting is None:
        return None
    off = days_off(first=dates[0], end=calendar.add_months(dates[1], _MONTHS_AFTER_END), overrides=overrides)
    periods = _periods(plan, reporting, dates, off)
    if findings.faults:
        return None
    return PlanPublishedData.model_validate(
        head
        | {
            "version": 1,
            "content_hash": "",
            "timezone": TIMEZONE.key,
            "reporting": reporting.every,
            "thresholds": thresholds,
            "programmes": tuple(programme for programme, _ in programmes.values()),
            "indicators": indicators,
            "periods": periods,
            "agencies": _reporting_agencies(indicators, in_force or ()),
            "days_off": tuple(sorted(off)),
        }
    )


def _source_text(findings: Findings, plan: Section, folder: Path, name: str | None) -> str | None:
    """Return the words of the source beside the plan, blanks collapsed, or None where the plan names none."""
    if name is None:
        return None
    if Path(name).name != name:
        plan.fault(
            "source_text", code="bad-name", message=f"is {shown(name)}", accepted="a file of the plan's own folder"
        )
        return None
    lines = read_lines(findings, folder / name)
    return None if lines is None else " ".join(" ".join(lines).split())


def _indicators(plan: Section, context: PlanContext) -> tuple[tuple[IndicatorData, ...], frozenset[str]]:
    """Return the indicators without a fault, and the programmes of all indicators, faulty ones too."""
    lines: dict[str, int] = {}
    used: set[str] = set()
    indicators = []
    all_fields: list[tuple[Section, IndicatorFields]] = []
    for section in plan.sections("indicators", INDICATOR_KEYS, what="indicator"):
        indicator, fields = read_indicator(section, context)
        all_fields.append((section, fields))
        raw = section.raw_id
        if raw in lines:
            message = f"stands on line {lines[raw]} already"
            section.fault("id", code="duplicate-id", message=message, accepted="each indicator once")
        elif raw:
            lines[raw] = section.line_of("id")
        if indicator is not None:
            indicators.append(indicator)
        if "programme" in section.cells:
            used.add(section.cells["programme"].raw.strip())
    check_weights(all_fields, context.in_force)
    return tuple(indicators), frozenset(used)


def _check_lead_agency(
    plan: Section, registry: RegistryFile | None, in_force: tuple[AgencyRegisteredData, ...] | None
) -> None:
    lead = plan.cells["lead_agency"].raw if "lead_agency" in plan.cells else ""
    if not lead or registry is None:
        return
    if lead not in registry.ids:
        accepted = "the id of an agency of agencies.csv"
        plan.fault("lead_agency", code="unknown-agency", message=f"is {shown(lead)}", accepted=accepted)
    elif in_force is not None and lead not in {agency.agency for agency in in_force}:
        message = f"is {lead}, which does not exist on any day of the plan"
        plan.fault("lead_agency", code="not-in-force", message=message, accepted="an agency valid during the plan")


def _check_programmes(plan: Section, programmes: Mapping[str, int], used: frozenset[str]) -> None:
    """Report programmes that have no indicator."""
    for programme, line in programmes.items():
        if programme not in used:
            message = f"programme {shown(programme)} has no indicator"
            plan.report(line, code="unused-programme", message=message, accepted="at least one indicator of it")


def _periods(
    plan: Section, reporting: Reporting, dates: tuple[date, date], off: frozenset[date]
) -> tuple[PeriodData, ...]:
    starts_on, ends_on = dates
    cut = calendar.periods_between(
        calendar=reporting.calendar, length=reporting.every, starts_on=starts_on, ends_on=ends_on
    )
    is_open_ended = reporting.every is PeriodLength.NINE_MONTHS  # October to December are in no such period
    if not cut or cut[0].starts_on != starts_on or (cut[-1].ends_on != ends_on and not is_open_ended):
        first = calendar.month_starts_on(calendar=reporting.calendar, year=starts_on.year, month=1)
        message = f"and ends_on do not cut {starts_on} to {ends_on} into whole periods of a {reporting.every.value}"
        accepted = f"days on which such periods begin, such as {first}, of the calendar {reporting.calendar.value}"
        plan.fault("starts_on", code="broken-periods", message=message, accepted=accepted)
        return ()
    known_until = calendar.add_months(ends_on, _MONTHS_AFTER_END)
    periods = []
    for period in cut:
        due = calendar.due_on(ends_on=period.ends_on, working_days=reporting.due_working_days, days_off=off)
        locked = calendar.locked_on(due_on=due, working_days=reporting.correction_working_days, days_off=off)
        periods.append(PeriodData(**period._asdict(), due_on=due, locked_on=locked))
    if periods[-1].locked_on > known_until:
        message = f"keeps {periods[-1].id} open until {periods[-1].locked_on}"
        accepted = f"as many working days as end by {known_until}"
        plan.fault("reporting", code="locked-too-late", message=message, accepted=accepted)
    return tuple(periods)


def _reporting_agencies(
    indicators: tuple[IndicatorData, ...], in_force: tuple[AgencyRegisteredData, ...]
) -> tuple[str, ...]:
    return tuple(each.agency for each in in_force if any(is_reported_by(one, agency=each) for one in indicators))
