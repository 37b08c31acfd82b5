"""Reads the sections of `plan.yaml` other than its indicators: head, reporting, thresholds, programmes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.ingest.plans.calendar import PeriodCalendar
from services.ingest.plans.files.yaml_sections import Keys, Section, both_languages
from shared.events.plans import ProgrammeData, ThresholdsData
from shared.events.vocabulary import Basis, PeriodLength
from shared.runtime.files.values import day, number, slug, text, whole, word

KEYS: Final = Keys(
    {
        "plan": slug,
        "title": None,
        "decision": text,
        "source": text,
        "starts_on": day,
        "ends_on": day,
        "lead_agency": text,
        "reporting": None,
        "programmes": None,
        "indicators": None,
    },
    {"source_text": text, "thresholds": None},
)
_REPORTING: Final = Keys(
    {"every": word(PeriodLength), "calendar": word(PeriodCalendar), "basis": word(Basis)},
    {"sentence": text, "due_working_days": whole, "correction_working_days": whole},
)
_THRESHOLDS: Final = Keys({"on_track": number, "at_risk": number})
_PROGRAMME: Final = Keys({"id": slug, "name": None})

DEFAULT_THRESHOLDS: Final = ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75"))
# Tables of Vietnamese holidays reach from 1901 to 2100; substitute days are known from 1995.
FIRST_YEAR: Final = 1995
LAST_YEAR: Final = 2090


class Reporting(BaseModel):
    """How often agencies report, and how many working days they have."""

    model_config = ConfigDict(frozen=True)

    every: PeriodLength
    calendar: PeriodCalendar
    due_working_days: int = 5
    correction_working_days: int = 20


def read_head(plan: Section, *, folder_name: str) -> dict[str, Any]:
    """Return the plain values of the plan and its title, without what is faulty."""
    head = plan.plain()
    plan_id = head.get("plan", folder_name)
    if plan_id != folder_name:
        # A copied folder with the old id would become the next version of the plan it was copied from.
        plan.fault("plan", code="not-the-folder", message=f"is {plan_id}", accepted=f"{folder_name}, the folder's name")
    return head | both_languages(plan, "title")


def dates_of(plan: Section, head: Mapping[str, Any]) -> tuple[date, date] | None:
    """Return the plan's first day and the first day after it, or None where they are missing or inverted."""
    for key in ("starts_on", "ends_on"):
        value = head.get(key)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            accepted = f"a day of {FIRST_YEAR} to {LAST_YEAR}"
            plan.fault(key, code="out-of-calendar", message=f"is {value}", accepted=accepted)
            return None
    starts_on, ends_on = head.get("starts_on"), head.get("ends_on")
    if starts_on is None or ends_on is None:
        return None
    if ends_on <= starts_on:
        message = f"is {ends_on}, but the plan starts on {starts_on}"
        plan.fault("ends_on", code="dates-inverted", message=message, accepted="the first day after the plan's last")
        return None
    return starts_on, ends_on


def read_reporting(plan: Section) -> Reporting | None:
    """Return how agencies report, or None where anything of it is faulty."""
    below = plan.section("reporting", _REPORTING)
    if below is None:
        return None
    given = below.plain()
    if given.get("basis") is Basis.STATED and "sentence" not in below.nodes:
        accepted = "sentence: the clause of the source it rests on; or basis: assumed"
        below.fault("basis", code="no-sentence", message="is stated, but no sentence says so", accepted=accepted)
    if given.get("due_working_days") == 0:
        below.fault("due_working_days", code="out-of-range", message="is 0", accepted="1 or more")
    is_usable = {"every", "calendar"} <= given.keys() and given.get("due_working_days") != 0
    return Reporting.model_validate(given) if is_usable else None


def read_thresholds(plan: Section) -> ThresholdsData | None:
    """Return the ratios of expected attainment from which an agency is on track, or at risk."""
    below = plan.section("thresholds", _THRESHOLDS)
    if below is None:
        return DEFAULT_THRESHOLDS
    given = below.plain()
    if given.keys() < _THRESHOLDS.required.keys():
        return None
    on_track, at_risk = given["on_track"], given["at_risk"]
    if not 0 < at_risk < on_track <= 1:
        message = f"are on_track {on_track} and at_risk {at_risk}"
        plan.fault("thresholds", code="bad-order", message=message, accepted="0 < at_risk < on_track ≤ 1")
    return ThresholdsData(on_track_ratio=on_track, at_risk_ratio=at_risk)


def read_programmes(plan: Section) -> dict[str, tuple[ProgrammeData | None, int]]:
    """Return the programmes by id with their lines; None in place of a faulty one."""
    programmes: dict[str, tuple[ProgrammeData | None, int]] = {}
    for section in plan.sections("programmes", _PROGRAMME, what="programme"):
        raw = section.raw_id
        values = section.plain() | both_languages(section, "name")
        if raw in programmes:
            message = f"stands on line {programmes[raw][1]} already"
            section.fault("id", code="duplicate-id", message=message, accepted="each programme once")
        elif raw:
            programme = None if section.is_faulty else ProgrammeData.model_validate(values)
            programmes[raw] = (programme, section.line_of("id"))
    return programmes
