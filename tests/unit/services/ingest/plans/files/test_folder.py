"""A plan folder is read whole, or refused with every fault it has."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.plans.files.folder import FileFault, FileFaults, load, render
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Method, PeriodLength
from tests.unit.services.ingest.plans.files.examples import PlanFolder


@pytest.fixture
def folder(tmp_path: Path) -> PlanFolder:
    return PlanFolder(tmp_path / "small")


def test_a_plan_with_five_faults_shows_five(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("comparison: above, value: 90", "comparison: above, value: 900"),
        ("2014-06-30", "2015-06-30"),
        ("method: pace", "method: speed"),
        ("on_track: 0.95", "on_track: 0.5"),
    )
    folder.change("agencies.csv", (",40,", ",many,"))
    assert [code for code, _ in folder.told()] == [
        "bad-number",
        "bad-order",
        "out-of-range",
        "out-of-plan",
        "unknown-word",
    ]


def test_a_fault_is_shown_with_file_line_and_what_would_be_accepted(folder: PlanFolder) -> None:
    folder.change("plan.yaml", ("method: pace", "method: speed"))
    assert render(folder.faults()) == (
        f'{folder.path}/plan.yaml:37: indicator "growth": method is "speed"'
        " — accepted: to-target, from-baseline, yes-no, pace, no-target"
    )


def test_a_fault_of_a_whole_file_is_shown_without_a_line() -> None:
    fault = FileFault(
        file="plans/x/plan.yaml", line=0, code="missing-file", message="does not exist", accepted="a file"
    )
    assert render([fault, fault]).splitlines() == ["plans/x/plan.yaml: does not exist — accepted: a file"] * 2


@pytest.mark.parametrize("name", ["nowhere", "plan.yaml", "a\0b", "x" * 5000])
def test_a_folder_that_is_none_is_a_fault(folder: PlanFolder, name: str) -> None:
    with pytest.raises(FileFaults, match="cannot be opened as a folder") as refused:
        load(folder.path / name)
    assert [fault.code for fault in refused.value.faults] == ["missing-folder"]


def test_an_empty_folder_names_both_files(tmp_path: Path) -> None:
    with pytest.raises(FileFaults) as refused:
        load(tmp_path)
    assert [Path(fault.file).name for fault in refused.value.faults] == ["agencies.csv", "plan.yaml"]


def test_comments_quotes_and_order_of_agencies_do_not_change_the_meaning(folder: PlanFolder) -> None:
    before = folder.load()
    folder.change(
        "plan.yaml",
        ("# A plan", "# The plan"),
        ("value: 90}", "value: 90.0} # percent"),
        ("source: made up for tests", "source: 'made up for tests'"),
    )
    head, columns, *rows = folder.text("agencies.csv").splitlines()
    folder.write("agencies.csv", "\n".join([head, columns, *reversed(rows)]))
    assert folder.load().content_hash == before.content_hash


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("plan.yaml", "value: 90}", "value: 91}"),
        ("plan.yaml", "Kế hoạch nhỏ", "Kế hoạch bé"),
        ("plan.yaml", "on_track: 0.95", "on_track: 0.9"),
        ("agencies.csv", "Sở Hai", "Sở Ba"),
        ("agencies.csv", ",30,", ",31,"),
    ],
)
def test_another_meaning_has_another_hash(folder: PlanFolder, name: str, old: str, new: str) -> None:
    before = folder.load()
    folder.change(name, (old, new))
    assert folder.load().content_hash != before.content_hash


def test_a_version_is_the_plan_with_its_number(folder: PlanFolder) -> None:
    loaded = folder.load()
    plan = loaded.to_plan_data(7)
    assert (plan.version, plan.plan, plan.content_hash) == (7, loaded.plan_id, loaded.content_hash)
    assert PlanPublishedData.model_validate_json(plan.model_dump_json()) == plan
    assert loaded.to_plan_data(8).model_copy(update={"version": 7}) == plan


def test_a_sentence_may_break_its_lines_otherwise_than_the_source(folder: PlanFolder) -> None:
    assert folder.load().to_plan_data(1).indicators[0].basis_sentence == "trên 90% văn bản"


def test_a_plan_of_published_series_needs_no_other_code(tmp_path: Path) -> None:
    folder = PlanFolder(tmp_path / "series")
    folder.write("agencies.csv", "id,name_vi,name_en,kind,parent,staff,valid_from,valid_to,succeeded_by,source\n"
                 "statcan,Cục Thống kê Canada,Statistics Canada,office,,,1971-05-01,,,made up\n")  # fmt: skip
    series = "".join(
        f"""\
  - id: {name}
    programme: series
    name: {{vi: {name}, en: {name}}}
    unit: {{vi: "%", en: "%"}}
    measure: number
    direction: {direction}
    method: pace
    target: {{comparison: {comparison}, value: {target}}}
    milestones: [{{on: 2029-12-31, value: {target}, basis: stated}}] # due ten years before the plan ends
    baseline: {{on: {year}-12-31, value: {base}, basis: stated}}
    basis: stated
    sentence: {name}
    roll_up: value
    reported_by: {{agencies: [statcan]}}
"""
        for name, direction, year, base, comparison, target in (
            ("s-12-1-1", "increasing", 2015, "0.37", "at-least", "60.0"),
            ("s-15-5-1", "decreasing", 2015, "70.0", "at-most", "100.0"),
            ("s-14-2-1", "increasing", 2015, "68.5534591194968", "at-least", "55.0"),
            ("s-6-1-1", "decreasing", 2015, "103.0", "at-most", "0.1"),
        )
    )
    folder.write("plan.yaml", f"""\
plan: series
title: {{vi: Khung chỉ tiêu, en: Indicator framework}}
decision: none
source: published series
starts_on: 2005-01-01
ends_on: 2041-01-01
lead_agency: statcan
reporting: {{every: year, calendar: calendar, basis: assumed}}
programmes: [{{id: series, name: {{vi: Chuỗi, en: Series}}}}]
indicators:
{series}""")  # fmt: skip
    plan = folder.load().to_plan_data(1)
    assert (plan.reporting, len(plan.periods), plan.periods[18].id) == (PeriodLength.YEAR, 36, "2023")
    assert {indicator.method for indicator in plan.indicators} == {Method.PACE}
    assert plan.agencies == ("statcan",)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["plan.yaml", "agencies.csv"]),
    at=st.floats(min_value=0, max_value=1, exclude_max=True),
    cut=st.integers(min_value=0, max_value=40),
    put=st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["\n", ":", "[", "{", "- ", "&a ", "*a", "!!int ", "<<: ", '"', ",", "\t", "?", "|", "~", "99999999999999"]
        ),
    ),
)
def test_however_a_file_is_spoilt_it_loads_or_says_why(name: str, at: float, cut: int, put: str) -> None:
    with TemporaryDirectory() as parent:
        folder = PlanFolder(Path(parent) / "small")
        text = folder.text(name)
        place = int(at * len(text))
        spoilt = text[:place] + put + text[place + cut :]
        folder.write(name, spoilt)
        for fault in folder.faults():
            assert fault.message
            assert fault.accepted
            assert folder.line(fault) is not None  # there is such a line
