"""The contents of each kind of notice: stored with the notice, so that it always reads as it was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from services.notify.policy.model import NoticeKind
from shared.events.adjustments import ProposalChangedData, ProposedIndicatorData, TargetOutlookData
from shared.events.progress import JudgementData
from shared.events.rollups import IndicatorRollUpData
from shared.events.vocabulary import LocalizedText, Measure, RollUp, Standing


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """The agency, plan and period that a notice is about, and the moment of its figures."""

    plan: str
    plan_version: int
    plan_title: LocalizedText
    decision: str
    sender: LocalizedText  # the lead agency
    agency: str
    agency_name: LocalizedText
    period: str
    starts_on: date
    ends_on: date  # the first day after the period
    due_on: date
    locked_on: date | None  # the first day on which no correction is accepted
    since: str  # id of the period in which the thread began
    as_of: datetime  # the moment of the figures
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of the agency: what was reported, what was expected, what is needed."""

    name: LocalizedText
    unit: LocalizedText
    judgement: JudgementData
    is_new: bool  # not told before


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A closed period without a submission."""

    period: str
    locked_on: date  # the first day on which nothing is accepted, unless the lead agency reopens the period


@dataclass(frozen=True, slots=True)
class LagContents:
    """Every lagging indicator of the period, the unreported ones apart."""

    about: NoticeContext
    lagging: tuple[IndicatorLine, ...]
    missing: tuple[IndicatorLine, ...]
    others: int  # indicators judged that do not lag
    awaited: tuple[LocalizedText, ...] = ()  # not reported yet, and not due
    unassessed: tuple[LocalizedText, ...] = ()  # reported, and not assessable
    on_track_ratio: Decimal | None = None  # of the expected value, where an indicator is judged by it
    next_period: str | None = None  # of which the lines say what is needed
    unfiled: tuple[Unfiled, ...] = ()
    kind: Literal[NoticeKind.LAG] = NoticeKind.LAG


@dataclass(frozen=True, slots=True)
class OverdueContents:
    """A period closed without a submission, and what it should have held."""

    about: NoticeContext
    indicators: tuple[LocalizedText, ...]  # none where the period is locked: nothing is asked for
    unfiled: tuple[Unfiled, ...]  # all closed periods without a submission, oldest first
    is_withdrawn: bool = False  # there was one, and the agency withdrew it
    is_returned: bool = False  # there was one, and the lead agency returned it
    kind: Literal[NoticeKind.OVERDUE] = NoticeKind.OVERDUE


@dataclass(frozen=True, slots=True)
class RecoveredContents:
    """No indicator that was told of lags any more: the standing of each, and of the others."""

    about: NoticeContext
    recovered: tuple[IndicatorLine, ...]  # told of, and on track or met
    at_risk: tuple[IndicatorLine, ...]
    others: int  # indicators judged that do not lag either
    is_lag_told: bool  # else the agency was only told of a missing report
    unassessed: tuple[LocalizedText, ...] = ()
    not_owed: tuple[LocalizedText, ...] = ()  # told of, and no longer owed
    missing: tuple[LocalizedText, ...] = ()
    awaited: tuple[LocalizedText, ...] = ()
    next_period: str | None = None
    unfiled: tuple[Unfiled, ...] = ()
    kind: Literal[NoticeKind.RECOVERED] = NoticeKind.RECOVERED


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in a list of the digest, with the indicators it is there for and since when."""

    name: LocalizedText
    indicators: tuple[LocalizedText, ...]
    since: str  # period id


class Attained(IndicatorRollUpData):
    """The figure of the province for one indicator, as it was announced, with what the plan calls it."""

    name: LocalizedText
    unit: LocalizedText
    measure: Measure
    roll_up: RollUp


class Finding(TargetOutlookData):
    """A target that may have to be adjusted, with what the plan calls its indicator."""

    name: LocalizedText
    unit: LocalizedText
    measure: Measure
    least_observations: int  # that a forecast needs


class ProposedIndicator(ProposedIndicatorData):
    """What an indicator has and would have, with what the plan calls it."""

    name: LocalizedText
    unit: LocalizedText
    measure: Measure


class OpenProposal(ProposalChangedData):
    """A change of the plan that waits for a decision, with the name of the agency that proposed it."""

    author: LocalizedText
    indicators: tuple[ProposedIndicator, ...]


@dataclass(frozen=True, slots=True)
class UnsentNotices:
    """Notices of one kind that were due and not sent for one reason."""

    kind: NoticeKind
    reason: str
    count: int
    agencies: tuple[LocalizedText, ...]


@dataclass(frozen=True, slots=True)
class DigestContents:
    """What changed in the period, the figures of the province, and the notices that were not sent."""

    about: NoticeContext
    filed: int
    expected: int
    newly_lagging: tuple[AgencyLine, ...]
    recovered: tuple[AgencyLine, ...]
    still_lagging: tuple[AgencyLine, ...]
    not_filed: tuple[AgencyLine, ...]
    incomplete: tuple[AgencyLine, ...]  # filed, with the indicators left out
    standings: tuple[tuple[Standing, int], ...]  # agencies by standing, best first
    standings_before: tuple[tuple[Standing, int], ...]
    attained: tuple[Attained, ...]
    unsent: tuple[UnsentNotices, ...]
    before: str | None  # id of the period before
    mixed: int  # agencies that were judged by another version of the plan than the figures are of
    findings: tuple[Finding, ...] = ()
    proposals: tuple[OpenProposal, ...] = ()
    kind: Literal[NoticeKind.DIGEST] = NoticeKind.DIGEST


Contents = LagContents | OverdueContents | RecoveredContents | DigestContents
