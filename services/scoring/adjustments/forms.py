"""The forms of a proposal to change a plan, and of a decision on one."""

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from services.scoring.adjustments.proposals import Outcome
from services.scoring.plans.sources import Name
from services.scoring.what_if.forms import ChangeIn, Form, Reason

_NAME: Final[TypeAdapter[str]] = TypeAdapter(Name)


class ProposalIn(Form):
    """A change that is proposed, and why."""

    plan: Name
    changes: ChangeIn
    reason: Reason


class DecisionIn(Form):
    """What is decided on a proposal, and why."""

    outcome: Outcome
    reason: Reason


def plan_named(said: Any) -> str | None:
    """Return the plan that a proposal names, None where it names none in the right form."""
    try:
        return _NAME.validate_python(said["plan"])
    except (ValidationError, LookupError, TypeError):
        return None
