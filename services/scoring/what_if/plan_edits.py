"""Writes a change of a plan as what is to be edited in its `plan.yaml`."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.judging.model import Indicator, Milestone, Plan, Target
from services.scoring.what_if.changes import Change, IndicatorChange, changed_indicator, changed_thresholds
from shared.events.vocabulary import Basis

_PLAIN: Final = re.compile(r"(?!(?:true|false|null|yes|no|on|off)\Z)[a-z][a-z0-9-]*", re.ASCII)
_TOLD_BESIDE: Final = frozenset({"sentence"})
_NOTES: Final = {"basis": "its sentence goes; or stated, with the sentence of the new decision"}


class Edit(NamedTuple):
    """One key of a `plan.yaml`: where (an indicator by its id), and its YAML before and after; None: no such key."""

    indicator: str | None  # None: of the plan's thresholds
    key: str
    before: str | None
    after: str | None

    @property
    def pointer(self) -> str:
        """Return where the key stands."""
        return f"/thresholds/{self.key}" if self.indicator is None else f"/indicators/{self.indicator}/{self.key}"


def plan_edits(change: Change, *, plan: Plan) -> tuple[Edit, ...]:
    """Return what is to be edited so that the plan carries the change; what stays as it is is left out.

    A stated target that is changed is ours until a decision states it, so its basis changes and its sentence goes.
    """
    return (
        *_of_thresholds(change, plan=plan),
        *(edit for each in change.indicators for edit in _of_indicator(each, plan.indicator_by_id[each.indicator])),
    )


def plan_yaml(edits: Iterable[Edit], *, plan: Plan) -> str:
    """Return the edits as a piece of YAML whose keys replace those of the `plan.yaml`."""
    lines = [f"# plans/{plan.id}/plan.yaml: these keys replace those of version {plan.version}"]
    part: str | None = ""  # neither thresholds nor an indicator
    has_indicators = False
    for edit in edits:
        if edit.key in _TOLD_BESIDE:
            continue
        if edit.indicator != part:
            part = edit.indicator
            if part is None:
                lines.append("thresholds:")
            else:
                lines += [] if has_indicators else ["indicators:"]
                lines.append(f"  - id: {_name(part)}")
                has_indicators = True
        margin = "  " if part is None else "    "
        note = f" # {_NOTES[edit.key]}" if edit.key in _NOTES else ""
        lines.append(f"{margin}# {edit.key} goes" if edit.after is None else f"{margin}{edit.key}: {edit.after}{note}")
    return "\n".join([*lines, ""])


def _of_thresholds(change: Change, *, plan: Plan) -> Iterator[Edit]:
    before, after = plan.thresholds, changed_thresholds(plan.thresholds, change.thresholds)
    if before.on_track_ratio != after.on_track_ratio:
        yield Edit(None, "on_track", _figure(before.on_track_ratio), _figure(after.on_track_ratio))
    if before.at_risk_ratio != after.at_risk_ratio:
        yield Edit(None, "at_risk", _figure(before.at_risk_ratio), _figure(after.at_risk_ratio))


def _of_indicator(change: IndicatorChange, before: Indicator) -> Iterator[Edit]:
    after = changed_indicator(before, change)
    if before.target != after.target and before.target is not None and after.target is not None:
        yield Edit(before.id, "target", _target(before.target), _target(after.target))
        if before.basis is Basis.STATED:
            yield Edit(before.id, "basis", Basis.STATED, Basis.ASSUMED)
            yield Edit(before.id, "sentence", "…", None)
    if before.milestones != after.milestones:
        had, has = (_milestones(each.milestones) if each.milestones else None for each in (before, after))
        yield Edit(before.id, "milestones", had, has)


def _target(target: Target) -> str:
    on = f", on: {target.on}" if target.on else ""
    on_basis = f", on_basis: {target.on_basis}" if target.on_basis else ""
    return f"{{comparison: {target.comparison}, value: {_figure(target.value)}{on}{on_basis}}}"


def _milestones(milestones: Iterable[Milestone]) -> str:
    told = (f"{{on: {each.on}, value: {_figure(each.value)}, basis: {each.basis}}}" for each in milestones)
    return f"[{', '.join(told)}]"


def _figure(figure: Decimal) -> str:
    return f"{figure:f}"


def _name(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f'"{text}"'
