"""Reads what is known of agencies, and compares it with what judging again came to, whole only where it must be."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.scoring.judging.history import Fresh, Known, Terms
from services.scoring.judging.model import Agency
from services.scoring.progress.json_rows import as_row, pieces_of
from services.scoring.progress.store import ended_of, filing_of, judgements_of, lock_agencies, progress_of

_ROWS: Final = (
    "select * from progress where plan = $1 and period = any($2::text[]) and agency = any($3::text[])"
    " order by plan, period, agency"
)


async def lines_of(connection: Any, terms: Terms, agencies: Sequence[str], *, is_locked: bool = False) -> "Lines":
    """Return what is known of these agencies in the periods that are looked at.

    Locked, nobody else judges them until the transaction ends.
    """
    if is_locked:
        await lock_agencies(connection, agencies)
    question = f"{_ROWS} for update" if is_locked else _ROWS
    rows = await connection.fetch(question, terms.plan, list(terms.periods), list(agencies))
    return Lines(rows)


class Lines:
    """What is known of some agencies; judgements are read only where they are asked for."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = {(row["agency"], row["period"]): row for row in rows}
        self._by_agency: dict[str, dict[str, Known]] = {}
        for row in rows:
            known = Known(row["plan_version"], filing_of(row), ended_of(row))
            self._by_agency.setdefault(row["agency"], {})[row["period"]] = known

    def of(self, agency: Agency) -> Mapping[str, Known]:
        """Return what is known of the agency, by period."""
        return self._by_agency.get(agency.id, {})

    def is_kept(self, fresh: Fresh) -> bool:
        """Return whether judging again came to what is known; where in doubt not."""
        row = self._rows.get((fresh.key.agency, fresh.key.period))
        return row is not None and _is_kept(row, fresh)

    def before(self, fresh: Fresh) -> Any:
        """Return the progress that is known, whole."""
        row = self._rows.get((fresh.key.agency, fresh.key.period))
        return None if row is None else progress_of(row)


def _is_kept(row: Any, fresh: Fresh) -> bool:
    """Return whether judging again came to what the row holds, by its digits: a tenth of the time of reading it."""
    if row["standing"] != fresh.standing:
        return False
    pieces = pieces_of(fresh.judgements, plan=fresh.plan, period=fresh.plan.period_by_id[fresh.key.period])
    if row["judgements"] != as_row(pieces) and judgements_of(row) != fresh.judgements:
        return False  # what an earlier release kept reads otherwise and may still be the same
    score = fresh.composite()
    return (row["composite_score"], row["coverage_ratio"]) == (score.score, score.coverage_ratio)
