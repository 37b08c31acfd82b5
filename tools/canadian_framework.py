"""Makes the plan of the Canadian Indicator Framework from what Statistics Canada publishes of it, see source.csv."""

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from services.ingest.plans.files.registry_file import COLUMNS
from services.notify.contacts.files import COLUMNS as CONTACT_COLUMNS
from tools.plan_folder import command_for, csv_text

FOLDER: Final = Path(__file__).resolve().parent.parent / "plans" / "canadian-indicator-framework"
SOURCE: Final = "source.csv"
AGENCY: Final = "statcan"
OBSERVATION_COLUMNS: Final = ("period", "agency", "indicator", "value")

_DOMAIN: Final = "statcan.example"  # reserved by RFC 2606: no mail can ever reach anyone
_LONGEST_ID: Final = 80
_DIGEST_LENGTH: Final = 8
_HEAD: Final = """\
# The Canadian Indicator Framework as a plan; `python -m tools.canadian_framework write` makes it from source.csv.
# Each series is an indicator. Its base value and its latest value are no part of the plan: the agency files them, each
# for the year it is of (observations.csv), and growth is measured from the first. Series carry no unit in the source.
plan: canadian-indicator-framework
title:
  vi: Khung chỉ tiêu Canada về các mục tiêu phát triển bền vững
  en: Canadian Indicator Framework for the Sustainable Development Goals
decision: Canadian Indicator Framework
source: >-
  Statistics Canada, repository sdg-data-canada-odd-donnees/cif-data-donnees-cic, indicator_calculation_components.yml,
  revision d38e8053
source_text: source.csv
starts_on: {first}-01-01 # the earliest base year
ends_on: {end}-01-01 # after the latest year with a value
lead_agency: statcan

reporting:
  every: year
  calendar: calendar
  basis: assumed # the source has values by year and does not say when they are filed

programmes:
"""
_PROGRAMME: Final = """\
  - id: goal-{goal}
    name: {{vi: Mục tiêu phát triển bền vững {goal}, en: Sustainable Development Goal {goal}}}
"""
_INDICATOR: Final = """\
  - id: {id}
    programme: goal-{goal}
    name: {{vi: {name_vi}, en: {name_en}}}
    unit: {{vi: đơn vị, en: units}}
    measure: number
    direction: {direction}
    method: pace
    target: {{comparison: {comparison}, value: {target}, on: {target_year}-12-31}}
    growth_from: first-observation
    basis: stated
    sentence: {sentence}
    roll_up: value
    reported_by: {{agencies: [statcan]}}
"""
_REGISTRY_HEAD: Final = """\
# The registry of the Canadian Indicator Framework; `python -m tools.canadian_framework write` makes it.
# valid_from: the first day of the plan; nothing is claimed about the years before.
"""
_OBSERVATIONS_HEAD: Final = """\
# What Statistics Canada publishes of each series: its values of the base year and of the latest, which may be one.
# `python -m tools.canadian_framework write` makes it from source.csv, `python -m tools.demo` files it year by year.
"""


class Series(NamedTuple):
    """One published series: what is reached for, and the values of two years, which may be one and the same."""

    name: str
    is_increasing: bool
    base_year: int
    base_value: str
    current_year: int
    current_value: str
    target_year: int
    target: str
    line: str  # as it stands in the source

    @property
    def goal(self) -> int:
        """Return the number of the goal that the series belongs to."""
        return int(self.name.split("-", 1)[0])

    @property
    def id(self) -> str:
        """Return the indicator's id: the series' name in small letters.

        Where it is too long it is cut between words and ends with a digest of the name, for many begin alike.
        """
        plain = unicodedata.normalize("NFD", self.name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        if len(slug) <= _LONGEST_ID:
            return slug
        digest = hashlib.sha256(self.name.encode()).hexdigest()[:_DIGEST_LENGTH]
        return f"{slug[: _LONGEST_ID - _DIGEST_LENGTH].rsplit('-', 1)[0]}-{digest}"


def published(folder: Path = FOLDER) -> list[Series]:
    """Return the series of the source, in its order."""
    lines = (folder / SOURCE).read_text(encoding="utf-8").splitlines()
    return [_series(row, line=line) for row, line in zip(csv.DictReader(lines), lines[1:], strict=True)]


def _series(row: Mapping[str, str], *, line: str) -> Series:
    return Series(
        name=row["series"],
        is_increasing=row["direction"] == "1",
        base_year=_year(row["base_year"]),
        base_value=row["base_value"],
        current_year=_year(row["current_year"]),
        current_value=row["current_value"],
        target_year=_year(row["target_year"]),
        target=row["target"],
        line=line,
    )


def plan_text(series: Sequence[Series]) -> str:
    """Return what plan.yaml should hold."""
    goals = sorted({each.goal for each in series})
    first, last = min(each.base_year for each in series), max(each.current_year for each in series)
    return "".join(
        [
            _HEAD.format(first=first, end=last + 1),
            *(_PROGRAMME.format(goal=goal) for goal in goals),
            "\nindicators:\n",
            "\n".join(map(_indicator, series)),
        ]
    )


def _indicator(series: Series) -> str:
    return _INDICATOR.format(
        id=series.id,
        goal=series.goal,
        name_vi=_quoted(f"Chuỗi {series.name}"),
        name_en=_quoted(series.name),
        direction="increasing" if series.is_increasing else "decreasing",
        comparison="at-least" if series.is_increasing else "at-most",
        target=series.target,
        target_year=series.target_year,
        sentence=_quoted(series.line),
    )


def agencies_text() -> str:
    """Return what agencies.csv should hold: the one agency that files every series."""
    agency = {
        "id": AGENCY,
        "name_vi": "Cơ quan Thống kê Canada",
        "name_en": "Statistics Canada",
        "kind": "office",
        "valid_from": "2005-01-01",
        "source": "general knowledge",
    }
    return _REGISTRY_HEAD + csv_text(COLUMNS, [agency])


def contacts_text() -> str:
    """Return what contacts.csv should hold: roles instead of people, at addresses that lead nowhere."""
    roles = {"officer": "Reporting desk", "head": "Head", "digest": "Digest desk"}
    rows = [
        {
            "agency": AGENCY,
            "role": role,
            "name": f"{name} – Statistics Canada",
            "email": f"{role}@{_DOMAIN}",
            "language": "en",
        }
        for role, name in roles.items()
    ]
    return csv_text(CONTACT_COLUMNS, rows)


def observations_text(series: Sequence[Series]) -> str:
    """Return what observations.csv should hold, year by year."""
    rows = sorted((row for each in series for row in _observations(each)), key=lambda row: row["period"])
    return _OBSERVATIONS_HEAD + csv_text(OBSERVATION_COLUMNS, rows)


def _observations(series: Series) -> Iterator[dict[str, str]]:
    years = {series.base_year: series.base_value, series.current_year: series.current_value}
    for year, value in years.items():
        yield {"period": str(year), "agency": AGENCY, "indicator": series.id, "value": value}


def _year(text: str) -> int:
    return int(Decimal(text))


def _quoted(text: str) -> str:
    """Return a text as a double-quoted scalar, of which JSON's strings are a part."""
    return json.dumps(text, ensure_ascii=False)


def _files(folder: Path) -> Mapping[str, str]:
    series = published(folder)
    return {
        "plan.yaml": plan_text(series),
        "agencies.csv": agencies_text(),
        "contacts.csv": contacts_text(),
        "observations.csv": observations_text(series),
    }


command: Final = command_for(_files, usual=FOLDER, module="tools.canadian_framework", what="plan", about=__doc__)

if __name__ == "__main__":
    command()
