"""What the events of outlooks and proposals tell: figures, codes and constants that suffice alone."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from services.scoring.adjustments.events import outlook_event, proposal_event, target_outlook
from services.scoring.adjustments.outlook import outlooks
from services.scoring.adjustments.proposals import Author, Decision, Proposal
from services.scoring.what_if.changes import Change, IndicatorChange, TargetChange, ThresholdsChange
from services.scoring.what_if.rules import Counts
from shared.events.adjustments import MissData, OutlookChanged, ProposalChanged
from shared.events.plans import TargetData
from shared.events.vocabulary import (
    Adjustment,
    Basis,
    Comparison,
    ProposalOutcome,
    ProposalState,
    Reach,
    Standing,
)
from tests.unit.services.scoring.examples import HANOI_TIME, above, indicator, milestone, plan
from tests.unit.services.scoring.outlook_examples import DISTRICTS, MONTHS, SHARE, outlook, percents

AT = datetime(2014, 4, 9, 0, 5, tzinfo=HANOI_TIME)
LATER = datetime(2014, 4, 10, 9, tzinfo=UTC)
DIC = Author("so-thong-tin-va-truyen-thong", "AbCd1234")
STATED = indicator(basis=Basis.STATED, milestones=(milestone("2014-06-30", 30),))
PLAN = plan(STATED, indicator("oss-priority", target=above(50)), periods=MONTHS)
PROPOSED = Proposal(
    id=7,
    plan=PLAN.id,
    plan_version=PLAN.version,
    change=Change(indicators=(IndicatorChange(STATED.id, TargetChange(value=Decimal(60))),)),
    reason="khó đạt",
    by=DIC,
    at=AT,
    counts=Counts({Standing.LAGGING: 3}, {Standing.ON_TRACK: 3}),
    periods=("2014-03",),
)
APPROVED = replace(PROPOSED, decisions=(Decision(ProposalOutcome.APPROVED, "đồng ý", DIC, LATER),))


def told(proposal: Proposal) -> ProposalChanged:
    event = proposal_event(proposal, plan=PLAN)
    assert ProposalChanged.model_validate_json(event.to_bytes()) == event
    return event


def test_an_outlook_is_told_with_all_that_its_sentence_needs() -> None:
    found = outlook(percents(DISTRICTS[0], 10, 10, 10), percents(DISTRICTS[1], 50, 50, 50), percents(DISTRICTS[2], 10))
    data = target_outlook(found, basis=Basis.STATED)
    assert data.target == TargetData(comparison=Comparison.ABOVE, value=Decimal(90))
    assert (data.basis, data.adjustment) == (Basis.STATED, Adjustment.OUT_OF_REACH)
    assert data.reaches == {Reach.YES: 0, Reach.NO: 2, Reach.TOO_FEW_OBSERVATIONS: 2, Reach.NO_PACE: 0}
    assert (data.observed, data.reported) == (0, 2)
    assert data.level is not None
    assert (data.level.value, data.level.is_pooled) == (Decimal(30), True)
    assert (data.median_shortfall, data.worst) == (
        Decimal(60),
        MissData(agency=DISTRICTS[0].id, shortfall=Decimal(80)),
    )
    assert (data.ample, data.ample_periods) == (TargetData(comparison=Comparison.AT_LEAST, value=Decimal(95)), 0)


def test_what_was_seen_when_the_target_was_due_is_told_apart_from_forecasts() -> None:
    seen = percents(DISTRICTS[0], *[80] * 12)
    found = outlook(seen, *(percents(each, 40, 50, 60) for each in DISTRICTS[1:]), month=12)
    assert target_outlook(found, basis=Basis.ASSUMED).observed == 1


def test_an_outlook_says_as_of_when_by_which_version_and_by_which_constants() -> None:
    agencies = frozenset(each.id for each in DISTRICTS)
    year = replace(plan(SHARE, periods=MONTHS, agencies=agencies), version=2)
    found = outlooks(plan=year, period=MONTHS[2], agencies=DISTRICTS, filings=percents(DISTRICTS[0], 1, 2, 3))
    event = outlook_event(found, plan=year, period=MONTHS[2], moves=5, as_of=AT)
    assert OutlookChanged.model_validate_json(event.to_bytes()) == event
    data = event.data
    assert (data.plan, data.plan_version, data.period, data.as_of) == (year.id, 2, "2014-03", AT)
    assert (data.plan_ends_on, data.period_ends_on) == (year.ends_on, MONTHS[2].ends_on)
    assert [each.indicator for each in data.outlooks] == [SHARE.id]
    assert (data.rules.least_observations, data.rules.reaching_ratio) == (3, Decimal("0.5"))
    moved = outlook_event(found, plan=year, period=MONTHS[2], moves=6, as_of=AT)
    assert moved.id != event.id, "a clock that stands still does not make two events one"


def test_a_proposal_is_told_with_what_it_changes_and_what_it_rests_on() -> None:
    event = told(PROPOSED)
    data = event.data
    assert (data.proposal, data.plan_version, data.state) == (7, PLAN.version, ProposalState.PROPOSED)
    (changed,) = data.indicators
    assert (changed.indicator, changed.basis) == (STATED.id, Basis.STATED)
    assert (changed.target_before, changed.target) == (
        TargetData(comparison=Comparison.ABOVE, value=Decimal(90)),
        TargetData(comparison=Comparison.ABOVE, value=Decimal(60)),
    )
    assert (len(changed.milestones_before), changed.milestones) == (1, None)
    assert (data.thresholds_before.on_track_ratio, data.thresholds) == (Decimal("0.95"), None)
    assert (data.reason, data.by.agency, data.by.key, data.made_at, event.time) == ("khó đạt", *DIC, AT, AT)
    assert (data.periods, data.standings_before, data.standings_after) == (
        ("2014-03",),
        {Standing.LAGGING: 3},
        {Standing.ON_TRACK: 3},
    )
    assert (data.decisions, data.in_force_version, data.in_force_at) == ((), None, None)


def test_milestones_and_thresholds_that_change_are_told_beside_those_before() -> None:
    change = Change(
        indicators=(IndicatorChange("oss-priority", milestones=(milestone("2014-09-30", 20),)),),
        thresholds=ThresholdsChange(at_risk_ratio=Decimal("0.7")),
    )
    data = told(replace(PROPOSED, change=change)).data
    (changed,) = data.indicators
    assert (changed.target, changed.milestones_before) == (None, ())
    assert changed.milestones is not None
    assert [each.value for each in changed.milestones] == [Decimal(20)]
    assert data.thresholds is not None
    assert (data.thresholds.on_track_ratio, data.thresholds.at_risk_ratio) == (Decimal("0.95"), Decimal("0.7"))


def test_each_state_of_a_proposal_is_an_event_of_its_own_and_the_same_state_the_same_event() -> None:
    in_force = replace(APPROVED, in_force_version=2, in_force_at=LATER)
    events = [told(each) for each in (PROPOSED, APPROVED, in_force)]
    assert [each.data.state for each in events] == ["proposed", "approved", "in_force"]
    assert [each.time for each in events] == [AT, LATER, LATER]
    assert len({each.id for each in events}) == len(events)
    assert told(APPROVED) == events[1]
    (decision,) = events[2].data.decisions
    assert (decision.outcome, decision.reason, decision.by.key, decision.at) == ("approved", "đồng ý", DIC.key, LATER)
    assert (events[2].data.in_force_version, events[2].data.in_force_at) == (2, LATER)
