"""A plan of quarters by Decree 09/2019, loaded as an operator loads it: its periods, and all that is wrong at once."""

from pathlib import Path

import pytest

from services.ingest.plans.files.folder import render
from tests.unit.services.ingest.plans.files.examples import PlanFolder

PLAN = """\
plan: quarters
title: {vi: Kế hoạch quý, en: Plan of quarters}
decision: 2/QĐ-UBND
source: made up for tests
starts_on: 2019-12-15
ends_on: 2020-12-15
lead_agency: so-mot
reporting: {every: quarter, calendar: decree-09-2019, basis: assumed}
programmes:
  - id: egov
    name: {vi: Chính quyền điện tử, en: E-government}
indicators:
  - id: documents
    programme: egov
    name: {vi: Văn bản điện tử, en: Electronic documents}
    unit: {vi: "%", en: "%"}
    measure: share
    direction: increasing
    method: to-target
    target: {comparison: at-least, value: 90}
    basis: assumed
    milestones:
      - {on: 2020-03-14, value: 20, basis: assumed}
      - {on: 2020-06-14, value: 50, basis: assumed}
    weight: 3
    roll_up: pooled
    reported_by: {kinds: [department]}
  - id: services
    programme: egov
    name: {vi: Dịch vụ công, en: Public services}
    unit: {vi: dịch vụ, en: services}
    measure: count
    direction: increasing
    method: from-baseline
    target: {comparison: at-least, value: 40}
    baseline: {on: 2019-11-30, value: 25, basis: assumed}
    basis: assumed
    weight: 1.5
    roll_up: sum
    reported_by: {kinds: [department]}
"""
AGENCIES = """\
id,name_vi,name_en,kind,parent,staff,valid_from,valid_to,succeeded_by,source
so-mot,Sở Một,Department One,department,,40,2016-03-01,,,made up
trung-tam,Trung tâm,Centre,centre,so-mot,12,2016-03-01,,,made up
so-hai,Sở Hai,Department Two,department,so-mot,30,2016-03-01,2020-06-15,so-ba,made up
so-ba,Sở Ba,Department Three,department,so-mot,30,2020-06-15,,,made up
"""
DAYS = """\
date,day,reason
2020-03-18,off,made up
"""


@pytest.fixture
def folder(tmp_path: Path) -> PlanFolder:
    folder = PlanFolder(tmp_path / "quarters")
    for name, text in (("plan.yaml", PLAN), ("agencies.csv", AGENCIES), ("days.csv", DAYS)):
        folder.write(name, text)
    return folder


def test_its_quarters_begin_in_december_and_are_due_on_the_fifth_working_day(folder: PlanFolder) -> None:
    assert [
        (each.id, each.starts_on.isoformat(), each.ends_on.isoformat(), each.due_on.isoformat())
        for each in folder.load().content.periods
    ] == [
        ("2020-Q1", "2019-12-15", "2020-03-15", "2020-03-23"),  # 16, 17, 19, 20, 23: the 18th is off by days.csv
        ("2020-Q2", "2020-03-15", "2020-06-15", "2020-06-19"),
        ("2020-Q3", "2020-06-15", "2020-09-15", "2020-09-21"),
        ("2020-Q4", "2020-09-15", "2020-12-15", "2020-12-21"),
    ]


def test_who_ceased_and_who_came_after_report_both(folder: PlanFolder) -> None:
    loaded = folder.load()
    assert loaded.content.agencies == ("so-mot", "so-hai", "so-ba")
    assert [str(each.weight) for each in loaded.content.indicators] == ["3", "1.5"]


def test_all_that_is_wrong_in_all_files_is_told_at_once_with_place_and_remedy(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("method: to-target", "method: fast"),
        ("on: 2020-06-14", "on: 2020-03-14"),
        ("weight: 3", "weight: 0"),
        ("at-least, value: 40", "at-least, value: 20"),
        ("weight: 1.5", "weight: 0"),
    )
    folder.change(
        "agencies.csv",
        ("department,,40", "department,trung-tam,40"),
        ("30,2020-06-15,,,", "30,2020-07-01,,,"),
    )
    folder.change("days.csv", ("2020-03-18,off", "2020-02-30,off"))
    faults = folder.faults()
    assert [(f"{Path(fault.file).name}:{fault.line}", fault.message, fault.accepted) for fault in faults] == [
        (
            "agencies.csv:2",
            'agency "so-mot": parent leads back to the agency itself: so-mot → trung-tam → so-mot',
            "an agency above it, or nothing",
        ),
        (
            "agencies.csv:3",
            'agency "trung-tam": parent leads back to the agency itself: trung-tam → so-mot → trung-tam',
            "an agency above it, or nothing",
        ),
        (
            "agencies.csv:4",
            'agency "so-hai": succeeded_by is so-ba, valid from 2020-07-01, but the agency ends on 2020-06-15',
            "a successor that exists on 2020-06-15, the first day after the agency",
        ),
        ("days.csv:2", 'date is "2020-02-30"', "a date such as 2014-03-31"),
        (
            "plan.yaml:19",
            'indicator "documents": method is "fast"',
            "to-target, from-baseline, yes-no, pace, no-target",
        ),
        (
            "plan.yaml:24",
            'indicator "documents": milestone of 2020-03-14 stands twice',
            "one milestone for a day",
        ),
        (
            "plan.yaml:25",
            'indicator "documents": weight is 0, and so is every other weight of the plan',
            "a weight above 0 for at least one indicator of each agency",
        ),
        (
            "plan.yaml:35",
            'indicator "services": target is 20, on the wrong side of the baseline 25',
            "a target above the baseline",
        ),
    ]
    assert len(render(faults).splitlines()) == len(faults)
