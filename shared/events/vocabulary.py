"""The words of the domain that rules, events and stores share."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """How an agency stands on an indicator (xếp loại tiến độ), best first."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LAGGING = "lagging"
    MISSING = "missing"
    AWAITED = "awaited"
    NOT_ASSESSABLE = "not_assessable"


class Method(StrEnum):
    """How attainment is computed; a plan chooses one by name for each indicator."""

    TO_TARGET = "to-target"
    FROM_BASELINE = "from-baseline"
    YES_NO = "yes-no"
    PACE = "pace"
    NO_TARGET = "no-target"


class Measure(StrEnum):
    """What an observation of an indicator is made of."""

    SHARE = "share"  # numerator ÷ denominator, in percent
    PERCENT = "percent"  # a percentage reported as such
    COUNT = "count"  # whole things
    NUMBER = "number"  # any decimal
    YES_NO = "yes-no"


class Direction(StrEnum):
    """Which way is better."""

    INCREASING = "increasing"
    DECREASING = "decreasing"


class Comparison(StrEnum):
    """How a value must stand to the target to meet it: `> 90` is not met by 90.0."""

    ABOVE = "above"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    BELOW = "below"


class Expectation(StrEnum):
    """How much of the target is expected before the plan ends."""

    LINEAR = "linear"  # through baseline, milestones and target
    AT_ONCE = "at-once"  # all of it, from the first period


class GrowthFrom(StrEnum):
    """What growth is measured from, by the methods that look at growth."""

    BASELINE = "baseline"  # the plan's
    FIRST_OBSERVATION = "first-observation"  # the agency's own, the earliest in the plan's periods


class ProgressStatus(StrEnum):
    """What the publishers of the method `pace` call progress (Open SDG, Statistics Canada)."""

    TARGET_ACHIEVED = "target_achieved"
    SUBSTANTIAL_PROGRESS = "substantial_progress"
    MODERATE_PROGRESS = "moderate_progress"
    LIMITED_PROGRESS = "limited_progress"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"


REQUIRED_LIMITS: Final = (Decimal("0.95"), Decimal("0.6"), Decimal(0))
"""From which ratio of actual to required growth progress is substantial, moderate, limited; below is deterioration.

Source: Eurostat SDG monitoring, quantified targets, as published by Open SDG and Statistics Canada.
"""

YEARLY_LIMITS: Final = (Decimal("0.015"), Decimal("0.005"), Decimal(0))
"""The same without a target, of a year's growth for the better (a ratio). Source: Eurostat, no quantified target."""


class Basis(StrEnum):
    """Whether a figure is the decision's own or ours; every report that shows it says which."""

    STATED = "stated"
    ASSUMED = "assumed"


class RollUp(StrEnum):
    """How an indicator is aggregated over agencies."""

    POOLED = "pooled"  # Σ numerator ÷ Σ denominator
    SUM = "sum"
    SHARE_OF_YES = "share-of-yes"
    MEAN_BY_STAFF = "mean-by-staff"
    VALUE = "value"


class AgencyKind(StrEnum):
    """What kind of body an agency is; a plan says which kinds report an indicator."""

    DEPARTMENT = "department"  # sở, ban, ngành, văn phòng
    CENTRE = "centre"  # trung tâm quản lý Cổng
    CITY = "city"  # thành phố thuộc tỉnh
    DISTRICT = "district"  # huyện
    COMMUNE = "commune"  # xã
    WARD = "ward"  # phường
    TOWNSHIP = "township"  # thị trấn
    OFFICE = "office"  # any other reporting body, such as a statistical office


class Scope(StrEnum):
    """What a key may be used for; every key may read what is of its own agency."""

    SUBMIT = "submit"  # file for its agency, and a district or city for its communes
    READ = "read"  # see every agency
    ADMIN = "admin"  # decide for the province: reviews, adjustments, silences; it reads as `read` does


class Ending(StrEnum):
    """How a submission ended that was accepted and no longer counts."""

    WITHDRAWN = "withdrawn"  # by who filed it
    RETURNED = "returned"  # by the DIC, to be corrected


class PeriodLength(StrEnum):
    """How often agencies report."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NINE_MONTHS = "nine-months"
    YEAR = "year"


class Reason(StrEnum):
    """Why a standing is what it is, where the figures alone do not say."""

    TARGET_MET = "target-met"
    BY_PACE = "by-pace"
    BY_TOLERANCE = "by-tolerance"  # how far the value lies from the expected one, in the indicator's unit
    NOT_REPORTED = "not-reported"  # filed, but this indicator left out
    NOT_FILED = "not-filed"
    WITHDRAWN = "withdrawn"  # what was filed was taken back, so nothing counts as filed
    RETURNED = "returned"  # the DIC sent back what was filed, so nothing counts as filed
    NOT_YET_DUE = "not-yet-due"
    NOTHING_EXPECTED_YET = "nothing-expected-yet"
    DENOMINATOR_ZERO = "denominator-zero"
    TARGET_ZERO = "target-zero"
    NO_TARGET = "no-target"
    NO_BASELINE = "no-baseline"
    BASE_IS_TARGET = "base-is-target"  # nothing was left to do, and the target is no longer met
    BASE_NOT_BEFORE_TARGET = "base-not-before-target"  # no time in which to grow
    ONE_OBSERVATION = "one-observation"  # growth needs two
    MIXED_SIGNS = "mixed-signs"  # no growth leads from below zero to above it
    SUBSTANTIAL_PROGRESS = "substantial-progress"
    MODERATE_PROGRESS = "moderate-progress"
    LIMITED_PROGRESS = "limited-progress"
    DETERIORATION = "deterioration"


class Verdict(StrEnum):
    """Whether what agencies come to together meets its target; silence is never success."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_YET_KNOWN = "not_yet_known"  # a report that is still to come could change it


class Reach(StrEnum):
    """Whether a target is reached in time if the latest pace holds; no standing is changed by it."""

    YES = "yes"
    NO = "no"
    TOO_FEW_OBSERVATIONS = "too-few-observations"
    NO_PACE = "no-pace"  # a no that can be a yes tomorrow
    NO_TARGET = "no-target"


class Adjustment(StrEnum):
    """Why a target may have to be adjusted."""

    OUT_OF_REACH = "out-of-reach"
    LONG_EXCEEDED = "long-exceeded"


class ProposalOutcome(StrEnum):
    """What is decided on a proposal to change a plan."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProposalState(StrEnum):
    """What has become of a proposal to change a plan."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # and no plan version carries it yet
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"


class Language(StrEnum):
    """In which language a reader is told; `vi` where nobody said otherwise."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text in both languages."""

    vi: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.vi if language is Language.VI else self.en
