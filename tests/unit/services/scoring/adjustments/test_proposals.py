"""What becomes of a proposal, and which plan version carries it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.scoring.adjustments.proposals import (
    Author,
    Decision,
    Proposal,
    accepted_outcomes,
    first_to_carry,
)
from services.scoring.what_if.changes import (
    Change,
    IndicatorChange,
    TargetChange,
    ThresholdsChange,
    changed_plan,
    is_carried_by,
)
from services.scoring.what_if.rules import Counts
from shared.events.vocabulary import Basis, ProposalOutcome, ProposalState
from tests.unit.services.scoring.examples import above, indicator, milestone, plan

PLAN = plan(indicator(), indicator("oss-priority"))
DIC = Author("so-thong-tin-va-truyen-thong", "AbCd1234")
AT = datetime(2014, 4, 9, tzinfo=UTC)
CHANGE = Change(
    indicators=(
        IndicatorChange("edoc-exchange", TargetChange(value=Decimal(60)), (milestone("2014-06-30", 30),)),
        IndicatorChange("oss-priority", TargetChange(on=date(2014, 9, 30))),
    ),
    thresholds=ThresholdsChange(on_track_ratio=Decimal("0.9")),
)


def proposal(*outcomes: ProposalOutcome, in_force_version: int | None = None) -> Proposal:
    return Proposal(
        id=1,
        plan=PLAN.id,
        plan_version=1,
        change=CHANGE,
        reason="khó đạt",
        by=DIC,
        at=AT,
        counts=Counts({}, {}),
        periods=(),
        decisions=tuple(Decision(outcome, "đồng ý", DIC, AT) for outcome in outcomes),
        in_force_version=in_force_version,
    )


@pytest.mark.parametrize(
    ("made", "state", "accepted"),
    [
        (proposal(), ProposalState.PROPOSED, tuple(ProposalOutcome)),
        (proposal(ProposalOutcome.APPROVED), ProposalState.APPROVED, (ProposalOutcome.WITHDRAWN,)),
        (proposal(ProposalOutcome.REJECTED), ProposalState.REJECTED, ()),
        (proposal(ProposalOutcome.APPROVED, ProposalOutcome.WITHDRAWN), ProposalState.WITHDRAWN, ()),
        (proposal(ProposalOutcome.APPROVED, in_force_version=2), ProposalState.IN_FORCE, ()),
    ],
)
def test_a_proposal_takes_the_decisions_that_may_follow(
    made: Proposal, state: ProposalState, accepted: tuple[ProposalOutcome, ...]
) -> None:
    assert (made.state, accepted_outcomes(made.state)) == (state, accepted)


def test_a_plan_carries_a_change_once_it_says_all_of_it() -> None:
    assert is_carried_by(CHANGE, changed_plan(PLAN, CHANGE))
    assert not is_carried_by(CHANGE, PLAN)
    for part in (
        Change(indicators=CHANGE.indicators),
        Change(indicators=CHANGE.indicators[:1], thresholds=CHANGE.thresholds),
        Change(indicators=CHANGE.indicators[1:], thresholds=CHANGE.thresholds),
        Change(
            indicators=(replace(CHANGE.indicators[0], milestones=None), CHANGE.indicators[1]),
            thresholds=CHANGE.thresholds,
        ),
    ):
        assert not is_carried_by(CHANGE, changed_plan(PLAN, part))


def test_whose_figures_they_are_makes_no_difference() -> None:
    stated = changed_plan(PLAN, CHANGE)
    edoc = replace(
        stated.indicators[0],
        basis=Basis.STATED,
        milestones=(replace(milestone("2014-06-30", "30.0"), basis=Basis.STATED),),
    )
    assert is_carried_by(CHANGE, replace(stated, indicators=(edoc, *stated.indicators[1:])))


def test_a_plan_without_the_indicator_does_not_carry_it() -> None:
    assert not is_carried_by(Change(indicators=CHANGE.indicators), plan(indicator("oss-priority", target=above(1))))


def test_the_first_later_version_that_carries_it_is_the_one() -> None:
    carrying = changed_plan(PLAN, CHANGE)
    versions = [
        replace(carrying, version=4),
        replace(carrying, version=3),
        replace(PLAN, version=2),
        replace(carrying, version=1),
        replace(carrying, id="another-plan", version=2),
    ]
    assert first_to_carry(proposal(), versions=versions) == 3
    assert first_to_carry(proposal(), versions=versions[2:]) is None
