"""What is missing or wrong in the sections of a plan file is told at its line."""

import pytest

from shared.events.vocabulary import PeriodLength
from tests.unit.services.ingest.plans.files.examples import PlanFolder

# what is wrong: (what stands in the plan, what a test puts there, the fault, the line that it points at)
CASES = {
    "an id that is no id": ("plan: small", "plan: Small Plan", "bad-id", "plan:"),
    "the id of another folder": ("plan: small", "plan: lam-dong-2013", "not-the-folder", "plan:"),
    "an empty title": ("en: Small plan}", "en: ''}", "empty", "title:"),
    "a title in one language": (", en: Small plan}", "}", "missing-key", "title:"),
    "an invisible sign in a title": ("en: Small plan", 'en: "Small\\u202Eplan"', "bad-text", "title:"),
    "a line break in a title": ("en: Small plan", 'en: "Small\\nplan"', "bad-text", "title:"),
    "a text without end": ("source: made up", f"source: {'x' * 1001}", "too-long", "source:"),
    "no decision": ("decision: 1/QĐ-UBND\n", "", "missing-key", "plan: small"),
    "a decision of nothing": ("decision: 1/QĐ-UBND\n", "decision: ~\n", "empty", "decision:"),
    "an unknown key": ("decision:", "weights: 3\ndecision:", "unknown-key", "weights: 3"),
    "a key that is a list": ("decision:", "[a, b]: 3\ndecision:", "unknown-key", "[a, b]: 3"),
    "a key twice": ("decision:", "plan: small\ndecision:", "duplicate-key", "plan: small"),
    "dates inverted": ("ends_on: 2015-01-01", "ends_on: 2014-01-01", "dates-inverted", "ends_on:"),
    "a year of no calendar": ("starts_on: 2014", "starts_on: 0014", "out-of-calendar", "starts_on:"),
    "a year far away": ("ends_on: 2015", "ends_on: 9999", "out-of-calendar", "ends_on:"),
    "a date with a time": ("starts_on: 2014-01-01", "starts_on: 2014-01-01T07:00", "bad-date", "starts_on:"),
    "no lead agency": ("lead_agency: so-mot\n", "", "missing-key", "plan: small"),
    "an unknown lead agency": ("lead_agency: so-mot", "lead_agency: so-ba", "unknown-agency", "lead_agency:"),
    "a lead agency of the past": ("lead_agency: so-mot", "lead_agency: xa-cu", "not-in-force", "lead_agency:"),
    "an unknown calendar": ("calendar: calendar", "calendar: lunar", "unknown-word", "reporting:"),
    "an unknown period": ("every: quarter", "every: week", "unknown-word", "reporting:"),
    "reporting stated nowhere": ("calendar, basis: assumed", "calendar, basis: stated", "no-sentence", "reporting:"),
    "a due date at once": ("quarter, c", "quarter, due_working_days: 0, c", "out-of-range", "reporting:"),
    "a due date before the end": ("quarter, c", "quarter, due_working_days: -1, c", "bad-number", "reporting:"),
    "a period never locked": ("quarter, c", "quarter, correction_working_days: 90, c", "locked-too-late", "reporting:"),
    "thresholds in the wrong order": ("on_track: 0.95", "on_track: 0.75", "bad-order", "thresholds:"),
    "thresholds above all": ("on_track: 0.95", "on_track: 1.01", "bad-order", "thresholds:"),
    "a threshold of nothing": ("at_risk: 0.75", "at_risk: 0", "bad-order", "thresholds:"),
    "a threshold in words": ("at_risk: 0.75", "at_risk: most", "bad-number", "thresholds:"),
    "thresholds that are a list": ("{on_track: 0.95, at_risk: 0.75}", "[0.95, 0.75]", "not-a-mapping", "thresholds:"),
    "a decision that is a list": ("decision: 1/QĐ-UBND", "decision: [1/QĐ-UBND]", "not-a-value", "decision:"),
    "a source elsewhere": ("source_text: source.txt", "source_text: ../source.txt", "bad-name", "source_text:"),
    "a source that is not there": ("source_text: source.txt", "source_text: text.txt", "missing-file", ""),
    "periods cut in the middle": ("starts_on: 2014-01-01", "starts_on: 2014-01-02", "broken-periods", "starts_on:"),
    "another calendar's periods": ("calendar: calendar", "calendar: decree-09-2019", "broken-periods", "starts_on:"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line"), CASES.values(), ids=CASES.keys())
def test_is_refused_alone_and_at_its_line(folder: PlanFolder, old: str, new: str, code: str, line: str) -> None:
    folder.change("plan.yaml", (old, new))
    (fault,) = folder.faults()
    assert fault.code == code
    assert fault.line == 0 or folder.line(fault).startswith(line)
    assert fault.accepted


def test_a_programme_without_indicator_is_told(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("indicators:", "  - id: idle\n    name: {vi: Rảnh, en: Idle}\nindicators:"))
    assert folder.told() == [("unused-programme", "- id: idle")]


def test_a_programme_has_its_id_to_itself(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("indicators:", "  - id: egov\n    name: {vi: Hai, en: Two}\nindicators:"))
    assert folder.told() == [("duplicate-id", "- id: egov")]


def test_an_empty_programme_or_indicator_names_every_key_it_needs(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("indicators:\n", "  - {}\nindicators:\n  - {}\n"))
    messages = [fault.message for fault in folder.faults()]
    assert len(messages) == 2 + 10
    assert {message.split(": ")[0] for message in messages} == {"programme without id", "indicator without id"}
    assert {message.split(": ")[1].removesuffix(" is missing") for message in messages} == {
        *("id", "programme", "name", "unit", "measure", "direction", "method", "basis", "roll_up", "reported_by")
    }


def test_what_an_indicator_lacks_is_told_by_its_id(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("    roll_up: value\n", ""))
    assert [fault.message for fault in folder.faults()] == ['indicator "growth": roll_up is missing']


def test_an_indicator_of_unknown_measure_is_not_blamed_for_its_figures(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("measure: number", "measure: words"))
    assert folder.told() == [("unknown-word", "measure: words")]


def test_a_faulty_programme_does_not_make_its_indicators_faulty(folder: PlanFolder) -> None:
    folder.change("plan.yaml", (", en: E-government}", "}"))
    assert folder.told() == [("missing-key", "name: {vi: Chính quyền điện tử}")]


def test_a_plan_without_indicators_is_no_plan(folder: PlanFolder) -> None:
    text = folder.text("plan.yaml")
    folder.write("plan.yaml", text[: text.index("indicators:")] + "indicators: []\n")
    assert [code for code, _ in folder.told()] == ["unused-programme", "not-a-list"]


def test_working_days_and_thresholds_have_defaults(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("thresholds: {on_track: 0.95, at_risk: 0.75}\n", ""))
    plan = folder.load().to_plan_data(1)
    assert (str(plan.thresholds.on_track_ratio), str(plan.thresholds.at_risk_ratio)) == ("0.95", "0.75")
    assert plan.periods[0].due_on.isoformat() == "2014-04-07"  # 1, 2, 3, 4, 7 April


def test_reporting_may_rest_on_a_sentence_and_name_its_days(folder: PlanFolder) -> None:
    words = "basis: stated, sentence: quý, due_working_days: 1, correction_working_days: 0}"
    folder.change("plan.yaml", ("basis: assumed}", words))
    first = folder.load().to_plan_data(1).periods[0]
    assert (first.due_on.isoformat(), first.locked_on.isoformat()) == ("2014-04-01", "2014-04-02")


@pytest.mark.parametrize("every", PeriodLength)
def test_a_plan_reports_in_any_length_of_period_and_either_calendar(folder: PlanFolder, every: PeriodLength) -> None:
    folder.change("plan.yaml", ("every: quarter", f"every: {every.value}"))
    assert folder.load().to_plan_data(1).reporting is every
    folder.change(
        "plan.yaml",
        ("calendar: calendar", "calendar: decree-09-2019"),
        ("starts_on: 2014-01-01", "starts_on: 2013-12-15"),
        ("ends_on: 2015-01-01", "ends_on: 2014-12-15"),
    )
    assert folder.load().to_plan_data(1).periods[0].starts_on.isoformat() == "2013-12-15"
