"""Reads the sections of `plan.yaml` other than its indicators: head, reporting, thresholds, programmes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.ingest.plans.calendar import PeriodCalendar
from services.ingest.plans.readers.values import day, number, slug, text, whole, word
from services.ingest.plans.readers.yaml_sections import Keys, Section, both_languages
from shared.events.plans import ProgrammeData, ThresholdsData
from shared.events.vocabulary import Basis, PeriodLength

KEYS: Final = Keys(
    required=(
        "plan",
        "title",
        "decision",
        "source",
        "starts_on",
        "ends_on",
        "lead_agency",
        "reporting",
        "programmes",
        "indicators",
    ),
    optional=("source_text", "thresholds"),
)
_REPORTING: Final = Keys(
    required=("every", "calendar", "basis"), optional=("sentence", "due_working_days", "correction_working_days")
)
_THRESHOLDS: Final = Keys(required=("on_track", "at_risk"))
_PROGRAMME: Final = Keys(required=("id", "name"))

DEFAULT_DUE_WORKING_DAYS: Final = 5
DEFAULT_CORRECTION_WORKING_DAYS: Final = 20
DEFAULT_THRESHOLDS: Final = ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75"))
# Tables of Vietnamese holidays reach from 1901 to 2100; substitute days are known from 1995.
FIRST_YEAR: Final = 1995
LAST_YEAR: Final = 2090


@dataclass(frozen=True)
class Reporting:
    """How often agencies report, and how many working days they have."""

    every: PeriodLength
    calendar: PeriodCalendar
    due_working_days: int
    correction_working_days: int


def read_head(plan: Section, *, folder_name: str) -> dict[str, object]:
    """Return id, title and sources of the plan, named as in the event."""
    plan_id = plan.read("plan", slug)
    if plan_id is not None and plan_id != folder_name:
        # A copied folder with the old id would become the next version of the plan it was copied from.
        plan.fault("plan", code="not-the-folder", message=f"is {plan_id}", accepted=f"{folder_name}, the folder's name")
    return {
        "plan": plan_id,
        **both_languages(plan, "title"),
        "decision": plan.read("decision", text),
        "source": plan.read("source", text),
        "lead_agency": plan.read("lead_agency", text),
    }


def read_dates(plan: Section) -> tuple[date, date] | None:
    """Return the plan's first day and the first day after it, or None where they are missing or inverted."""
    starts_on, ends_on = plan.read("starts_on", day), plan.read("ends_on", day)
    for key, value in (("starts_on", starts_on), ("ends_on", ends_on)):
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            accepted = f"a day of {FIRST_YEAR} to {LAST_YEAR}"
            plan.fault(key, code="out-of-calendar", message=f"is {value}", accepted=accepted)
            return None
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
    every, calendar = below.read("every", word(PeriodLength)), below.read("calendar", word(PeriodCalendar))
    due, correction = below.read("due_working_days", whole), below.read("correction_working_days", whole)
    basis = below.read("basis", word(Basis))
    below.read("sentence", text)
    if basis is Basis.STATED and "sentence" not in below.nodes:
        accepted = "sentence: the clause of the source it rests on; or basis: assumed"
        below.fault("basis", code="no-sentence", message="is stated, but no sentence says so", accepted=accepted)
    if due == 0:
        below.fault("due_working_days", code="out-of-range", message="is 0", accepted="1 or more")
    if every is None or calendar is None or due == 0:
        return None
    return Reporting(
        every=every,
        calendar=calendar,
        due_working_days=DEFAULT_DUE_WORKING_DAYS if due is None else due,
        correction_working_days=DEFAULT_CORRECTION_WORKING_DAYS if correction is None else correction,
    )


def read_thresholds(plan: Section) -> ThresholdsData | None:
    """Return the ratios of expected attainment from which an agency is on track, or at risk."""
    below = plan.section("thresholds", _THRESHOLDS)
    if below is None:
        return DEFAULT_THRESHOLDS
    on_track, at_risk = below.read("on_track", number), below.read("at_risk", number)
    if on_track is None or at_risk is None:
        return None
    if not 0 < at_risk < on_track <= 1:
        message = f"are on_track {on_track} and at_risk {at_risk}"
        plan.fault("thresholds", code="bad-order", message=message, accepted="0 < at_risk < on_track ≤ 1")
    return ThresholdsData(on_track_ratio=on_track, at_risk_ratio=at_risk)


def read_programmes(plan: Section) -> dict[str, tuple[ProgrammeData | None, int]]:
    """Return the programmes by id with their lines; None in place of a faulty one."""
    programmes: dict[str, tuple[ProgrammeData | None, int]] = {}
    for section in plan.sections("programmes", _PROGRAMME, what="programme"):
        raw = section.raw_id
        programme_id, names = section.read("id", slug), both_languages(section, "name")
        if raw in programmes:
            message = f"stands on line {programmes[raw][1]} already"
            section.fault("id", code="duplicate-id", message=message, accepted="each programme once")
        elif raw:
            values = {"id": programme_id, **names}
            programme = None if section.is_faulty else ProgrammeData.model_validate(values)
            programmes[raw] = (programme, section.line_of("id"))
    return programmes
