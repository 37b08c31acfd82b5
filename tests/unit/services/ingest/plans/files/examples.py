"""A plan's folder to spoil: as small as a plan can be, and without a fault until a test makes one."""

from pathlib import Path

from services.ingest.plans.files.folder import FileFault, FileFaults, LoadedPlan, load

PLAN = """\
# A plan as small as a plan can be.
plan: small
title: {vi: Kế hoạch nhỏ, en: Small plan}
decision: 1/QĐ-UBND
source: made up for tests
source_text: source.txt
starts_on: 2014-01-01
ends_on: 2015-01-01
lead_agency: so-mot
reporting: {every: quarter, calendar: calendar, basis: assumed}
thresholds: {on_track: 0.95, at_risk: 0.75}
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
    target: {comparison: above, value: 90}
    basis: stated
    sentence: trên 90% văn bản
    milestones:
      - {on: 2014-03-31, value: 20, basis: assumed}
      - {on: 2014-06-30, value: 50, basis: assumed}
    roll_up: pooled
    reported_by: {kinds: [department]}
  - id: growth
    programme: egov
    name: {vi: Tăng trưởng, en: Growth}
    unit: {vi: điểm, en: points}
    measure: number
    direction: increasing
    method: pace
    target: {comparison: at-least, value: 7.5}
    baseline: {on: 2010-12-31, value: 5.25, basis: assumed}
    basis: assumed
    roll_up: value
    reported_by: {agencies: [van-phong]}
"""
AGENCIES = """\
# made up for tests
id,name_vi,name_en,kind,parent,staff,valid_from,valid_to,succeeded_by,source
so-mot,Sở Một,Department One,department,,40,2014-01-01,,,made up
so-hai,Sở Hai,Department Two,department,so-mot,30,2014-01-01,2020-01-01,so-mot,made up
van-phong,Văn phòng,Office,office,,,2014-01-01,,,made up
xa-cu,Xã Cũ,Old Commune,commune,so-hai,9,2004-01-01,2013-01-01,,made up
"""
SOURCE = "Đảm bảo trên 90%\n   văn bản được trao đổi điện tử.\n"


class PlanFolder:
    """A plan's folder that a test spoils and loads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        for name, text in (("plan.yaml", PLAN), ("agencies.csv", AGENCIES), ("source.txt", SOURCE)):
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode())

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def change(self, name: str, *changes: tuple[str, str]) -> None:
        text = self.text(name)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        self.write(name, text)

    def load(self) -> LoadedPlan:
        return load(self.path)

    def faults(self) -> list[FileFault]:
        try:
            self.load()
        except FileFaults as refused:
            return list(refused.faults)
        return []

    def told(self) -> list[tuple[str, str]]:
        """Return the code of each fault with the text of the line that it points at."""
        return [(fault.code, self.line(fault)) for fault in self.faults()]

    def line(self, fault: FileFault) -> str:
        name = Path(fault.file).name
        return self.text(name).split("\n")[fault.line - 1].strip() if fault.line else f"<{name}>"
