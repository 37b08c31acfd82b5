"""First progresses as rows that COPY takes in binary: what is read back is what was written."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring import first_rows
from services.scoring.judgements import Cause
from services.scoring.model import Filing, Key
from services.scoring.native.judging import FirstProgress, Verdict
from services.scoring.progress_store import COLUMNS, Overtaken, PostgresProgresses
from shared.events.vocabulary import Standing
from tests.support.databases import DatabaseMaker

VIETNAM: Final = timezone(timedelta(hours=7))
FIGURES: Final = (
    *("", "0", "1", "0.0", "0.00", "10000", "0.0001", "0.00001", "99999999", "1.50", "12345.678901", "100", "0.10"),
    *("9" * 28, "0." + "9" * 28, "0.000000" + "1" * 28, "1000000000000", "0.0000000000000000000000000001"),
    *("41.12554112554112554112554113", "4.000", "5000", "50000", "500000.5"),
)


@pytest.fixture
async def connection(make_database: DatabaseMaker) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    opened = await asyncpg.connect(await make_database("scoring"))
    yield opened
    await opened.close()


def first(number: int, *, score: str = "", coverage_ratio: str = "", agency: str = "sở-nội-vụ") -> FirstProgress:
    chosen = random.Random(number)  # noqa: S311  the same in every run, and no secret
    moment = datetime(2014, 1, 1, tzinfo=VIETNAM) + timedelta(microseconds=chosen.randrange(10**15))
    return FirstProgress(
        Filing(
            key=Key(plan="kế hoạch", agency=f"{agency}-{number}", period="2014-02"),
            plan_version=chosen.randrange(1, 2**31),
            submission=uuid4(),
            revision=chosen.randrange(1, 2**31),
            filed_at=moment,
            is_synthetic=bool(chosen.randrange(2)),
            observations=(),
        ),
        chosen.randrange(1, 2**31),
        bool(chosen.randrange(2)),
        Cause(str(uuid4()), str(uuid4()) if number % 3 else None, datetime(1999, 12, 31, 23, tzinfo=UTC)),
        Verdict(
            standing=chosen.choice(list(Standing)),
            observations=f'[{{"note":"số liệu {number}"}}]'.encode(),
            judgements=b"[]" if number % 5 else ('["' + "ắ" * 5_000 + '"]').encode(),
            changed=b'["share"]',
            judgements_in_event=b"",
            score=score,
            coverage_ratio=coverage_ratio,
        ),
    )


def row_of(written: FirstProgress) -> dict[str, Any]:
    filing, verdict, cause = written.filing, written.verdict, written.cause
    return {
        "plan": filing.key.plan,
        "period": filing.key.period,
        "agency": filing.key.agency,
        "plan_version": written.plan_version,
        "submission": filing.submission,
        "revision": filing.revision,
        "filed_at": filing.filed_at,
        "is_synthetic": filing.is_synthetic,
        "observations": verdict.observations.decode(),
        "standing": verdict.standing.value,
        "judgements": verdict.judgements.decode(),
        "is_closed": written.is_closed,
        "sequence": 1,
        "previous_standing": None,
        "changed_indicators": verdict.changed.decode(),
        "correlation": cause.correlation,
        "causation": cause.causation,
        "decided_at": cause.decided_at,
        "composite_score": Decimal(verdict.score) if verdict.score else None,
        "coverage_ratio": Decimal(verdict.coverage_ratio) if verdict.coverage_ratio else None,
        "ended": None,
    }


async def kept(connection: "asyncpg.Connection[asyncpg.Record]", firsts: Sequence[FirstProgress]) -> None:
    await PostgresProgresses(connection).save(firsts)


async def test_every_column_comes_back_as_it_was_written(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    firsts = [
        first(number, score=score, coverage_ratio=FIGURES[-1 - number % len(FIGURES)])
        for number, score in enumerate(FIGURES * 6)
    ]
    await kept(connection, firsts)
    rows = {row["agency"]: dict(row) for row in await connection.fetch("select * from progress")}
    assert rows == {each.filing.key.agency: row_of(each) for each in firsts}
    assert set(COLUMNS) == set(rows[firsts[0].filing.key.agency])


async def test_figures_keep_their_digits_and_their_zeros(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await kept(connection, [first(number, score=figure) for number, figure in enumerate(FIGURES)])
    rows = await connection.fetch("select agency, composite_score::text as score from progress")
    found = {row["agency"]: row["score"] or "" for row in rows}
    assert [found[f"sở-nội-vụ-{number}"] for number in range(len(FIGURES))] == list(FIGURES)


@given(st.decimals(min_value=0, max_value=Decimal(10) ** 20, allow_nan=False, places=None))
def test_a_figure_is_laid_out_as_the_driver_lays_it_out(figure: Decimal) -> None:
    text = f"{figure:f}"
    field = first_rows.numeric(text)
    count, weight, sign, scale = first_rows.NUMERIC.unpack_from(field, 4)
    groups = [int.from_bytes(field[at : at + 2], "big") for at in range(12, len(field), 2)]
    assert len(field) - 4 == int.from_bytes(field[:4], "big") == 8 + 2 * count
    assert (sign, scale) == (0, -min(int(Decimal(text).as_tuple().exponent), 0))
    assert sum(group * Fraction(10_000) ** (weight - at) for at, group in enumerate(groups)) == Fraction(figure)
    assert not groups or (groups[0] and groups[-1]), "no group of zeros at either end"


async def test_whom_another_process_judged_first_is_told(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await kept(connection, [first(1)])
    with pytest.raises(Overtaken, match="of 2 another process judged one first"):
        await kept(connection, [first(2), first(1)])
    assert await connection.fetchval("select count(*) from progress") == 1
