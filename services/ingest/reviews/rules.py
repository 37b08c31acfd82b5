"""Judges whether a submission may be withdrawn, verified or returned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.ingest.plans.model import Registry
from services.ingest.reviews import faults
from services.ingest.submissions.faults import Fault
from services.ingest.submissions.model import Decision, SubmissionState, Verdict
from services.ingest.submissions.rules import lock_faults


def repeated(state: SubmissionState, decision: Decision) -> Decision | None:
    """Return the decision that this one only says again, by the same agency for the same reason; None where none."""
    before = state.decision(decision.verdict)
    said = (decision.reason, decision.decided_by)
    return before if before is not None and (before.reason, before.decided_by) == said else None


def withdrawal_faults(state: SubmissionState, *, registry: Registry, today: date) -> list[Fault]:
    """Return why a submission may not be withdrawn: it is not the one that counts, or its period is locked."""
    return [*_ended(state), *_locked(state, registry=registry, today=today)]


def review_faults(state: SubmissionState, *, verdict: Verdict) -> list[Fault]:
    """Return why a submission may not be verified or returned; what was verified may still be returned."""
    found = list(_ended(state))
    if not found and verdict is Verdict.VERIFIED and state.decision(Verdict.VERIFIED):
        return [faults.already_verified()]
    return found


def _ended(state: SubmissionState) -> Iterator[Fault]:
    if state.decision(Verdict.WITHDRAWN):
        yield faults.already_withdrawn()
    elif state.decision(Verdict.RETURNED):
        yield faults.already_returned()
    elif state.receipt.revision != state.latest_revision:
        yield faults.not_latest(state.receipt.revision, latest=state.latest_revision)


def _locked(state: SubmissionState, *, registry: Registry, today: date) -> Iterator[Fault]:
    plan = registry.plans[state.receipt.plan]
    period = plan.periods.get(state.receipt.period)
    if period is None:  # dropped by a later plan version: no day locks it
        return
    for fault in lock_faults(period, plan=plan, agency_id=state.receipt.agency, registry=registry, today=today):
        yield replace(fault, pointer="")
