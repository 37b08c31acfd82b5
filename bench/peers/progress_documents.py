"""Progress events as plain dictionaries: what a program without our event models would make of a judgement."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bench.peers.scoring_rules import Rules
from bench.peers.submission_documents import Document, filing_of
from services.scoring.judging.attainment import goal
from services.scoring.judging.composite import Part, composite, overall
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Filing, Indicator, Period, Plan
from shared.events.envelope import event_id
from shared.events.plans import TargetData

_KIND: Final = "progress.changed.v1"


class Documents:
    """Makes progress documents by our rules; what never changes is made once."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._indicators = {
            name: {each.id: _of_indicator(each) for each in plan.indicators} for name, plan in rules.plans.items()
        }
        self._periods = {
            name: {each.id: _of_period(each, plan=plan) for each in plan.periods} for name, plan in rules.plans.items()
        }

    def progress(self, event: Document, *, before: Document | None, now: datetime) -> tuple[Document, Document] | None:
        """Return the event to publish and what to keep; None where the submission counts less than what is kept."""
        data = event["data"]
        if before and (before["revision"], before["submission"]) >= (data["revision"], data["submission"]):
            return None
        filing = filing_of(data)
        judgements = self._rules.judge(filing)
        judged = {each.indicator: [each.standing, _text(each.attainment_ratio)] for each in judgements}
        known = before["judged"] if before else {}
        announced = self.announcement(
            filing,
            judgements,
            correlation=event["correlationid"],
            causation=event["id"],
            sequence=before["sequence"] + 1 if before else 1,
            previous_standing=before["standing"] if before else None,
            changed=[name for name, each in judged.items() if known.get(name) != each],
            now=now,
        )
        kept = {
            "submission": data["submission"],
            "revision": filing.revision,
            "observations": data["observations"],
            "sequence": announced["data"]["sequence"],
            "standing": announced["data"]["standing"],
            "judged": judged,
        }
        return announced, kept

    def announcement(
        self,
        filing: Filing,
        judgements: Sequence[Judgement],
        *,
        correlation: str,
        causation: str,
        sequence: int,
        previous_standing: str | None,
        changed: Sequence[str],
        now: datetime,
    ) -> Document:
        """Return the event that announces the judgements."""
        plan = self._rules.plans[filing.key.plan, filing.plan_version]
        period = plan.period_by_id[filing.key.period]
        indicators = self._indicators[plan.id, plan.version]
        filed_at = filing.filed_at.astimezone(plan.timezone)
        weights = plan.indicator_by_id
        score = composite(Part(each.points, weights[each.indicator].weight) for each in judgements)
        return {
            "specversion": "1.0",
            "id": str(event_id("progress", *filing.key, sequence)),
            "source": "/scoring",
            "type": _KIND,
            "time": now.astimezone(plan.timezone).isoformat(),
            "subject": "/".join(filing.key),
            "dataschema": f"tiendo:{_KIND}",
            "datacontenttype": "application/json",
            "correlationid": correlation,
            "causationid": causation,
            "data": {
                "agency": filing.key.agency,
                "sequence": sequence,
                **self._periods[plan.id, plan.version][period.id],
                "is_closed": False,
                "filing": {
                    "submission": str(filing.submission),
                    "revision": filing.revision,
                    "filed_at": filed_at.isoformat(),
                    "is_timely": filed_at.date() <= period.due_on,
                    "is_synthetic": filing.is_synthetic,
                },
                "standing": overall(judgements, has_filed=True),
                "previous_standing": previous_standing,
                "judgements": [{**indicators[each.indicator], **_of_judgement(each)} for each in judgements],
                "changed_indicators": changed,
                **_told(composite_score=_text(score.score), coverage_ratio=_text(score.coverage_ratio)),
            },
        }


def _of_indicator(indicator: Indicator) -> Document:
    target = goal(indicator)
    return {
        "indicator": indicator.id,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "method": indicator.method,
        "target": TargetData(
            comparison=target.comparison, value=target.value, on=target.on, on_basis=target.on_basis
        ).model_dump(mode="json")
        if target
        else None,
        "basis": indicator.basis,
        "expectation": indicator.expectation,
        "baseline": None,  # the plan of 2014 has none
        "milestones": [
            {"on": each.on.isoformat(), "value": str(each.value), "basis": each.basis} for each in indicator.milestones
        ],
        **_told(
            tolerance={
                "on_track": str(indicator.tolerance.on_track),
                "at_risk": str(indicator.tolerance.at_risk),
                "basis": indicator.tolerance.basis,
            }
            if indicator.tolerance
            else None,
            limit=_text(indicator.limit),
        ),
    }


def _of_period(period: Period, *, plan: Plan) -> Document:
    return {
        "plan": plan.id,
        "plan_version": plan.version,
        "period": period.id,
        "plan_starts_on": plan.starts_on.isoformat(),
        "plan_ends_on": plan.ends_on.isoformat(),
        "period_starts_on": period.starts_on.isoformat(),
        "period_ends_on": period.ends_on.isoformat(),
        "due_on": period.due_on.isoformat(),
        "thresholds": {
            "on_track_ratio": str(plan.thresholds.on_track_ratio),
            "at_risk_ratio": str(plan.thresholds.at_risk_ratio),
        },
    }


def _of_judgement(judgement: Judgement) -> Document:
    observed = judgement.observed
    return {
        "observed": {
            "value": _text(observed.value),
            "numerator": _text(observed.numerator),
            "denominator": _text(observed.denominator),
            "note": observed.note,
        }
        if observed
        else None,
        "attainment_ratio": _text(judgement.attainment_ratio),
        "expected_ratio": _text(judgement.expected_ratio),
        "expected_value": _text(judgement.expected_value),
        "pace_ratio": _text(judgement.pace_ratio),
        "lag_points": _text(judgement.lag_points),
        "standing": judgement.standing,
        "reason": judgement.reason,
        **_told(
            base={"on": judgement.base.on.isoformat(), "value": str(judgement.base.value)} if judgement.base else None,
            progress_ratio=_text(judgement.progress_ratio),
            score=_text(judgement.score),
            status=judgement.status,
            points=_text(judgement.points),
            lag_value=_text(judgement.lag_value),
            needed_value=_text(judgement.needed_value),
            needed_numerator=_text(judgement.needed_numerator),
        ),
    }


def _told(**fields: Any) -> Document:
    """Return those of the fields that have something to tell."""
    return {name: value for name, value in fields.items() if value is not None}


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)
