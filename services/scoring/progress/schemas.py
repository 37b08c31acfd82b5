"""The shapes of answers, as `/openapi.json` describes them; figures travel as decimal texts, exact."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from shared.events.plans import TargetData
from shared.events.progress import JudgementData, ProgressChangedData
from shared.events.vocabulary import AgencyKind, Basis, Standing, Verdict


class RankOut(BaseModel):
    """A place among the agencies of a kind that have a score in the period; ties share it."""

    place: int
    of: int
    is_mixed: bool  # not all of them are judged by one plan version


class JudgementOut(JudgementData):
    """One indicator judged, with its name in the reader's language."""

    formula: str  # with a calculator it leads from the inputs to the standing
    sentence_vi: str
    sentence_en: str
    indicator_name: str
    programme: str
    unit: str
    standing_name: str


class ProgressOut(ProgressChangedData):
    """How an agency stands in a period, with its name and rank."""

    judgements: tuple[JudgementOut, ...]
    agency_name: str
    kind: AgencyKind
    standing_name: str
    as_of: datetime | None  # the moment that was asked for; null: the latest is told
    rank: RankOut | None  # none without a score


class SumsOut(BaseModel):
    """What agencies come to together."""

    agencies: Mapping[Standing, int]  # how many have each standing
    points: Decimal
    weight: Decimal  # of what can be assessed
    score: Decimal | None  # 0 … 100
    coverage_ratio: Decimal | None  # of all weights, the assessable part


class IndicatorRollUpOut(SumsOut):
    """One indicator over agencies; of a yes-no the percent of them that say yes."""

    indicator: str
    name: str
    unit: str
    value: Decimal | None
    target: TargetData | None
    basis: Basis
    verdict: Verdict | None  # on the target; none without one, or where there is nothing to compare
    reported: int  # agencies, of those that owe it
    owed: int
    is_incomplete: bool  # judged over those that reported, for the others can no longer
    unknown_staff: int  # agencies that a mean by staff leaves out because nobody knows their staff
    expected_value: Decimal | None  # at the period's end
    expected_basis: Basis | None


class RollUpOut(SumsOut):
    """What a district with its communes, a kind, a programme or the province comes to in a period."""

    plan: str
    plan_version: int  # whose targets and expectations stand here
    plan_versions: tuple[int, ...]  # by which agencies were judged in the period
    period: str
    is_closed: bool
    as_of: datetime | None  # the moment that was asked for; null: the latest is told
    level: str
    id: str
    name: str
    indicators: tuple[IndicatorRollUpOut, ...]


class PeriodOut(BaseModel):
    """A reporting period, and how many agencies have each standing in it."""

    plan: str
    plan_version: int  # whose days stand here
    plan_versions: tuple[int, ...]  # by which agencies were judged; more than one: mixed
    period: str
    starts_on: date
    ends_on: date  # the first day after the period
    due_on: date
    locked_on: date  # the first day on which no correction is taken
    is_closed: bool
    closed_at: datetime | None
    agencies: Mapping[Standing, int]
    filed: int  # agencies of which something counts
    not_filed: int  # agencies of which nothing does; with `filed` all that are counted by standing
