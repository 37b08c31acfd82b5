"""What whoever looks in may file while the run is there: what an agency filed last, for a period that is still open."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.events.plans import PlanPublishedData
from tools.demo.requests import Act
from tools.demo.year import Moment

_PREFERRED: Final = "so-noi-vu"  # README.md's example


@dataclass(frozen=True)
class Example:
    """A submission that is accepted when it is sent again, as the next revision."""

    agency: str
    document: dict[str, Any]

    def written(self) -> str:
        """Return the submission as JSON that a person can change."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def example_of(moments: Sequence[Moment], *, plan: PlanPublishedData, today: date) -> Example | None:
    """Return the latest submission of an open period, README's agency's before others'; None where none is open."""
    is_open = {each.id for each in plan.periods if each.ends_on <= today < each.locked_on}
    filed = [act for act in _right(moments) if act.period in is_open]
    if not filed:
        return None
    latest = max(filed, key=lambda act: (act.agency == _PREFERRED, act.period))
    document = {name: value for name, value in json.loads(latest.body).items() if name != "revision"}
    return Example(latest.agency, document)


def _right(moments: Sequence[Moment]) -> Iterator[Act]:
    for moment in moments:
        for act in (act for group in moment.acts for act in group):
            if act.mistake is None and act.filer == act.agency:
                yield act
