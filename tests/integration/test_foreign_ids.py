"""Who asks for what is another agency's is answered as if there were no such thing."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from tests.support.databases import DatabaseMaker
from tests.support.ingest import Ingest, ingest_on

OWNER, STRANGER = "so-noi-vu", "so-tai-chinh"
DECISIONS = {"withdrawal": {"reason": "Nhầm kỳ"}, "review": {"outcome": "verified"}}


@pytest.fixture(scope="module")
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


@pytest.fixture(scope="module")
async def foreign(ingest: Ingest) -> str:
    """Return the id of a submission of the owner's."""
    return str((await ingest.post(agency=OWNER)).json()["submission"])


async def asked(ingest: Ingest, submission: str, step: str | None, *, agency: str) -> httpx.Response:
    path = f"/v1/submissions/{submission}"
    if step is None:
        return await ingest.get(path, agency=agency)
    return await ingest.ask(f"{path}/{step}", DECISIONS[step], agency=agency)


@pytest.mark.parametrize("step", [None, "withdrawal", "review"])
async def test_anothers_submission_is_as_one_that_does_not_exist(
    ingest: Ingest, foreign: str, step: str | None
) -> None:
    theirs = await asked(ingest, foreign, step, agency=STRANGER)
    nobodys = await asked(ingest, str(uuid4()), step, agency=STRANGER)
    assert (theirs.status_code, theirs.content, dict(theirs.headers)) == (
        nobodys.status_code,
        nobodys.content,
        dict(nobodys.headers),
    )
    assert theirs.status_code == (403 if step == "review" else 404)
    assert (await asked(ingest, foreign, None, agency=OWNER)).json()["status"] == "accepted"


async def test_an_idempotency_key_of_anothers_tells_nothing(ingest: Ingest) -> None:
    first = await ingest.post(agency=OWNER, Idempotency_Key="march")
    second = await ingest.post(agency=STRANGER, Idempotency_Key="march")
    assert first.status_code == 202
    assert "idempotency-replayed" not in second.headers
    assert "idempotency-key-reused" not in second.text
