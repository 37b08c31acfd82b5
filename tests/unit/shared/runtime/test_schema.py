"""Whose a database is and how new its schema is, read from the migration it was brought to last."""

import pytest
from sqlalchemy import MetaData

from shared.runtime.schema import Schema

SCORING = Schema(service="scoring", revision="scoring_0013", tables=MetaData())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "it holds no tables of scoring that this role may read; run the migrations job"),
        ("ingest_0005", "it is the database of ingest, not of scoring; DATABASE_URL names the wrong one"),
        ("scoring_0011", "its schema is scoring_0011, older than scoring_0013 that this build needs; run the migr"),
        ("4f1c2a9d", "it holds the tables of another program (revision 4f1c2a9d); DATABASE_URL names the wrong"),
    ],
)
def test_a_database_that_does_not_fit_is_told_apart(found: str | None, said: str) -> None:
    assert (SCORING.misfit(found) or "").startswith(said)


@pytest.mark.parametrize("found", ["scoring_0013", "scoring_0014"])
def test_the_expected_schema_and_a_newer_one_are_taken(found: str) -> None:
    assert SCORING.misfit(found) is None
