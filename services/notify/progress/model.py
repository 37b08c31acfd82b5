"""Plans and progress as they were announced, with what notices ask of them."""

from collections.abc import Mapping
from typing import Self

from shared.events.envelope import Moment
from shared.events.plans import PeriodData, PlanPublishedData
from shared.events.progress import ProgressChanged, ProgressChangedData
from shared.events.vocabulary import LocalizedText, Standing

PlanAgency = tuple[str, str]
"""A plan and an agency."""


class Plan(PlanPublishedData):
    """One version of a plan."""

    @property
    def title(self) -> LocalizedText:
        """Return the plan's title."""
        return LocalizedText(vi=self.title_vi, en=self.title_en)

    def period(self, period_id: str) -> PeriodData | None:
        """Return the period of that id, if the plan has it."""
        return next((period for period in self.periods if period.id == period_id), None)

    def indicator_name(self, indicator: str) -> LocalizedText:
        """Return the name of an indicator; one that this version dropped is named by its id."""
        names = (LocalizedText(vi=each.name_vi, en=each.name_en) for each in self.indicators if each.id == indicator)
        return next(names, LocalizedText(vi=indicator, en=indicator))

    def indicator_unit(self, indicator: str) -> LocalizedText:
        """Return the unit of an indicator; empty for one that this version dropped."""
        units = (LocalizedText(vi=each.unit_vi, en=each.unit_en) for each in self.indicators if each.id == indicator)
        return next(units, LocalizedText(vi="", en=""))


def name_of(agency: str, names: Mapping[str, LocalizedText]) -> LocalizedText:
    """Return the name of an agency, which is its id where it is not in the registry yet."""
    return names.get(agency) or LocalizedText(vi=agency, en=agency)


class Progress(ProgressChangedData):
    """How an agency stands in a period, by scoring's latest event."""

    announced_at: Moment
    lagging_since: Mapping[str, Moment] = {}  # by indicator: when it first lagged in this period

    @classmethod
    def of(cls, event: ProgressChanged) -> Self:
        """Return the progress that an event announces."""
        return cls(**dict(event.data), announced_at=event.time)

    @property
    def is_owed(self) -> bool:
        """Return whether the agency owes a report for the period; one that has ceased, or left the plan, does not."""
        return bool(self.judgements)

    @property
    def standing_by_indicator(self) -> dict[str, Standing]:
        """Return the standing of each judged indicator."""
        return {judgement.indicator: judgement.standing for judgement in self.judgements}

    def indicators_standing(self, standing: Standing) -> tuple[str, ...]:
        """Return the ids of a filed period's indicators with this standing, in the plan's order."""
        if self.filing is None:
            return ()
        return tuple(judgement.indicator for judgement in self.judgements if judgement.standing is standing)

    def with_lagging_since(self, before: "Progress | None") -> "Progress":
        """Return the progress with the moments since which its indicators lag, or lagged first, in the period.

        An indicator lags since the filing that made it lag, or since it was judged so without a new filing. `before` is
        the agency's earlier progress in the same period: a moment stays when a correction ends the lag.
        """
        began = dict(before.lagging_since) if before else {}
        revision_before = before.filing.revision if before and before.filing else None
        is_filed_anew = self.filing is not None and self.filing.revision != revision_before
        moment = self.filing.filed_at if self.filing and is_filed_anew else self.announced_at
        for indicator in self.indicators_standing(Standing.LAGGING):
            began.setdefault(indicator, moment)
        return self.model_copy(update={"lagging_since": began})
